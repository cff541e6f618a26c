import { specifiedDirectives } from 'graphql';
import { attend } from './attend.ts';
import { builder } from './builder.ts';
import { freshDirective } from './fresh.ts';
import './scalars.ts';
import './money.ts';
import './billing-subscription.ts';
import './make-subscription.ts';
import './make-subscription-changes.ts';
import './payment.ts';
import './rate-limit.ts';
import './team.ts';
import './organization.ts';
import './upstream.ts';
import './viewer.ts';

export const schema = attend(builder.toSchema({ directives: [...specifiedDirectives, freshDirective] }));
