import {
  type MetricUsage as DomainMetricUsage,
  type CustomerUsage as DomainUsage,
  type UsageFilter,
} from '../domain/customer-usage.ts';
import { Failure } from '../domain/failure.ts';
import { asks } from './asks.ts';
import { builder } from './builder.ts';
import { Customer, needOf } from './customer.ts';
import { readCustomerOwnedId, readEitherId } from './global-id.ts';
import { markStale } from './mark-stale.ts';
import { PeriodInput, type PeriodWish, readPeriod } from './period.ts';
import { UnitPrice } from './unit-price.ts';

const MetricUsage = builder.objectRef<DomainMetricUsage>('MetricUsage').implement({
  description: 'How much of one thing was used.',
  fields: (t) => ({
    metric: t.exposeString('metric', { description: "The platform's name of the thing: `api_calls`." }),
    quantity: t.expose('quantity', { type: 'Decimal', description: 'How much of it was used.' }),
    isSum: t.exposeBoolean('isSum', {
      description: 'Does it add up over the period (calls)? Otherwise it is where a level stands (storage).',
    }),
    unitPrice: t.expose('unitPrice', {
      type: UnitPrice,
      nullable: true,
      description: 'What a unit beyond what is included costs.',
    }),
    includedQuantity: t.expose('includedQuantity', {
      type: 'Decimal',
      nullable: true,
      description: 'How much the plan includes; null without a limit.',
    }),
    overageQuantity: t.expose('overageQuantity', {
      type: 'Decimal',
      nullable: true,
      description: 'How much was used beyond what is included.',
    }),
    cost: t.expose('cost', {
      type: 'Decimal',
      nullable: true,
      description: 'What that costs, in whole units of a currency that the platform does not name here.',
    }),
  }),
});

interface CustomerUsageNode extends DomainUsage {
  readonly fetchedAt: Date;
}

const CustomerUsage = builder.objectRef<CustomerUsageNode>('CustomerUsage').implement({
  description:
    "What a customer used in a period, and what it costs: in whole units of the plan's currency, which is not told here.",
  fields: (t) => ({
    periodStart: t.expose('periodStart', {
      type: 'DateTime',
      nullable: true,
      description: 'When the period begins.',
    }),
    periodEnd: t.expose('periodEnd', {
      type: 'DateTime',
      nullable: true,
      description: 'The last instant of the period, to the second.',
    }),
    metrics: t.field({
      type: [MetricUsage],
      nullable: true,
      description: 'What was used, by metric.',
      resolve: ({ metrics }) =>
        metrics.map((metric) => {
          if (metric instanceof Failure) throw metric;
          return metric;
        }),
    }),
    totalCost: t.expose('totalCost', {
      type: 'Decimal',
      nullable: true,
      description: 'What the use beyond what is included costs.',
    }),
    projectedMonthlyCost: t.expose('projectedMonthlyCost', {
      type: 'Decimal',
      nullable: true,
      description: 'What the month will cost if it goes on as until now, as the platform projects it.',
    }),
    updatedAt: t.expose('updatedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'How far the platform has counted.',
    }),
    fetchedAt: t.expose('fetchedAt', {
      type: 'DateTime',
      description: 'When this was read from the platform.',
    }),
  }),
});

builder.objectField(Customer, 'usage', (t) =>
  t.field({
    type: CustomerUsage,
    nullable: true,
    description: 'What it used in a period: in the current month, unless told.',
    args: {
      period: t.arg({ type: PeriodInput, description: 'The time to look at.' }),
      metric: t.arg.string({ description: 'One thing alone: `api_calls`.' }),
      subscription: t.arg.id({
        description: "What one of its subscriptions used: a global id, or the platform's own.",
      }),
    },
    authScopes: (customer) => needOf(customer, 'usage'),
    extensions: asks({ requests: 1, bucket: 'platform:usage' }),
    resolve: async ({ id: customer }, { period, metric, subscription }, context, info) => {
      const answer = await context.loaders.customerUsage(customer, {
        metric: metric ?? undefined,
        subscriptionId: subscription == null ? undefined : readSubscription(subscription, customer),
        period: wirePeriod(period, context.loaders.startedAt),
      });
      if (answer === null) return null;
      const { value, fetchedAt } = markStale(answer, context, info);
      return { ...value, fetchedAt: new Date(fetchedAt) };
    },
  }),
);

/** Months go by name: where one begins is then the platform's to say. */
function wirePeriod(wish: PeriodWish | null | undefined, now: Date): UsageFilter['period'] {
  const preset = wish?.preset;
  if (preset === 'CURRENT_MONTH' || preset === 'LAST_MONTH') return preset;
  return readPeriod(wish, now) ?? undefined;
}

function readSubscription(id: string, customer: string): string {
  const found = readEitherId(id, 'PlatformSubscription');
  if (!found.includes('/')) return found;
  const { customer: owner, upstreamId } = readCustomerOwnedId(found);
  if (owner === customer) return upstreamId;
  throw new Failure('BAD_USER_INPUT', 'The subscription is not one of this customer.');
}
