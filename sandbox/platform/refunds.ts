import { readBody } from '../kernel/body.ts';
import { type Call, created, type Endpoint, type Reply } from '../kernel/endpoint.ts';
import { enumField, invalidField, objectField, optionalInteger } from '../kernel/fields.ts';
import type { World } from '../world.ts';
import { optionalMetadata, requireFields, success, timeText } from './fields.ts';
import { newId } from './ids.ts';
import { paymentAt } from './lookups.ts';
import type { Payment, Refund } from './state.ts';

export const refundEndpoints: readonly Endpoint[] = [
  { method: 'POST', template: '/billing/payments/{payment_id}/refunds', handle: createRefund },
];

const reasons = ['requested_by_customer', 'duplicate', 'fraudulent'] as const;

/** Gives back part of a payment, or what is left of it. The invoice stays paid. */
export function refund(
  world: World,
  payment: Payment,
  { amount, reason, metadata }: Pick<Refund, 'amount' | 'reason' | 'metadata'>,
): Refund {
  const id = newId(world, 're');
  const digits = String(Number.parseInt(id.slice(-7), 16) % 100_000_000).padStart(8, '0');
  const receiptNumber = `${digits.slice(0, 4)}-${digits.slice(4)}`;
  const made = { id, amount, reason, receiptNumber, metadata, createdAt: world.timeline.now() };
  payment.refunds.push(made);
  payment.status = refundable(payment) === 0 ? 'refunded' : 'partially_refunded';
  return made;
}

/** Without an amount all that is left of the payment is refunded. */
function createRefund(call: Call): Reply {
  const payment = paymentAt(call);
  const fields = objectField(readBody(call), 'refund');
  requireFields(fields, 'reason');
  const reason = enumField(fields, 'reason', reasons);
  const metadata = optionalMetadata(fields);
  const left = refundable(payment);
  if (left === 0) throw invalidField('amount', `nothing is left to refund: the payment is ${payment.status}`);
  const amount = optionalInteger(fields, 'amount', { min: 1 }) ?? left;
  if (amount > left) throw invalidField('amount', `must be at most what is left of the payment, ${left}`);
  const made = refund(call.world, payment, { amount, reason, metadata });
  return created(
    success({
      refund: {
        id: made.id,
        payment_id: payment.id,
        amount: made.amount,
        currency: payment.currency,
        status: 'succeeded',
        reason: made.reason,
        receipt_number: made.receiptNumber,
        metadata: made.metadata,
        created_at: timeText(made.createdAt),
      },
    }),
  );
}

function refundable({ status, amount, refunds }: Payment): number {
  if (status === 'pending' || status === 'failed') return 0;
  return refunds.reduce((left, made) => left - made.amount, amount);
}
