import type { GraphQLResolveInfo } from 'graphql';
import type { Context } from '../context.ts';
import {
  type Plan as DomainPlan,
  type PlanLimit as DomainPlanLimit,
  type PlanDetail,
  planStatuses,
  type UsageRate,
} from '../domain/plan.ts';
import { BillingInterval } from './billing-subscription.ts';
import { builder } from './builder.ts';
import { describedEnum } from './described-enum.ts';
import { connectionOf } from './edges.ts';
import { acceptNodeType, readEitherId } from './global-id.ts';
import { markStale } from './mark-stale.ts';
import { Money } from './money.ts';
import { selectedFields } from './selected-fields.ts';
import { UnitPrice } from './unit-price.ts';

const PlanStatus = describedEnum('PlanStatus', 'Whether a plan is sold.', planStatuses, {
  ACTIVE: 'It can be subscribed to.',
  ARCHIVED: 'It takes no new subscriptions; those that it has go on.',
  UNKNOWN: 'The platform used a word that this graph does not know: see `rawStatus`.',
});

const PlanLimit = builder.objectRef<DomainPlanLimit>('PlanLimit').implement({
  description: 'How much of something a plan includes.',
  fields: (t) => ({
    name: t.exposeString('name', { description: "The platform's name of it: `api_calls_per_day`." }),
    quantity: t.expose('quantity', { type: 'Decimal', description: 'How much of it there is.' }),
  }),
});

const PlanUsageRate = builder.objectRef<UsageRate>('PlanUsageRate').implement({
  description: 'What use beyond the limits of a plan costs.',
  fields: (t) => ({
    name: t.exposeString('name', { description: "The platform's name of it: `api_calls_over_limit`." }),
    price: t.expose('price', { type: UnitPrice, description: 'For one unit.' }),
  }),
});

interface PlanNode extends DomainPlan {
  readonly fetchedAt: Date;
  /** Null where only what lists show of it was read. */
  readonly detail: PlanDetail | null;
}

export const Plan = builder.objectRef<PlanNode>('Plan');

/** What no list shows. */
const detailFields = [
  'features',
  'limits',
  'usageRates',
  'status',
  'rawStatus',
  'createdAt',
  'updatedAt',
  'archivedAt',
];

acceptNodeType('Plan');

builder.node(Plan, {
  description: 'A plan of the platform, which its customers subscribe to.',
  id: { resolve: ({ upstreamId }) => upstreamId, description: 'Global id of the plan.' },
  loadWithoutCache: (id, context, info) => loadPlan(id, context, info),
  fields: (t) => ({
    platformId: t.exposeID('upstreamId', { description: "The platform's own id of the plan." }),
    name: t.exposeString('name', { nullable: true, description: 'As it is sold.' }),
    description: t.exposeString('description', { nullable: true, description: 'What it is good for.' }),
    price: t.expose('price', {
      type: Money,
      nullable: true,
      description: 'What an interval costs new subscriptions, before tax.',
    }),
    interval: t.expose('interval', {
      type: BillingInterval,
      nullable: true,
      description: 'The unit in which the price recurs.',
    }),
    rawInterval: t.exposeString('rawInterval', {
      nullable: true,
      description: "The interval in the platform's own word.",
    }),
    trialDays: t.exposeInt('trialDays', {
      nullable: true,
      description: 'How many days a new subscription is free of charge.',
    }),
    billingCycles: t.exposeInt('billingCycles', {
      nullable: true,
      description: 'How many intervals are billed; null for no end.',
    }),
    tier: t.exposeString('tier', {
      nullable: true,
      description: 'Where it stands among the others: `starter`, `professional`, `enterprise`.',
    }),
    metadata: t.expose('metadata', {
      type: 'JSON',
      nullable: true,
      description: 'What was noted beside it, an object of plain values.',
    }),
    features: t.stringList({
      nullable: { list: true, items: false },
      description: "What it offers, in the platform's own words.",
      resolve: inDetail(({ features }) => features),
    }),
    limits: t.field({
      type: [PlanLimit],
      nullable: true,
      description: 'How much it includes.',
      resolve: inDetail(({ limits }) => limits),
    }),
    usageRates: t.field({
      type: [PlanUsageRate],
      nullable: true,
      description: 'What use beyond the limits costs.',
      resolve: inDetail(({ usageRates }) => usageRates),
    }),
    status: t.field({
      type: PlanStatus,
      nullable: true,
      description: 'Whether it is sold.',
      resolve: inDetail(({ status }) => status),
    }),
    rawStatus: t.string({
      nullable: true,
      description: "The status in the platform's own word.",
      resolve: inDetail(({ rawStatus }) => rawStatus),
    }),
    createdAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When it was made.',
      resolve: inDetail(({ createdAt }) => createdAt),
    }),
    updatedAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When it was last changed.',
      resolve: inDetail(({ updatedAt }) => updatedAt),
    }),
    archivedAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'Since when it takes no new subscriptions; null while it does.',
      resolve: inDetail(({ archivedAt }) => archivedAt),
    }),
    fetchedAt: t.expose('fetchedAt', {
      type: 'DateTime',
      description: 'When this was read from the platform.',
    }),
  }),
});

