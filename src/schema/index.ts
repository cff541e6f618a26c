import { builder } from './builder.ts';
import './scalars.ts';
import './money.ts';
import './billing-subscription.ts';
import './make-subscription.ts';
import './payment.ts';
import './rate-limit.ts';
import './team.ts';
import './organization.ts';
import './upstream.ts';
import './viewer.ts';

export const schema = builder.toSchema();
