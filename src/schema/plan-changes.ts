import { z } from 'zod';
import { findMadePlan, isAsAsked, lookBackRequests, readPlan } from '../actions/platform-look-back.ts';
import type { PlanChanges } from '../domain/plan.ts';
import { asks } from './asks.ts';
import { BillingInterval } from './billing-subscription.ts';
import { builder } from './builder.ts';
import { authorizeOperator } from './customer-action.ts';
import { given } from './given.ts';
import { readEitherId } from './global-id.ts';
import { atInputNames } from './input-names.ts';
import { metadataChangesDescription, metadataDescription, metadataRule } from './metadata-input.ts';
import { MoneyInput } from './money.ts';
import {
  checked,
  confirmDescription,
  confirmed,
  idempotencyKeyDescription,
  idempotencyKeyRule,
  mutation,
  readAt,
} from './mutation.ts';
import { loadPlan, Plan } from './plan.ts';
import { changesOf, moneyFrom, quantityRule, text, wholeFrom } from './rules.ts';

const bucket = 'platform:plans';
const owner = 'plans';

/** A plan that was changed is read again, so that it shows as it is now. */
function planPayload<Done extends { readonly planId: string }>(name: string, description: string) {
  const ref = builder.objectRef<Done>(name).implement({ description });
  builder.objectField(ref, 'plan', (t) =>
    t.field({
      type: Plan,
      nullable: true,
      description: 'The plan as it is now, read again.',
      extensions: asks({ requests: 1, bucket }),
      resolve: ({ planId }, _args, context, info) => loadPlan(planId, context, info),
    }),
  );
  return ref;
}

const PlanLimitInput = builder.inputType('PlanLimitInput', {
  description: 'How much of something a plan includes.',
  fields: (t) => ({
    name: t.string({ required: true, description: "The platform's name of it: `api_calls_per_day`." }),
    quantity: t.field({ type: 'Decimal', required: true, description: 'How much of it there is.' }),
  }),
});

const planIdDescription = "The plan's global id, or the platform's own.";

const CreatePlanInput = builder.inputType('CreatePlanInput', {
  description: 'A plan to be sold.',
  fields: (t) => ({
    name: t.string({ required: true, description: 'What it is sold as, up to 200 characters.' }),
    description: t.string({ description: 'What it offers, in a sentence.' }),
    price: t.field({ type: MoneyInput, required: true, description: 'What each interval costs before tax.' }),
    interval: t.field({ type: BillingInterval, required: true, description: 'How often the price recurs.' }),
    trialDays: t.int({ description: 'Days that are free at the beginning; none unless told.' }),
    billingCycles: t.int({ description: 'How many intervals are billed; without an end unless told.' }),
    features: t.stringList({ description: 'What it includes, by names: `advanced_analytics`.' }),
    limits: t.field({ type: [PlanLimitInput], description: 'How much of what it includes.' }),
    metadata: t.field({
      type: 'JSON',
      description: `${metadataDescription} Its \`tier\` is the tier that plans are filtered by.`,
    }),
    idempotencyKey: t.string({ description: idempotencyKeyDescription }),
  }),
});

const UpdatePlanInput = builder.inputType('UpdatePlanInput', {
  description: 'What to change of a plan. What is left out stays; at least one change is needed.',
  fields: (t) => ({
    planId: t.id({ required: true, description: planIdDescription }),
    name: t.string({ description: 'What it is sold as, up to 200 characters.' }),
    description: t.string({ description: 'What it offers, in a sentence.' }),
    price: t.field({
      type: MoneyInput,
      description: 'What each interval costs before tax, for subscriptions that begin from now on.',
    }),
    interval: t.field({ type: BillingInterval, description: 'How often the price recurs.' }),
    trialDays: t.int({ description: 'Days that are free at the beginning.' }),
    billingCycles: t.int({ description: 'How many intervals are billed; null for no end.' }),
    features: t.stringList({ description: 'What it includes: replaces the names that were there.' }),
    limits: t.field({
      type: [PlanLimitInput],
      description: 'How much it includes, by the names that are given; other limits stay as they are.',
    }),
    metadata: t.field({ type: 'JSON', description: metadataChangesDescription }),
    idempotencyKey: t.string({ description: idempotencyKeyDescription }),
  }),
});

const ArchivePlanInput = builder.inputType('ArchivePlanInput', {
  description: 'Which plan to sell no longer.',
  fields: (t) => ({
    planId: t.id({ required: true, description: planIdDescription }),
    confirm: t.boolean({ description: confirmDescription }),
    idempotencyKey: t.string({ description: idempotencyKeyDescription }),
  }),
});

const intervalRule = z.enum(['DAY', 'WEEK', 'MONTH', 'YEAR'], 'Takes DAY, WEEK, MONTH or YEAR.');

const commonRules = {
  idempotencyKey: idempotencyKeyRule,
  description: text(1000).nullish(),
  trialDays: wholeFrom(0).nullish(),
  billingCycles: wholeFrom(1).nullish(),
  features: z.array(text(100)).max(100, 'Takes up to 100 names.').nullish(),
  limits: z
    .array(z.object({ name: text(100), quantity: quantityRule }))
    .max(100, 'Takes up to 100 limits.')
    .refine(
      (limits) => new Set(limits.map(({ name }) => name)).size === limits.length,
      'Takes each name once.',
    )
    .nullish(),
  metadata: metadataRule,
};

