import { readBody } from '../kernel/body.ts';
import { type Call, created, type Endpoint, ok, type Reply } from '../kernel/endpoint.ts';
import {
  enumField,
  type Fields,
  integerField,
  invalidField,
  objectField,
  optionalArray,
  optionalInteger,
  optionalObject,
  optionalString,
  pageOf,
  stringField,
} from '../kernel/fields.ts';
import type { World } from '../world.ts';
import { intervals } from './billing-cycle.ts';
import { decimalFrom } from './decimal.ts';
import { inside, optionalMetadata, queryFields, queryFlag, requireFields, success } from './fields.ts';
import { newId } from './ids.ts';
import { planAt } from './lookups.ts';
import { currencies, maxAmount } from './money.ts';
import { planDetail, planRow } from './plan-views.ts';
import type { Plan, Pricing } from './state.ts';

export const planEndpoints: readonly Endpoint[] = [
  { method: 'POST', template: '/billing/plans', handle: createPlan },
  { method: 'GET', template: '/billing/plans', handle: listPlans },
  { method: 'GET', template: '/billing/plans/{plan_id}', handle: getPlan },
  { method: 'PUT', template: '/billing/plans/{plan_id}', handle: updatePlan },
  { method: 'DELETE', template: '/billing/plans/{plan_id}', handle: archivePlan },
];

export type PlanTerms = Pick<
  Plan,
  'name' | 'description' | 'pricing' | 'features' | 'limits' | 'usageRates' | 'metadata'
>;

export function addPlan(world: World, terms: PlanTerms): Plan {
  const now = world.timeline.now();
  const plan = { id: newId(world, 'plan'), ...terms, createdAt: now, updatedAt: now, archivedAt: null };
  world.platform.plans.set(plan.id, plan);
  return plan;
}

function createPlan(call: Call): Reply {
  const fields = objectField(readBody(call), 'plan');
  requireFields(fields, 'name', 'pricing');
  const pricing = objectField(fields, 'pricing');
  inside('pricing', () => requireFields(pricing, 'amount', 'currency', 'interval'));
  const plan = addPlan(call.world, {
    name: stringField(fields, 'name', { max: 200 }),
    description: optionalString(fields, 'description') ?? null,
    pricing: inside('pricing', () => readPricing(pricing, null)),
    features: readFeatures(fields) ?? [],
    limits: readLimits(fields),
    usageRates: readUsageRates(fields),
    metadata: optionalMetadata(fields),
  });
  return created(success({ plan: planDetail(plan) }));
}

function listPlans({ world, query }: Call): Reply {
  const { limit, offset } = pageOf(query, { limit: 20, max: 100 });
  const activeOnly = queryFlag(query, 'active_only');
  const tier = optionalString(queryFields(query), 'tier');
  const plans = [...world.platform.plans.values()].filter(
    (plan) =>
      (!activeOnly || plan.archivedAt === null) && (tier === undefined || plan.metadata['tier'] === tier),
  );
  return ok(
    success({
      plans: plans.slice(offset, offset + limit).map(planRow),
      pagination: { total: plans.length, limit, offset, has_more: offset + limit < plans.length },
    }),
  );
}

function getPlan(call: Call): Reply {
  return ok(success({ plan: planDetail(planAt(call)) }));
}

/** What is sent replaces what was; limits, rates and metadata key by key. Running subscriptions keep their price. */
function updatePlan(call: Call): Reply {
  const plan = planAt(call);
  const fields = objectField(readBody(call), 'plan');
  const pricing = optionalObject(fields, 'pricing');
  const changes = {
    name: optionalString(fields, 'name', { max: 200 }) ?? plan.name,
    description: optionalString(fields, 'description') ?? plan.description,
    pricing:
      pricing === undefined ? plan.pricing : inside('pricing', () => readPricing(pricing, plan.pricing)),
    features: readFeatures(fields) ?? plan.features,
    limits: { ...plan.limits, ...readLimits(fields) },
    usageRates: { ...plan.usageRates, ...readUsageRates(fields) },
    metadata: { ...plan.metadata, ...optionalMetadata(fields) },
  };
  Object.assign(plan, changes, { updatedAt: call.world.timeline.now() });
  return ok(success({ plan: planDetail(plan) }));
}

function archivePlan(call: Call): Reply {
  const plan = planAt(call);
  archive(call.world, plan);
  const { id, status, archived_at } = planDetail(plan);
  return ok(success({ plan: { id, status, archived_at } }));
}

export function archive(world: World, plan: Plan): void {
  if (plan.archivedAt !== null) return;
  plan.archivedAt = world.timeline.now();
  plan.updatedAt = plan.archivedAt;
}

function readPricing(fields: Fields, before: Pricing | null): Pricing {
  const sent = {
    amount: before?.amount,
    currency: before?.currency,
    interval: before?.interval,
    ...fields,
  };
  const billingCycles = optionalInteger(fields, 'billing_cycles', { min: 1, max: 1200 });
  const goesOn = fields['billing_cycles'] === null;
  return {
    amount: integerField(sent, 'amount', { min: 0, max: maxAmount }),
    currency: enumField(sent, 'currency', currencies),
    interval: enumField(sent, 'interval', intervals),
    trialPeriodDays:
      optionalInteger(fields, 'trial_period_days', { min: 0, max: 730 }) ?? before?.trialPeriodDays ?? 0,
    billingCycles: billingCycles ?? (goesOn ? null : (before?.billingCycles ?? null)),
  };
}

function readFeatures(fields: Fields): string[] | undefined {
  return optionalArray(fields, 'features', { max: 100 })?.map((feature) => {
    if (typeof feature === 'string' && feature !== '') return feature;
    throw invalidField('features', 'must be a list of names');
  });
}

function readLimits(fields: Fields): Record<string, number> {
  const limits = optionalObject(fields, 'limits') ?? {};
  const read = (name: string) => [name, integerField(limits, name, { min: 0, max: 1_000_000_000 })];
  return inside('limits', () => Object.fromEntries(Object.keys(limits).map(read)));
}

function readUsageRates(fields: Fields): Record<string, string> {
  const rates = optionalObject(fields, 'usage_rates') ?? {};
  const entries = Object.entries(rates).map(([name, rate]) => {
    const decimal = typeof rate === 'number' ? decimalFrom(rate) : null;
    if (decimal !== null) return [name, decimal];
    throw invalidField(
      `usage_rates.${name}`,
      'must be a number from 0 with at most 9 digits after the point',
    );
  });
  return Object.fromEntries(entries);
}
