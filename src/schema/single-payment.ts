import { z } from 'zod';
import { notePayment } from '../actions/note-payment.ts';
import type { SinglePayment } from '../domain/make-order.ts';
import { couponCodeRule, optional, priceIdRule } from './billing-rules.ts';
import { builder } from './builder.ts';
import {
  changeAtMake,
  organizationIdDescription,
  organizationToBill,
  showOrganization,
} from './make-change.ts';
import { Money } from './money.ts';
import { checked, idempotencyKeyDescription, idempotencyKeyRule, mutation } from './mutation.ts';
import { OrderCustomerInput, orderCustomerRule } from './order-customer.ts';
import { PaymentStatus } from './payment.ts';
import { wholeFrom } from './rules.ts';

interface CreateSinglePayment extends SinglePayment {
  readonly organization: number;
}

const CreateSinglePaymentPayload = builder
  .objectRef<CreateSinglePayment>('CreateSinglePaymentPayload')
  .implement({
    description: 'A purchase that was made, as Make answered.',
    fields: (t) => ({
      paymentId: t.exposeID('upstreamId', { description: "Make's own id of the payment." }),
      status: t.expose('status', {
        type: PaymentStatus,
        nullable: true,
        description: 'Whether it is paid already, with what is charged by default.',
      }),
      rawStatus: t.exposeString('rawStatus', {
        nullable: true,
        description: "The status in Make's own word.",
      }),
      amount: t.expose('amount', {
        type: Money,
        nullable: true,
        description: 'What it costs in all, tax included.',
      }),
      paymentUrl: t.expose('paymentUrl', {
        type: 'URL',
        nullable: true,
        description: 'Where a person pays what could not be charged; null where nothing is left to do.',
      }),
    }),
  });

showOrganization(CreateSinglePaymentPayload);

const CreateSinglePaymentInput = builder.inputType('CreateSinglePaymentInput', {
  description: 'What to buy of Make beside the subscription.',
  fields: (t) => ({
    organizationId: t.id({ required: true, description: organizationIdDescription }),
    priceId: t.string({ required: true, description: 'One of `availableExtras`.' }),
    quantity: t.int({ required: true, defaultValue: 1, description: 'How many of it, from 1.' }),
    couponCode: t.string({ description: 'What takes something off the price.' }),
    customer: t.field({
      type: OrderCustomerInput,
      description: 'Who is billed for it: name, email and address are taken.',
    }),
    idempotencyKey: t.string({ description: idempotencyKeyDescription }),
  }),
});

mutation('createSinglePayment', {
  description:
    'Buys something of Make that is paid once, as more operations. Charged to what pays for extras, else paid on a page of Make. Documented dialect.',
  input: CreateSinglePaymentInput,
  payload: CreateSinglePaymentPayload,
  asks: { requests: 2 },
  async run({ organizationId, ...asked }, context) {
    const organization = organizationToBill(organizationId, 'createSinglePayment', context);
    const rules = z.object({
      idempotencyKey: idempotencyKeyRule,
      priceId: priceIdRule,
      quantity: wholeFrom(1),
      couponCode: optional(couponCodeRule),
      customer: orderCustomerRule(organization),
    });
    const { idempotencyKey, ...order } = checked(rules, asked);
    const payment = await changeAtMake(context, {
      name: 'createSinglePayment',
      organization,
      idempotencyKey,
      input: order,
      make: (billing, registered, errand) => billing.createSinglePayment(registered, order, errand),
      note: (done, doing) => notePayment(doing, organization, done),
    });
    context.visit.acted({ organization, section: 'createSinglePayment', objects: [payment.upstreamId] });
    return { ...payment, organization };
  },
});
