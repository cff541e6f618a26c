import { z } from 'zod';
import {
  findMadeSubscription,
  isAsAsked,
  lookBackRequests,
  readSubscription,
} from '../actions/platform-look-back.ts';
import type { PlatformSubscriptionChanges } from '../domain/platform-subscription.ts';
import { errandFor } from '../loaders/platform.ts';
import { asks } from './asks.ts';
import { builder } from './builder.ts';
import { visibleCustomer } from './customer.ts';
import { authorizeCustomer, methodIdDescription, noteMade, readMethodId } from './customer-action.ts';
import { given } from './given.ts';
import { readCustomerId, readCustomersId, readEitherId } from './global-id.ts';
import { atInputNames } from './input-names.ts';
import { metadataChangesDescription, metadataDescription, metadataRule } from './metadata-input.ts';
import {
  checked,
  idempotencyKeyDescription,
  idempotencyKeyRule,
  idRule,
  mutation,
  readAt,
} from './mutation.ts';
import { loadPlatformSubscription, PlatformSubscription } from './platform-subscription.ts';
import { Proration } from './proration.ts';
import { changesOf, wholeFrom } from './rules.ts';

const bucket = 'platform:subscriptions';

/** Which subscription was changed. */
export interface ChangedSubscription {
  readonly customer: string;
  readonly subscriptionId: string;
}

/** A payload that shows the subscription as it is after the change. */
export function subscriptionPayload<Done extends ChangedSubscription>(name: string, description: string) {
  const ref = builder.objectRef<Done>(name).implement({ description });
  builder.objectField(ref, 'subscription', (t) =>
    t.field({
      type: PlatformSubscription,
      nullable: true,
      description: 'The subscription as it is now, read again.',
      extensions: asks({ requests: 1, bucket }),
      resolve: async ({ customer, subscriptionId }, _args, context, info) => {
        const owner = visibleCustomer(customer, 'subscriptions', context);
        return owner && loadPlatformSubscription(owner, subscriptionId, context, info);
      },
    }),
  );
  return ref;
}

const CreatePlatformSubscriptionInput = builder.inputType('CreatePlatformSubscriptionInput', {
  description: 'Who is to subscribe to which plan. A customer has one subscription that runs at most.',
  fields: (t) => ({
    customerId: t.id({ required: true, description: "The customer's global id, or the platform's own." }),
    planId: t.id({ required: true, description: "The plan's global id, or the platform's own." }),
    paymentMethodId: t.id({
      description: `${methodIdDescription}; the default one where left out. Without a trial it is charged at once.`,
    }),
    trialDays: t.int({ description: 'Days that are free at the beginning; as the plan has it unless told.' }),
    billingCycleAnchor: t.field({
      type: 'DateTime',
      description:
        'The day on which a period begins, from which the others are counted; its time of day does not count.',
    }),
    metadata: t.field({ type: 'JSON', description: metadataDescription }),
    idempotencyKey: t.string({ description: idempotencyKeyDescription }),
  }),
});

const UpdatePlatformSubscriptionInput = builder.inputType('UpdatePlatformSubscriptionInput', {
  description: 'What to change of a subscription. What is left out stays; at least one change is needed.',
  fields: (t) => ({
    subscriptionId: t.id({ required: true, description: "The subscription's global id." }),
    paymentMethodId: t.id({ description: `${methodIdDescription}. It is charged from now on.` }),
    proration: t.field({ type: Proration, description: 'How a change within the period is billed.' }),
    metadata: t.field({ type: 'JSON', description: metadataChangesDescription }),
    idempotencyKey: t.string({ description: idempotencyKeyDescription }),
  }),
});

const createRulesOf = (customer: string) =>
  z.object({
    idempotencyKey: idempotencyKeyRule,
    planId: idRule((id) => readEitherId(id, 'Plan')),
    paymentMethodId: idRule((id) => readMethodId(id, customer)).nullish(),
    trialDays: wholeFrom(0).nullish(),
    metadata: metadataRule,
  });

const updateRulesOf = (customer: string) =>
  changesOf({
    idempotencyKey: idempotencyKeyRule,
    paymentMethodId: idRule((id) => readMethodId(id, customer)).nullish(),
    proration: z.string().nullish(),
    metadata: metadataRule,
  });

const inputNames = { trial_period_days: ['trialDays'], proration_behavior: ['proration'] };

mutation('createPlatformSubscription', {
  description:
    'Subscribes a customer to a plan of the platform. Without a trial the first period is charged at once.',
  input: CreatePlatformSubscriptionInput,
  payload: subscriptionPayload('CreatePlatformSubscriptionPayload', 'A subscription that was made.'),
  asks: { requests: 1 + lookBackRequests.subscription, bucket },
  async run({ customerId, ...asked }, context) {
    const customer = readAt('customerId', () => readCustomerId(customerId));
    authorizeCustomer(customer, 'createPlatformSubscription', context);
    const { idempotencyKey, planId, trialDays, metadata, ...rest } = checked(createRulesOf(customer), asked);
    const order = {
      planId,
      paymentMethodId: given(rest.paymentMethodId),
      trialDays: given(trialDays),
      billingCycleAnchor: given(asked.billingCycleAnchor),
      metadata: given(metadata),
    };
    const create = context.actions.perform({
      name: 'createPlatformSubscription',
      owner: customer,
      idempotencyKey,
      input: order,
      async make({ platform, sources, errand, key, note }) {
        const subscription = { ...order, idempotencyKey: key };
        const on = errandFor(customer, sources, errand);
        const { value } = await platform().createSubscription(customer, subscription, on);
        await note({ section: 'platform-subscriptions', value, isNew: true });
        return value.upstreamId;
      },
      lookFor: (doing) => findMadeSubscription(customer, planId, doing),
    });
    const subscriptionId = await atInputNames(inputNames, create);
    noteMade(customer, 'createPlatformSubscription', subscriptionId, context);
    return { customer, subscriptionId };
  },
});

mutation('updatePlatformSubscription', {
  description: 'Changes what a subscription of the platform is charged to, and what is noted beside it.',
  input: UpdatePlatformSubscriptionInput,
  payload: subscriptionPayload('UpdatePlatformSubscriptionPayload', 'A subscription that was changed.'),
  asks: { requests: 3, bucket },
  async run(asked, context) {
    const { customer, upstreamId: subscriptionId } = readAt('subscriptionId', () =>
      readCustomersId(asked.subscriptionId, 'PlatformSubscription'),
    );
    authorizeCustomer(customer, 'updatePlatformSubscription', context, subscriptionId);
    const { idempotencyKey, metadata, ...rest } = checked(updateRulesOf(customer), asked);
    const paymentMethodId = given(rest.paymentMethodId);
    const proration = given(asked.proration);
    const changes: PlatformSubscriptionChanges = { paymentMethodId, proration, metadata: given(metadata) };
    const update = context.actions.perform({
      name: 'updatePlatformSubscription',
      owner: customer,
      idempotencyKey,
      input: { subscriptionId, changes },
      async make({ platform, sources, errand }) {
        const on = errandFor(customer, sources, errand);
        await platform().updateSubscription(customer, subscriptionId, changes, on);
        return subscriptionId;
      },
      async lookFor(doing) {
        const found = await readSubscription(customer, subscriptionId, doing);
        return isAsAsked({ paymentMethodId, metadata: changes.metadata }, found) ? subscriptionId : null;
      },
    });
    await atInputNames(inputNames, update);
    return { customer, subscriptionId };
  },
});
