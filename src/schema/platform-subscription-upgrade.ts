import { z } from 'zod';
import { noteChangedSubscription } from '../actions/note-platform.ts';
import { readSubscription } from '../actions/platform-look-back.ts';
import type { SubscriptionUpgrade } from '../domain/platform-subscription.ts';
import { type UpgradeEstimate as DomainEstimate, estimateUpgrade } from '../insights/proration.ts';
import { allOf } from '../loaders/each.ts';
import { errandFor } from '../loaders/platform.ts';
import { asks } from './asks.ts';
import { builder } from './builder.ts';
import { authorizeCustomer } from './customer-action.ts';
import { given } from './given.ts';
import { readCustomersId, readEitherId } from './global-id.ts';
import { atInputNames } from './input-names.ts';
import { markStale } from './mark-stale.ts';
import { Money } from './money.ts';
import {
  checked,
  idempotencyKeyDescription,
  idempotencyKeyRule,
  idRule,
  mutation,
  readAt,
} from './mutation.ts';
import { NextInvoice, PlatformSubscription } from './platform-subscription.ts';
import { type ChangedSubscription, subscriptionPayload } from './platform-subscription-changes.ts';
import { Proration } from './proration.ts';

interface Upgraded extends ChangedSubscription {
  readonly upgrade: SubscriptionUpgrade;
}

const UpgradePlatformSubscriptionPayload = subscriptionPayload<Upgraded>(
  'UpgradePlatformSubscriptionPayload',
  'An upgrade that was made.',
);

builder.objectFields(UpgradePlatformSubscriptionPayload, (t) => ({
  proration: t.field({
    type: Money,
    nullable: true,
    description:
      'What the change costs for the rest of the period, before tax; null where the platform did not tell, or its answer was lost.',
    resolve: ({ upgrade }) => upgrade.prorationAmount,
  }),
  proratedAt: t.field({
    type: 'DateTime',
    nullable: true,
    description: 'From when on the new price counts.',
    resolve: ({ upgrade }) => upgrade.proratedAt,
  }),
  nextInvoice: t.field({
    type: NextInvoice,
    nullable: true,
    description: 'What the next invoice will come to, as the platform answered.',
    resolve: ({ upgrade }) => upgrade.nextInvoice,
  }),
}));

const UpgradePlatformSubscriptionInput = builder.inputType('UpgradePlatformSubscriptionInput', {
  description:
    'Which subscription to lift to which plan. `PlatformSubscription.upgradePreview` estimates the cost.',
  fields: (t) => ({
    subscriptionId: t.id({ required: true, description: "The subscription's global id." }),
    planId: t.id({
      required: true,
      description:
        "A dearer plan of the same currency and interval: its global id, or the platform's own. Another is a Conflict.",
    }),
    proration: t.field({
      type: Proration,
      description: 'How the rest of the period is billed; as the platform has it unless told.',
    }),
    beginsPeriod: t.boolean({
      required: true,
      defaultValue: false,
      description: 'Begin a new period now, and charge it at once. Otherwise the period goes on.',
    }),
    idempotencyKey: t.string({ description: idempotencyKeyDescription }),
  }),
});

const upgradeRules = z.object({
  idempotencyKey: idempotencyKeyRule,
  planId: idRule((id) => readEitherId(id, 'Plan')),
});

const inputNames = {
  target_plan_id: ['planId'],
  proration_behavior: ['proration'],
  billing_cycle_anchor: ['beginsPeriod'],
};

