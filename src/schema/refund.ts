import { z } from 'zod';
import { anew } from '../actions/platform-look-back.ts';
import { type Refund as DomainRefund, refundReasons, refundStatuses } from '../domain/refund.ts';
import { errandFor } from '../loaders/platform.ts';
import { asks } from './asks.ts';
import { builder } from './builder.ts';
import { authorizeCustomer } from './customer-action.ts';
import { describedEnum } from './described-enum.ts';
import { given } from './given.ts';
import { readCustomersId } from './global-id.ts';
import { atInputNames } from './input-names.ts';
import { metadataDescription, metadataRule } from './metadata-input.ts';
import { Money } from './money.ts';
import { checked, idempotencyKeyDescription, idempotencyKeyRule, mutation, readAt } from './mutation.ts';
import { loadPlatformPayment, PlatformPayment } from './platform-payment.ts';
import { wholeFrom } from './rules.ts';

const RefundStatus = describedEnum('RefundStatus', 'What became of a refund.', refundStatuses, {
  PENDING: 'Under way at the payment provider.',
  SUCCEEDED: 'Given back.',
  FAILED: 'Not given back.',
  UNKNOWN: 'The platform used a word that this graph does not know: see `rawStatus`.',
});

const RefundReason = describedEnum('RefundReason', 'Why money is given back.', refundReasons, {
  REQUESTED_BY_CUSTOMER: 'The customer asked for it.',
  DUPLICATE: 'It was charged twice.',
  FRAUDULENT: 'Somebody else paid with what is not theirs.',
});

const Refund = builder.objectRef<DomainRefund>('Refund').implement({
  description: 'Money of a payment that was given back. The platform shows it once, when it is made.',
  fields: (t) => ({
    platformId: t.exposeID('upstreamId', { description: "The platform's own id of the refund." }),
    paymentId: t.exposeID('paymentId', {
      description: "The platform's own id of the payment that it is a refund of; no global id.",
    }),
    amount: t.expose('amount', { type: Money, description: 'How much was given back.' }),
    status: t.expose('status', { type: RefundStatus, description: 'What became of it.' }),
    rawStatus: t.exposeString('rawStatus', { description: "The status in the platform's own word." }),
    reason: t.exposeString('reason', {
      nullable: true,
      description: "Why, in the platform's own word: `requested_by_customer`.",
    }),
    receiptNumber: t.exposeString('receiptNumber', {
      nullable: true,
      description: 'The number on the receipt that the customer gets.',
    }),
    metadata: t.expose('metadata', {
      type: 'JSON',
      nullable: true,
      description: 'What was noted beside it, an object of plain values.',
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', nullable: true, description: 'When it was made.' }),
  }),
});

interface Refunded {
  readonly customer: string;
  readonly paymentId: string;
  /** Null where its answer was lost, and the payment alone shows that it was made. */
  readonly refund: DomainRefund | null;
}

const RefundPaymentPayload = builder.objectRef<Refunded>('RefundPaymentPayload').implement({
  description: 'A refund that was made.',
  fields: (t) => ({
    refund: t.expose('refund', {
      type: Refund,
      nullable: true,
      description:
        'The refund, as the platform answered; null where that answer was lost and the payment alone shows that it was made.',
    }),
    payment: t.field({
      type: PlatformPayment,
      nullable: true,
      description: 'The payment as it is now, read again.',
      extensions: asks({ requests: 2, bucket: 'platform:payments' }),
      resolve: ({ customer, paymentId }, _args, context, info) =>
        loadPlatformPayment(customer, paymentId, context, info),
    }),
  }),
});

const RefundPaymentInput = builder.inputType('RefundPaymentInput', {
  description: 'Which payment to give back, how much of it, and why.',
  fields: (t) => ({
    paymentId: t.id({ required: true, description: 'The global id of a payment of the platform.' }),
    minorUnits: t.field({
      type: 'SafeInt',
      description:
        "How much, in the smallest unit of the payment's currency; all that is left of it where left out.",
    }),
    reason: t.field({ type: RefundReason, required: true, description: 'Why it is given back.' }),
    metadata: t.field({ type: 'JSON', description: metadataDescription }),
    idempotencyKey: t.string({ description: idempotencyKeyDescription }),
  }),
});

const refundRules = z.object({
  idempotencyKey: idempotencyKeyRule,
  minorUnits: wholeFrom(1).nullish(),
  metadata: metadataRule,
});

mutation('refundPayment', {
  description: 'Gives back a payment of the platform, or a part of it.',
  input: RefundPaymentInput,
  payload: RefundPaymentPayload,
  asks: { requests: 5, bucket: 'platform:payments' },
  async run(asked, context) {
    const { customer, upstreamId: paymentId } = readAt('paymentId', () =>
      readCustomersId(asked.paymentId, 'PlatformPayment'),
    );
    authorizeCustomer(customer, 'refundPayment', context, paymentId);
    const { idempotencyKey, minorUnits, metadata } = checked(refundRules, asked);
    const order = { amount: given(minorUnits), reason: asked.reason, metadata: given(metadata) };
    const refund = context.actions.perform<Refunded>({
      name: 'refundPayment',
      owner: customer,
      idempotencyKey,
      input: { paymentId, order },
      async make({ platform, sources, errand, key }) {
        const on = errandFor(customer, sources, errand);
        const wish = { ...order, idempotencyKey: key };
        const { value } = await platform().refundPayment(customer, paymentId, wish, on);
        return { customer, paymentId, refund: value };
      },
      // no call shows refunds: that all of it was given back is all that can be seen
      async lookFor(doing) {
        if (order.amount !== undefined) return null;
        const { value } = await doing.platform().payment(customer, paymentId, anew(doing));
        return value.status === 'REFUNDED' ? { customer, paymentId, refund: null } : null;
      },
    });
    return atInputNames({ amount: ['minorUnits'] }, refund);
  },
});
