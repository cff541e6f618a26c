import { z } from 'zod';
import { noteChangedSubscription } from '../actions/note-platform.ts';
import { readSubscription } from '../actions/platform-look-back.ts';
import type { PlatformSubscription, SubscriptionCancellation } from '../domain/platform-subscription.ts';
import { errandFor } from '../loaders/platform.ts';
import { SubscriptionStatus } from './billing-subscription.ts';
import { builder } from './builder.ts';
import { authorizeCustomer } from './customer-action.ts';
import { given } from './given.ts';
import { readCustomersId } from './global-id.ts';
import { atInputNames } from './input-names.ts';
import {
  checked,
  confirmDescription,
  confirmed,
  idempotencyKeyDescription,
  idempotencyKeyRule,
  mutation,
  readAt,
} from './mutation.ts';
import { type ChangedSubscription, subscriptionPayload } from './platform-subscription-changes.ts';
import { text } from './rules.ts';

interface Cancelled extends ChangedSubscription {
  readonly cancellation: SubscriptionCancellation;
}

const CancelPlatformSubscriptionPayload = subscriptionPayload<Cancelled>(
  'CancelPlatformSubscriptionPayload',
  'A cancellation that was made.',
);

builder.objectFields(CancelPlatformSubscriptionPayload, (t) => ({
  status: t.field({
    type: SubscriptionStatus,
    nullable: true,
    description: 'Where the subscription stands: cancelled, also while it still runs.',
    resolve: ({ cancellation }) => cancellation.status,
  }),
  cancelAtPeriodEnd: t.boolean({
    nullable: true,
    description: 'Does it run on until its period ends?',
    resolve: ({ cancellation }) => cancellation.cancelAtPeriodEnd,
  }),
  canceledAt: t.field({
    type: 'DateTime',
    nullable: true,
    description: 'When it was cancelled.',
    resolve: ({ cancellation }) => cancellation.canceledAt,
  }),
  endsAt: t.field({
    type: 'DateTime',
    nullable: true,
    description: 'When it stops.',
    resolve: ({ cancellation }) => cancellation.endsAt,
  }),
  cancellationReason: t.string({
    nullable: true,
    description: 'Why, as the platform keeps it.',
    resolve: ({ cancellation }) => cancellation.cancellationReason,
  }),
}));

const CancelPlatformSubscriptionInput = builder.inputType('CancelPlatformSubscriptionInput', {
  description: 'Which subscription to cancel, when and why.',
  fields: (t) => ({
    subscriptionId: t.id({ required: true, description: "The subscription's global id." }),
    immediately: t.boolean({
      required: true,
      defaultValue: false,
      description:
        'End it at once, which asks for `confirm`. Otherwise it runs to the end of the period that is paid for.',
    }),
    reason: t.string({ description: 'Why, in a word or a sentence: `too_expensive`; up to 500 characters.' }),
    feedback: t.string({ description: 'What the customer says of it, up to 2000 characters.' }),
    confirm: t.boolean({ description: confirmDescription }),
    idempotencyKey: t.string({ description: idempotencyKeyDescription }),
  }),
});

const cancelRules = z.object({
  idempotencyKey: idempotencyKeyRule,
  reason: text(500).nullish(),
  feedback: text(2000).nullish(),
});

mutation('cancelPlatformSubscription', {
  description: 'Cancels a subscription of the platform, with its period or at once.',
  input: CancelPlatformSubscriptionInput,
  payload: CancelPlatformSubscriptionPayload,
  asks: { requests: 4, bucket: 'platform:subscriptions' },
  async run({ confirm, ...asked }, context) {
    const { customer, upstreamId: subscriptionId } = readAt('subscriptionId', () =>
      readCustomersId(asked.subscriptionId, 'PlatformSubscription'),
    );
    authorizeCustomer(customer, 'cancelPlatformSubscription', context, subscriptionId);
    const { idempotencyKey, reason, feedback } = checked(cancelRules, asked);
    const { immediately } = asked;
    if (immediately) confirmed(confirm, 'The subscription would end at once.', 1);
    const order = { immediately, reason: given(reason), feedback: given(feedback) };
    const cancel = context.actions.perform<SubscriptionCancellation>({
      name: 'cancelPlatformSubscription',
      owner: customer,
      idempotencyKey,
      input: { subscriptionId, order },
      async make(doing) {
        const { platform, sources, errand } = doing;
        const on = errandFor(customer, sources, errand);
        const { value } = await platform().cancelSubscription(customer, subscriptionId, order, on);
        await noteChangedSubscription(doing, customer, subscriptionId);
        return value;
      },
      async lookFor(doing) {
        const found = await readSubscription(customer, subscriptionId, doing);
        const isDone = found.status === 'CANCELLED' && (!immediately || hasEnded(found));
        return isDone ? cancellationOf(found) : null;
      },
    });
    return { customer, subscriptionId, cancellation: await atInputNames({}, cancel) };
  },
});

/** One that is cancelled at once ends before its period does. */
function hasEnded({ cancelAtPeriodEnd, endsAt, currentPeriodEnd }: PlatformSubscription): boolean {
  if (cancelAtPeriodEnd === false) return true;
  return endsAt !== null && currentPeriodEnd !== null && endsAt < currentPeriodEnd;
}

function cancellationOf(found: PlatformSubscription): SubscriptionCancellation {
  const { upstreamId, status, rawStatus, cancelAtPeriodEnd, canceledAt, endsAt } = found;
  const { currentPeriodEnd, cancellationReason } = found;
  const when = { cancelAtPeriodEnd, canceledAt, endsAt, currentPeriodEnd };
  return { upstreamId, status, rawStatus, ...when, cancellationReason };
}
