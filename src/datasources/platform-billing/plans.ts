import { z } from 'zod';
import {
  type ArchivedPlan,
  type NewPlan,
  type Plan,
  type PlanChanges,
  type PlanDetail,
  type PlanFilter,
  planStatusFrom,
} from '../../domain/plan.ts';
import { billingIntervalFrom } from '../../domain/subscription.ts';
import type { Answer, Endpoint, Errand } from '../../upstream/call.ts';
import type { Rows, Slice } from '../read.ts';
import { currencyCode, decimal, exactNumber, instant, orNull, textOrNumber, wholeNumber } from '../wire.ts';
import { inData, pageInData } from './answer.ts';
import { annotated, annotations } from './metadata.ts';
import type { Platform } from './platform.ts';
import { plansTag, planTag, planTermsTag } from './tags.ts';

const rowShape = z.object({
  id: textOrNumber,
  name: z.string(),
  description: orNull(z.string()),
  pricing: z.object({
    amount: wholeNumber,
    currency: currencyCode,
    interval: z.string(),
    trial_period_days: orNull(wholeNumber),
    billing_cycles: orNull(wholeNumber),
  }),
  metadata: annotations,
});

function planFrom({ id, name, description, pricing, metadata: notes }: z.output<typeof rowShape>): Plan {
  const tier = notes.metadata?.['tier'];
  return {
    upstreamId: id,
    name,
    description,
    price: { minorUnits: pricing.amount, currency: pricing.currency },
    interval: billingIntervalFrom(pricing.interval),
    rawInterval: pricing.interval,
    trialDays: pricing.trial_period_days,
    billingCycles: pricing.billing_cycles,
    tier: typeof tier === 'string' ? tier : null,
    ...notes,
  };
}

const figures = orNull(z.record(z.string(), decimal));

const detailShape = rowShape
  .extend({
    features: orNull(z.array(z.string())),
    limits: figures,
    usage_rates: figures,
    status: z.string(),
    created_at: orNull(instant),
    updated_at: orNull(instant),
    archived_at: orNull(instant),
  })
  .transform(
    (wire): PlanDetail => ({
      ...planFrom(wire),
      features: wire.features,
      limits: wire.limits && Object.entries(wire.limits).map(([name, quantity]) => ({ name, quantity })),
      usageRates:
        wire.usage_rates &&
        Object.entries(wire.usage_rates).map(([name, rate]) => ({
          name,
          price: { decimal: rate, currency: wire.pricing.currency },
        })),
      status: planStatusFrom(wire.status),
      rawStatus: wire.status,
      createdAt: wire.created_at,
      updatedAt: wire.updated_at,
      archivedAt: wire.archived_at,
    }),
  );

const archivedShape = z
  .object({ id: textOrNumber, status: z.string(), archived_at: orNull(instant) })
  .transform(
    (wire): ArchivedPlan => ({
      upstreamId: wire.id,
      status: planStatusFrom(wire.status),
      rawStatus: wire.status,
      archivedAt: wire.archived_at,
    }),
  );

const group = 'plans';
const onePath = '/billing/plans/{plan_id}';

const list: Endpoint<Rows<Plan>> = {
  method: 'GET',
  path: '/billing/plans',
  answer: pageInData('plans', rowShape.transform(planFrom)),
  cache: 'plans',
  group,
};

const answer = inData('plan', detailShape);
const get: Endpoint<PlanDetail> = { method: 'GET', path: onePath, answer, cache: 'plans', group };
const create: Endpoint<PlanDetail> = { method: 'POST', path: '/billing/plans', answer, group };
const update: Endpoint<PlanDetail> = { method: 'PUT', path: onePath, answer, group };
const archive: Endpoint<ArchivedPlan> = {
  method: 'DELETE',
  path: onePath,
  answer: inData('plan', archivedShape),
  group,
};

export function readPlans(
  { upstream, account }: Platform,
  { activeOnly, tier }: PlanFilter,
  { offset, limit }: Slice,
  errand: Errand,
): Promise<Answer<Rows<Plan>>> {
  const query = { active_only: activeOnly, tier, limit, offset };
  return upstream.request({ endpoint: list, account, query, tags: [plansTag] }, errand);
}

export function readPlan(
  { upstream, account }: Platform,
  id: string,
  errand: Errand,
): Promise<Answer<PlanDetail>> {
  return upstream.request({ endpoint: get, account, params: { plan_id: id }, tags: [planTag(id)] }, errand);
}

export async function createPlan(
  { upstream, account }: Platform,
  plan: NewPlan,
  errand: Errand,
): Promise<Answer<PlanDetail>> {
  const body = { plan: wirePlan(plan) };
  return upstream.request({ endpoint: create, account, body, tags: [plansTag] }, errand);
}

export async function updatePlan(
  { upstream, account }: Platform,
  id: string,
  changes: PlanChanges,
  errand: Errand,
): Promise<Answer<PlanDetail>> {
  const body = { plan: wirePlan(changes) };
  const tags = [plansTag, planTag(id), planTermsTag];
  return upstream.request({ endpoint: update, account, params: { plan_id: id }, body, tags }, errand);
}

export function archivePlan(
  { upstream, account }: Platform,
  id: string,
  errand: Errand,
): Promise<Answer<ArchivedPlan>> {
  return upstream.request(
    { endpoint: archive, account, params: { plan_id: id }, tags: [plansTag, planTag(id)] },
    errand,
  );
}

function wirePlan(plan: PlanChanges | NewPlan) {
  const { name, description, features, limits } = plan;
  const amounts = limits?.map((limit) => [limit.name, exactNumber(limit.quantity, 'limits', limit.name)]);
  return {
    name,
    description,
    pricing: wirePricing(plan),
    features,
    limits: amounts && Object.fromEntries(amounts),
    metadata: annotated(plan),
  };
}

function wirePricing({ price, interval, trialDays, billingCycles }: PlanChanges) {
  const pricing = {
    amount: price?.minorUnits,
    currency: price?.currency,
    interval: interval?.toLowerCase(),
    trial_period_days: trialDays,
    billing_cycles: billingCycles,
  };
  return Object.values(pricing).every((part) => part === undefined) ? undefined : pricing;
}