function planNode(plan: DomainPlan | PlanDetail, fetchedAt: Date): PlanNode {
  return { ...plan, fetchedAt, detail: 'features' in plan ? plan : null };
}

/** A resolver of what lists do not show: where they gave the plan, it is read by its id. */
function inDetail<Value>(read: (plan: PlanDetail) => Value) {
  return async (
    { detail, upstreamId }: PlanNode,
    _args: object,
    context: Context,
    info: GraphQLResolveInfo,
  ): Promise<Value | null> => {
    if (detail !== null) return read(detail);
    const answer = await context.loaders.plans.detail.load(upstreamId);
    return answer && read(markStale(answer, context, info).value);
  };
}

/** The plan that the field being resolved shows; null where there is no such plan. */
export async function loadPlan(
  id: string,
  context: Context,
  info: GraphQLResolveInfo,
): Promise<PlanNode | null> {
  const { plans } = context.loaders;
  const answer = await (showsDetail(info) ? plans.detail : plans.row).load(id);
  if (answer === null) return null;
  const { value, fetchedAt } = markStale(answer, context, info);
  return planNode(value, new Date(fetchedAt));
}

function showsDetail(info: GraphQLResolveInfo, path?: readonly string[]): boolean {
  const selected = selectedFields(info, 'Plan', path);
  return detailFields.some((name) => selected.has(name));
}

builder.queryField('plan', (t) =>
  t.field({
    type: Plan,
    nullable: true,
    description: 'A plan of the platform; null for one that is not there. Any caller may read plans.',
    args: {
      id: t.arg.id({ required: true, description: "The plan's global id, or the platform's own." }),
    },
    resolve: (_root, { id }, context, info) => loadPlan(readEitherId(id, 'Plan'), context, info),
  }),
);

const PlanFilter = builder.inputType('PlanFilter', {
  description: 'Which plans to show. The platform filters them itself.',
  fields: (t) => ({
    activeOnly: t.boolean({ description: 'Only plans that can be subscribed to.' }),
    tier: t.string({ description: 'Only plans of this tier: `professional`.' }),
  }),
});

builder.queryField('plans', (t) =>
  t.connection(
    {
      type: Plan,
      nullable: true,
      description: 'The catalogue of the platform, in its own order. Any caller may read it.',
      args: { filter: t.arg({ type: PlanFilter, description: 'Which plans to show.' }) },
      resolve: async (_root, { filter, ...range }, context, info) => {
        const inFull = showsDetail(info, ['edges', 'node']);
        const read = await context.loaders.plans.window(filter ?? {}, range, { inFull });
        const window = markStale(read, context, info);
        return connectionOf(window, (plan) => planNode(plan, window.fetchedAt));
      },
    },
    { name: 'PlanConnection', description: 'A window of the plans of the platform.' },
    { name: 'PlanEdge', description: 'A plan, with its cursor.' },
  ),
);
