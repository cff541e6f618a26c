import { z } from 'zod';
import { noteSubscription } from '../actions/note-subscription.ts';
import { prorations, type SubscriptionCreation } from '../domain/make-order.ts';
import { couponCodeRule, optional, priceIdRule } from './billing-rules.ts';
import { builder } from './builder.ts';
import {
  changeAtMake,
  organizationIdDescription,
  organizationToBill,
  showOrganization,
  showSubscription,
} from './make-change.ts';
import { checked, idempotencyKeyDescription, idempotencyKeyRule, mutation } from './mutation.ts';
import { OrderCustomerInput, orderCustomerRule } from './order-customer.ts';
import { Proration } from './proration.ts';
import { wholeFrom } from './rules.ts';

type Checkout = NonNullable<SubscriptionCreation['checkout']>;

const MakeCheckout = builder.objectRef<Checkout>('MakeCheckout').implement({
  description: 'A page of Make on which a person completes an order.',
  fields: (t) => ({
    url: t.expose('url', {
      type: 'URL',
      description: 'Where it is. The subscription begins once it is paid.',
    }),
    sessionId: t.exposeString('sessionId', { description: "Make's id of the checkout." }),
    subscriptionId: t.exposeString('subscriptionId', {
      nullable: true,
      description: "Make's id of the subscription that it will become.",
    }),
  }),
});

const CreateSubscriptionPayload = builder
  .objectRef<{ readonly organization: number; readonly checkout: Checkout | null }>(
    'CreateSubscriptionPayload',
  )
  .implement({
    description: 'A subscription that runs, or the page on which it is to be completed.',
    fields: (t) => ({
      checkout: t.expose('checkout', {
        type: MakeCheckout,
        nullable: true,
        description: 'Where a person completes it; null where it runs already. Live dialect.',
      }),
    }),
  });

showOrganization(CreateSubscriptionPayload);
showSubscription(CreateSubscriptionPayload);

const CreateSubscriptionInput = builder.inputType('CreateSubscriptionInput', {
  description: 'What to subscribe to at Make, and who pays.',
  fields: (t) => ({
    organizationId: t.id({ required: true, description: organizationIdDescription }),
    priceId: t.string({ required: true, description: 'One of `availablePrices`.' }),
    couponCode: t.string({ description: 'What takes something off the price: `WELCOME10`.' }),
    trialDays: t.int({ description: 'Days before the first payment. Documented dialect.' }),
    customer: t.field({ type: OrderCustomerInput, description: 'Who pays, and with what.' }),
    idempotencyKey: t.string({ description: idempotencyKeyDescription }),
  }),
});

mutation('createSubscription', {
  description:
    'Subscribes an organization to a plan of Make. In the live dialect a person completes it on a page of Make.',
  input: CreateSubscriptionInput,
  payload: CreateSubscriptionPayload,
  asks: { requests: 1 },
  async run({ organizationId, ...asked }, context) {
    const organization = organizationToBill(organizationId, 'createSubscription', context);
    const rules = z.object({
      idempotencyKey: idempotencyKeyRule,
      priceId: priceIdRule,
      couponCode: optional(couponCodeRule),
      trialDays: optional(wholeFrom(0)),
      customer: orderCustomerRule(organization),
    });
    const { idempotencyKey, ...order } = checked(rules, asked);
    const { subscription, checkout } = await changeAtMake(context, {
      name: 'createSubscription',
      organization,
      idempotencyKey,
      input: order,
      make: (billing, registered, errand) => billing.createSubscription(registered, order, errand),
      // one that is to be completed is not there yet
      note: async ({ subscription: value }, { note }) => {
        if (value !== null) await note({ section: 'subscription', value });
      },
    });
    const made = checkout?.subscriptionId ?? subscription?.upstreamId;
    const objects = made == null ? [] : [made];
    context.visit.acted({ organization, section: 'createSubscription', objects });
    return { organization, checkout };
  },
});

const UpdateSubscriptionPayload = builder
  .objectRef<{ readonly organization: number }>('UpdateSubscriptionPayload')
  .implement({ description: 'A subscription that was changed.' });

showOrganization(UpdateSubscriptionPayload);
showSubscription(UpdateSubscriptionPayload);

const UpdateSubscriptionInput = builder.inputType('UpdateSubscriptionInput', {
  description:
    'What to change of a subscription at Make. What is left out stays; at least one change is needed.',
  fields: (t) => ({
    organizationId: t.id({ required: true, description: organizationIdDescription }),
    priceId: t.string({
      description:
        'One of `availablePrices`: the plan, or how often it is billed. The live dialect asks for it.',
    }),
    customer: t.field({ type: OrderCustomerInput, description: 'Who pays from now on, and with what.' }),
    proration: t.field({
      type: Proration,
      description:
        'How the rest of the period is billed: `CREATE_PRORATIONS` unless told. Documented dialect.',
    }),
    idempotencyKey: t.string({ description: idempotencyKeyDescription }),
  }),
});

mutation('updateSubscription', {
  description: "Changes an organization's subscription at Make: its price, who pays it, or with what.",
  input: UpdateSubscriptionInput,
  payload: UpdateSubscriptionPayload,
  asks: { requests: 2 },
  async run({ organizationId, ...asked }, context) {
    const organization = organizationToBill(organizationId, 'updateSubscription', context);
    const rules = z
      .object({
        idempotencyKey: idempotencyKeyRule,
        priceId: optional(priceIdRule),
        customer: orderCustomerRule(organization),
        proration: optional(z.enum(prorations)),
      })
      .refine(
        ({ priceId, customer }) => priceId !== undefined || customer !== undefined,
        'Takes at least one change: priceId, customer.',
      );
    const { idempotencyKey, ...changes } = checked(rules, asked);
    await changeAtMake(context, {
      name: 'updateSubscription',
      organization,
      idempotencyKey,
      input: changes,
      make: (billing, registered, errand) => billing.updateSubscription(registered, changes, errand),
      note: (value, doing) =>
        value === null
          ? noteSubscription(doing, organization)
          : doing.note({ section: 'subscription', value }),
    });
    return { organization };
  },
});
