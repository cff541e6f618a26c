import { readBody } from '../kernel/body.ts';
import { type Call, created, type Endpoint, ok, Refusal, type Reply } from '../kernel/endpoint.ts';
import { enumField, invalidField, objectField, optionalEnum } from '../kernel/fields.ts';
import { minuteMs } from '../kernel/time.ts';
import { decimalFrom } from './decimal.ts';
import {
  optionalInstant,
  optionalMetadata,
  queryFields,
  requireFields,
  success,
  timeText,
} from './fields.ts';
import { newId } from './ids.ts';
import { customerAt, customerNamed, subscriptionNamed } from './lookups.ts';
import { metrics } from './metering.ts';
import type { Customer, Subscription } from './state.ts';
import { readSpan } from './usage-period.ts';
import { usageSummary } from './usage-summary.ts';

export const usageEndpoints: readonly Endpoint[] = [
  { method: 'POST', template: '/billing/usage', handle: recordUsage },
  { method: 'GET', template: '/billing/usage/{customer_id}', handle: getUsage },
];

/** How far a client's clock may be ahead. */
const clockSkewMs = 5 * minuteMs;
/** Times go out without fractions of a second, and may come back so. */
const fractionMs = 1000;

/** Counted metrics add up; for the others a record is the level from then on. */
function recordUsage(call: Call): Reply {
  const { world } = call;
  const fields = objectField(readBody(call), 'usage');
  requireFields(fields, 'customer_id', 'metric', 'quantity');
  const customer = customerNamed(world, fields);
  const subscription = runningOne(customer, subscriptionNamed(world, fields, customer));
  const sent = fields['quantity'];
  const quantity = typeof sent === 'number' ? decimalFrom(sent) : null;
  if (quantity === null) {
    throw invalidField('quantity', 'must be a number from 0 with at most 9 digits after the point');
  }
  const now = world.timeline.now();
  const at = optionalInstant(fields, 'timestamp')?.at ?? now;
  if (at > now + clockSkewMs) throw invalidField('timestamp', 'must not be in the future');
  if (at < subscription.createdAt - fractionMs)
    throw invalidField('timestamp', 'must not be before the subscription');
  const record = {
    id: newId(world, 'usage'),
    subscriptionId: subscription.id,
    metric: enumField(fields, 'metric', metrics),
    quantity,
    at: Math.min(Math.max(at, subscription.createdAt), now),
    metadata: optionalMetadata(fields),
  };
  customer.usageRecords.push(record);
  return created(
    success({
      usage: {
        id: record.id,
        customer_id: customer.id,
        subscription_id: record.subscriptionId,
        metric: record.metric,
        quantity: Number(record.quantity),
        recorded_at: timeText(record.at),
        metadata: record.metadata,
      },
    }),
  );
}

function getUsage(call: Call): Reply {
  const { world } = call;
  const customer = customerAt(call);
  const fields = queryFields(call.query);
  const subscription = subscriptionNamed(world, fields, customer);
  const metric = optionalEnum(fields, 'metric', metrics);
  const now = world.timeline.now();
  const span = readSpan(fields, now);
  const subscriptions = subscription === undefined ? customer.subscriptions : [subscription];
  return ok(success({ usage: usageSummary(customer, subscriptions, metric, span, now) }));
}

function runningOne({ subscriptions }: Customer, named: Subscription | undefined): Subscription {
  const subscription = named ?? subscriptions.findLast(({ endedAt }) => endedAt === null);
  if (subscription !== undefined && subscription.endedAt === null) return subscription;
  const reason = named === undefined ? 'the customer has none that runs' : 'has ended';
  throw new Refusal(400, 'invalid_subscription', `subscription_id: ${reason}`, {
    field: 'subscription_id',
    reason,
  });
}
