import { z } from 'zod';
import type { Usage, UsageHistory, UsagePrediction } from '../../domain/usage.ts';
import type { Endpoint, Upstream } from '../../upstream/call.ts';
import type { Read } from '../read.ts';
import { calendarDay, decimal, instant, orNull } from '../wire.ts';
import { creditsFromHundredths } from './credits.ts';
import type { MakeAdmin } from './make-admin.ts';
import { periodQuery } from './range.ts';
import { adminTag } from './tags.ts';

const periodShape = z.object({ start: instant, end: instant });

export const quotaShape = z
  .object({ included: orNull(decimal), used: decimal, overage: orNull(decimal) })
  .transform((quota) => ({ ...quota, remaining: null }));

const usageShape = z
  .object({
    period: orNull(periodShape),
    operations: quotaShape.and(z.object({ resetDate: orNull(instant) })),
    storage: orNull(quotaShape),
    users: orNull(
      z
        .object({ included: orNull(decimal), active: decimal, overage: orNull(decimal) })
        .transform(({ active, ...quota }) => ({ ...quota, used: active, remaining: null })),
    ),
    asOf: orNull(instant),
  })
  .transform(
    ({ period, operations: { resetDate, ...operations }, storage, users, asOf }): Usage => ({
      periodStart: period?.start ?? null,
      periodEnd: period?.end ?? null,
      operations,
      resetAt: resetDate,
      credits: null,
      storage,
      dataTransfer: null,
      users,
      asOf,
    }),
  );

const current: Endpoint<Usage> = {
  method: 'GET',
  path: '/cashier/usage/current/{organizationId}',
  answer: usageShape,
  cache: 'usage',
};

const ofPeriod: Endpoint<Usage> = { ...current, path: '/cashier/usage/{organizationId}' };

const pointShape = z
  .object({
    date: calendarDay,
    operations: decimal,
    executions: orNull(decimal),
    errors: orNull(decimal),
    centicredits: orNull(creditsFromHundredths),
    dataTransfer: orNull(decimal),
  })
  .transform(({ centicredits, ...point }) => ({ ...point, credits: centicredits }));

const history: Endpoint<UsageHistory> = {
  method: 'GET',
  path: '/cashier/usage/history/{organizationId}',
  answer: z
    .object({ period: orNull(periodShape), history: z.array(pointShape) })
    .transform(({ period, history }) => ({ period, points: history })),
  cache: 'usage',
};

const predictions: Endpoint<UsagePrediction> = {
  method: 'GET',
  path: '/cashier/usage/predictions/{organizationId}',
  answer: z
    .object({
      period: periodShape,
      generatedAt: orNull(instant),
      method: orNull(z.string()),
      operations: z.object({
        included: orNull(decimal),
        used: orNull(decimal),
        averagePerDay: orNull(decimal),
        predicted: decimal,
        predictedOverage: orNull(decimal),
        exhaustedAt: orNull(instant),
      }),
    })
    .transform(({ operations, ...prediction }) => ({ ...prediction, ...operations })),
  cache: 'usage',
};

export function usageDocumented(
  upstream: Upstream,
): Pick<MakeAdmin, 'usage' | 'usageOfPeriod' | 'usageHistory' | 'usagePrediction'> {
  const reading =
    <Value>(endpoint: Endpoint<Value>): Read<Value> =>
    ({ id, account }, errand) =>
      upstream.request(
        { endpoint, account, params: { organizationId: id }, tags: [adminTag(id, 'usage')] },
        errand,
      );
  return {
    usage: reading(current),
    usageOfPeriod: reading(ofPeriod),
    usageHistory: ({ id, account }, period, errand) =>
      upstream.request(
        {
          endpoint: history,
          account,
          params: { organizationId: id },
          query: periodQuery(period, 'from', 'to'),
          tags: [adminTag(id, 'usage')],
        },
        errand,
      ),
    usagePrediction: reading(predictions),
  };
}
