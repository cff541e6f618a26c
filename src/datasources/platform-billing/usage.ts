import { z } from 'zod';
import type {
  CustomerUsage,
  MetricUsage,
  NewUsage,
  UsageFilter,
  UsageRecord,
} from '../../domain/customer-usage.ts';
import type { Answer, Endpoint, Errand } from '../../upstream/call.ts';
import { decimal, exactNumber, instant, orNull, rowsOf, textOrNumber } from '../wire.ts';
import { inData } from './answer.ts';
import { annotated, annotations } from './metadata.ts';
import { lastSecondBefore, type Platform } from './platform.ts';
import { customerTag, planTermsTag, usageTag } from './tags.ts';

const figure = orNull(decimal);

const metricShape = z
  .object({
    metric: z.string(),
    use: z.object({
      total_quantity: figure,
      current_usage: figure,
      unit_price: figure,
      included_quantity: figure,
      overage_quantity: figure,
      cost: figure,
    }),
  })
  .transform(({ metric, use }, context): MetricUsage => {
    const quantity = use.total_quantity ?? use.current_usage;
    if (quantity === null) {
      context.addIssue('no quantity');
      return z.NEVER;
    }
    return {
      metric,
      quantity,
      isSum: use.total_quantity !== null,
      unitPrice: use.unit_price === null ? null : { decimal: use.unit_price, currency: null },
      includedQuantity: use.included_quantity,
      overageQuantity: use.overage_quantity,
      cost: use.cost,
    };
  });

const summaryShape = z
  .object({
    period_start: orNull(instant),
    period_end: orNull(instant),
    metrics: z
      .record(z.string(), z.unknown())
      .transform((metrics): unknown[] => Object.entries(metrics).map(([metric, use]) => ({ metric, use })))
      .pipe(rowsOf('platform-billing', metricShape)),
    total_cost: figure,
    projected_monthly_cost: figure,
    updated_at: orNull(instant),
  })
  .transform(
    (wire): CustomerUsage => ({
      periodStart: wire.period_start,
      periodEnd: wire.period_end,
      metrics: wire.metrics,
      totalCost: wire.total_cost,
      projectedMonthlyCost: wire.projected_monthly_cost,
      updatedAt: wire.updated_at,
    }),
  );

const recordShape = z
  .object({
    id: textOrNumber,
    customer_id: textOrNumber,
    subscription_id: orNull(textOrNumber),
    metric: z.string(),
    quantity: decimal,
    recorded_at: orNull(instant),
    metadata: annotations,
  })
  .transform(
    (wire): UsageRecord => ({
      upstreamId: wire.id,
      customerId: wire.customer_id,
      subscriptionId: wire.subscription_id,
      metric: wire.metric,
      quantity: wire.quantity,
      recordedAt: wire.recorded_at,
      ...wire.metadata,
    }),
  );

const get: Endpoint<CustomerUsage> = {
  method: 'GET',
  path: '/billing/usage/{customer_id}',
  answer: inData('usage', summaryShape),
  cache: 'usage',
  group: 'usage',
};

const record: Endpoint<UsageRecord> = {
  method: 'POST',
  path: '/billing/usage',
  answer: inData('usage', recordShape),
  group: 'usage',
};

export function readUsage(
  { upstream, account }: Platform,
  customer: string,
  { subscriptionId, metric, period }: UsageFilter,
  errand: Errand,
): Promise<Answer<CustomerUsage>> {
  const query = { subscription_id: subscriptionId, metric, ...wirePeriod(period) };
  const tags = [customerTag(customer), usageTag(customer), planTermsTag];
  return upstream.request({ endpoint: get, account, params: { customer_id: customer }, query, tags }, errand);
}

function wirePeriod(period: UsageFilter['period']) {
  if (period === undefined) return {};
  if (typeof period === 'string') return { period: period.toLowerCase() };
  const { start, end } = period;
  return { period: 'custom', period_start: start.toISOString(), period_end: lastSecondBefore(end) };
}

export async function recordUsage(
  { upstream, account }: Platform,
  customer: string,
  usage: NewUsage,
  errand: Errand,
): Promise<Answer<UsageRecord>> {
  const { subscriptionId, metric, quantity, at } = usage;
  const body = {
    usage: {
      customer_id: customer,
      subscription_id: subscriptionId,
      metric,
      quantity: exactNumber(quantity, 'quantity'),
      timestamp: at?.toISOString(),
      metadata: annotated(usage),
    },
  };
  return upstream.request({ endpoint: record, account, body, tags: [usageTag(customer)] }, errand);
}