const createRules = z.object({
  ...commonRules,
  name: text(200),
  price: moneyFrom(0),
  interval: intervalRule,
});

const updateRules = changesOf({
  ...commonRules,
  name: text(200).nullish(),
  price: moneyFrom(0).nullish(),
  interval: intervalRule.nullish(),
});

const inputNames = {
  pricing: ['price'],
  'pricing.amount': ['price', 'minorUnits'],
  'pricing.currency': ['price', 'currency'],
  'pricing.interval': ['interval'],
  'pricing.trial_period_days': ['trialDays'],
  'pricing.billing_cycles': ['billingCycles'],
};

mutation('createPlan', {
  description: 'Adds a plan to the catalogue of the platform. For operators.',
  input: CreatePlanInput,
  payload: planPayload('CreatePlanPayload', 'A plan that was made.'),
  asks: { requests: 1 + lookBackRequests.plan, bucket },
  async run(asked, { visit, actions }) {
    authorizeOperator(visit, 'createPlan');
    const { idempotencyKey, name, price, interval, ...terms } = checked(createRules, asked);
    const { idempotencyKey: _, ...input } = asked;
    const create = actions.perform({
      name: 'createPlan',
      owner,
      idempotencyKey,
      input,
      async make({ platform, errand, key }) {
        const plan = { ...givenTerms(terms), name, price, interval, idempotencyKey: key };
        return (await platform().createPlan(plan, errand)).value.upstreamId;
      },
      lookFor: findMadePlan,
    });
    const planId = await atInputNames(inputNames, create);
    visit.acted({ organization: null, section: 'createPlan', objects: [planId] });
    return { planId };
  },
});

mutation('updatePlan', {
  description:
    'Changes a plan of the platform. A price holds for subscriptions that begin after. For operators.',
  input: UpdatePlanInput,
  payload: planPayload('UpdatePlanPayload', 'A plan that was changed.'),
  asks: { requests: 2, bucket },
  async run(asked, { visit, actions }) {
    const planId = readAt('planId', () => readEitherId(asked.planId, 'Plan'));
    authorizeOperator(visit, 'updatePlan', planId);
    const { idempotencyKey, name, price, interval, ...terms } = checked(updateRules, asked);
    const changes: PlanChanges = {
      ...givenTerms(terms),
      name: given(name),
      price: given(price),
      interval: given(interval),
      billingCycles: terms.billingCycles,
    };
    const update = actions.perform({
      name: 'updatePlan',
      owner,
      idempotencyKey,
      input: { planId, changes },
      async make({ platform, errand }) {
        await platform().updatePlan(planId, changes, errand);
        return planId;
      },
      async lookFor(doing) {
        const plan = await readPlan(planId, doing);
        return isAsAsked(byName(changes), byName(plan)) ? planId : null;
      },
    });
    return { planId: await atInputNames(inputNames, update) };
  },
});

const ArchivePlanPayload = planPayload<{ readonly planId: string; readonly archivedAt: Date | null }>(
  'ArchivePlanPayload',
  'A plan that takes no new subscriptions any more.',
);

builder.objectField(ArchivePlanPayload, 'archivedAt', (t) =>
  t.expose('archivedAt', {
    type: 'DateTime',
    nullable: true,
    description: 'Since when it takes none, as the platform answered.',
  }),
);

mutation('archivePlan', {
  description: 'Takes a plan of the platform off sale; subscriptions to it go on. For operators.',
  input: ArchivePlanInput,
  payload: ArchivePlanPayload,
  asks: { requests: 2, bucket },
  async run({ confirm, ...asked }, { visit, actions }) {
    const planId = readAt('planId', () => readEitherId(asked.planId, 'Plan'));
    authorizeOperator(visit, 'archivePlan', planId);
    const { idempotencyKey } = checked(z.object({ idempotencyKey: idempotencyKeyRule }), asked);
    confirmed(confirm, 'The plan would take no new subscriptions, and no call takes that back.', 1);
    return actions.perform({
      name: 'archivePlan',
      owner,
      idempotencyKey,
      input: { planId },
      async make({ platform, errand }) {
        const { archivedAt } = (await platform().archivePlan(planId, errand)).value;
        return { planId, archivedAt };
      },
      async lookFor(doing) {
        const { status, archivedAt } = await readPlan(planId, doing);
        return status === 'ARCHIVED' ? { planId, archivedAt } : null;
      },
    });
  },
});

type Terms = Pick<
  z.output<typeof createRules>,
  'description' | 'trialDays' | 'billingCycles' | 'features' | 'limits' | 'metadata'
>;

function givenTerms({ description, trialDays, billingCycles, features, limits, metadata }: Terms) {
  return {
    description: given(description),
    trialDays: given(trialDays),
    billingCycles: given(billingCycles),
    features: given(features),
    limits: given(limits),
    metadata: given(metadata),
  };
}

/** Limits by their names: those that are not named stay as they are. */
function byName({ limits, ...terms }: PlanChanges | { readonly limits: PlanChanges['limits'] | null }) {
  return {
    ...terms,
    limits: limits && Object.fromEntries(limits.map(({ name, quantity }) => [name, quantity])),
  };
}