mutation('upgradePlatformSubscription', {
  description: 'Lifts a subscription of the platform to a dearer plan.',
  input: UpgradePlatformSubscriptionInput,
  payload: UpgradePlatformSubscriptionPayload,
  asks: { requests: 4, bucket: 'platform:subscriptions' },
  async run(asked, context) {
    const { customer, upstreamId: subscriptionId } = readAt('subscriptionId', () =>
      readCustomersId(asked.subscriptionId, 'PlatformSubscription'),
    );
    authorizeCustomer(customer, 'upgradePlatformSubscription', context, subscriptionId);
    const { idempotencyKey, planId } = checked(upgradeRules, asked);
    const order = { planId, proration: given(asked.proration), beginsPeriod: asked.beginsPeriod };
    const upgrade = context.actions.perform<SubscriptionUpgrade>({
      name: 'upgradePlatformSubscription',
      owner: customer,
      idempotencyKey,
      input: { subscriptionId, order },
      async make(doing) {
        const { platform, sources, errand } = doing;
        const on = errandFor(customer, sources, errand);
        const { value } = await platform().upgradeSubscription(customer, subscriptionId, order, on);
        await noteChangedSubscription(doing, customer, subscriptionId);
        return value;
      },
      async lookFor(doing) {
        const found = await readSubscription(customer, subscriptionId, doing);
        if (found.planId !== planId) return null;
        const { upstreamId, planName, status, rawStatus, currentPeriodEnd, nextInvoice } = found;
        const told = { upstreamId, planId, planName, status, rawStatus, currentPeriodEnd, nextInvoice };
        return { ...told, prorationAmount: null, proratedAt: null };
      },
    });
    return { customer, subscriptionId, upgrade: await atInputNames(inputNames, upgrade) };
  },
});

interface Estimated extends DomainEstimate {
  readonly at: Date;
}

const UpgradeEstimate = builder.objectRef<Estimated>('UpgradeEstimate').implement({
  description:
    'What an upgrade would cost, reckoned by the gateway from prices and days: an estimate. The platform has no trial run, ' +
    'and what it bills in the end may differ: tax and use beyond the limits are not in it, nor is a price older than the plan shows.',
  fields: (t) => ({
    at: t.expose('at', { type: 'DateTime', description: 'When the upgrade would be made.' }),
    unused: t.expose('unused', {
      type: Money,
      description:
        'What is given back for the rest of the period at the price of the plan that runs: zero or less.',
    }),
    charged: t.expose('charged', {
      type: Money,
      description: 'What the new plan costs: for the rest of the period, or for the whole new one.',
    }),
    proration: t.expose('proration', {
      type: Money,
      description:
        'The sum of the two: what `upgradePlatformSubscription` would show, as far as can be foreseen.',
    }),
    periodEnd: t.expose('periodEnd', {
      type: 'DateTime',
      nullable: true,
      description: 'The end of the period that runs; null where the upgrade would begin a new one.',
    }),
  }),
});

builder.objectField(PlatformSubscription, 'upgradePreview', (t) =>
  t.field({
    type: UpgradeEstimate,
    nullable: true,
    description:
      'An estimate of what an upgrade would cost; null where there can be none: the plan is not there, is not dearer, ' +
      'is of another currency or interval, or the subscription is cancelled, suspended or past due.',
    args: {
      planId: t.arg.id({ required: true, description: "The plan's global id, or the platform's own." }),
      beginsPeriod: t.arg.boolean({
        required: true,
        defaultValue: false,
        description: 'As if a new period began with the upgrade.',
      }),
      at: t.arg({ type: 'DateTime', description: 'As if it were made then; now unless told.' }),
    },
    extensions: asks({ requests: 3, bucket: 'platform:plans' }),
    resolve: async (subscription, { planId, beginsPeriod, at }, context, info) => {
      const target = readEitherId(planId, 'Plan');
      const { plans, platformSubscriptions, startedAt } = context.loaders;
      const answers = await allOf([
        platformSubscriptions.detail(subscription.customer.id, subscription.upstreamId),
        plans.row.load(subscription.planId),
        plans.row.load(target),
      ]);
      const [running, from, to] = answers;
      if (running === null || from === null || to === null) return null;
      for (const answer of [running, from, to]) markStale(answer, context, info);
      const when = at ?? startedAt;
      const upgrade = { subscription: running.value, from: from.value, to: to.value, at: when, beginsPeriod };
      const estimate = estimateUpgrade(upgrade);
      return estimate && { ...estimate, at: when };
    },
  }),
);
