import type { Period as DomainPeriod } from '../domain/period.ts';
import type { Usage, UsagePrediction } from '../domain/usage.ts';
import {
  type UsageForecast as Forecast,
  forecastConfidences,
  forecastUsage,
} from '../insights/usage-forecast.ts';
import { allOf } from '../loaders/each.ts';
import { asks, presentUsage } from './asks.ts';
import { builder } from './builder.ts';
import { describedEnum } from './described-enum.ts';
import { markStale } from './mark-stale.ts';
import { Organization } from './organization.ts';
import { Period } from './period.ts';
import { UsageUnit, unitOf } from './usage.ts';

interface ForecastNode extends Forecast {
  readonly organization: number;
  readonly period: DomainPeriod;
  readonly unit: 'OPERATIONS' | 'CREDITS';
  readonly used: string;
  readonly included: string | null;
  readonly fetchedAt: Date;
}

interface PredictionNode extends UsagePrediction {
  readonly fetchedAt: Date;
}

const ForecastConfidence = describedEnum(
  'ForecastConfidence',
  'How much a forecast is worth.',
  forecastConfidences,
  {
    LOW: 'Drawn from less than a week, or from days that differ widely.',
    MEDIUM: 'Drawn from a week at least; likely off by a quarter at most.',
    HIGH: 'Drawn from two weeks at least; likely off by a tenth at most.',
  },
);

const UpstreamUsageForecast = builder.objectRef<PredictionNode>('UpstreamUsageForecast').implement({
  description: "Make's own forecast, as Make gives it. Counted in operations.",
  fields: (t) => ({
    period: t.expose('period', { type: Period, description: 'The period that it is about.' }),
    generatedAt: t.expose('generatedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When Make drew it up.',
    }),
    method: t.exposeString('method', {
      nullable: true,
      description: "How Make draws it up, in Make's own words: `average_of_last_7_days`.",
    }),
    included: t.expose('included', {
      type: 'Decimal',
      nullable: true,
      description: 'What the plan includes.',
    }),
    used: t.expose('used', { type: 'Decimal', nullable: true, description: 'What was used by then.' }),
    averagePerDay: t.expose('averagePerDay', {
      type: 'Decimal',
      nullable: true,
      description: 'What Make expects of a day.',
    }),
    predicted: t.expose('predicted', {
      type: 'Decimal',
      nullable: true,
      description: 'What the period will have taken at its end.',
    }),
    expectedOverage: t.expose('predictedOverage', {
      type: 'Decimal',
      nullable: true,
      description: 'How much of that is beyond what is included.',
    }),
    exhaustedAt: t.expose('exhaustedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When what is included will be used up; null if not within the period.',
    }),
    fetchedAt: t.expose('fetchedAt', {
      type: 'DateTime',
      description: 'When this was read from the upstream.',
    }),
  }),
});

const UsageForecast = builder.objectRef<ForecastNode>('UsageForecast').implement({
  description:
    "What the present period will come to. Worked out here from the days before, each weekday by its own mean where there are enough; Make's own forecast stands under `upstream`.",
  fields: (t) => ({
    period: t.expose('period', { type: Period, description: 'The period that it is about.' }),
    unit: t.expose('unit', { type: UsageUnit, description: 'What the amounts are counted in.' }),
    included: t.expose('included', {
      type: 'Decimal',
      nullable: true,
      description: 'What the plan includes; null without a limit.',
    }),
    used: t.expose('used', { type: 'Decimal', description: 'What was used so far.' }),
    basedOnDays: t.exposeInt('basedOnDays', {
      description: 'How many whole days it is drawn from; 0 where the mean of the period itself had to do.',
    }),
    isByWeekday: t.exposeBoolean('isByWeekday', {
      description: 'Whether each weekday has a mean of its own: from two weeks on.',
    }),
    averagePerDay: t.expose('averagePerDay', {
      type: 'Decimal',
      description: 'What those days took in the mean.',
    }),
    predicted: t.expose('predicted', {
      type: 'Decimal',
      description: 'What the period will have taken at its end, to the nearest whole.',
    }),
    low: t.expose('low', {
      type: 'Decimal',
      description: 'Eight times of ten it should be no less, if days go on to differ as they did.',
    }),
    high: t.expose('high', { type: 'Decimal', description: 'Nor more than this.' }),
    confidence: t.expose('confidence', { type: ForecastConfidence, description: 'How much it is worth.' }),
    expectedOverage: t.expose('expectedOverage', {
      type: 'Decimal',
      nullable: true,
      description: 'How much of what is predicted is beyond what is included; null without a limit.',
    }),
    exhaustedAt: t.expose('exhaustedAt', {
      type: 'DateTime',
      nullable: true,
      description:
        'When what is included will be used up; null if not within the period. Where it is used up already, when that was seen.',
    }),
    upstream: t.field({
      type: UpstreamUsageForecast,
      nullable: true,
      description: "Make's own forecast; null in the live dialect, which has none.",
      extensions: asks({ requests: 1 }),
      resolve: async ({ organization }, _args, context, info) => {
        const answer = await context.loaders.usage.prediction.load(organization);
        if (answer === null) return null;
        const { value, fetchedAt } = markStale(answer, context, info);
        return { ...value, fetchedAt: new Date(fetchedAt) };
      },
    }),
    fetchedAt: t.expose('fetchedAt', {
      type: 'DateTime',
      description: 'When the older part of what it is drawn from was read.',
    }),
  }),
});

builder.objectField(Organization, 'usageForecast', (t) =>
  t.field({
    type: UsageForecast,
    nullable: true,
    description:
      'What the present period will come to; null where Make does not tell when it began and ends, or it has only just begun and nothing is known of the days before.',
    authScopes: ({ id }) => ({ need: { organization: id, right: 'usage', section: 'usage' } }),
    extensions: asks({ requests: 1, section: 'usage-of-thirty-days', also: [presentUsage] }),
    resolve: async ({ id: organization }, _args, context, info) => {
      const { usage } = context.loaders;
      const [current, history] = await allOf([
        usage.current.load(organization),
        usage.history(organization, null),
      ]);
      markStale(current, context, info);
      markStale(history, context, info);
      const { periodStart: start, periodEnd: end, asOf } = current.value;
      if (start === null || end === null) return null;
      const period = { start, end };
      const unit = unitOf(current.value);
      const { used, included } = limitOf(current.value, unit);
      const days = history.value.points.flatMap(({ date, operations, credits }) => {
        const amount = unit === 'CREDITS' ? credits : operations;
        return amount === null ? [] : [{ date, amount }];
      });
      // the upstream counts days by its own clock, which may be ahead of ours
      const lastDay = new Date(days.at(-1)?.date ?? 0);
      const { startedAt } = context.loaders;
      const now = asOf ?? (lastDay > startedAt ? lastDay : startedAt);
      const forecast = forecastUsage({ period, used, included, days, now });
      const fetchedAt = new Date(Math.min(current.fetchedAt, history.fetchedAt));
      return forecast && { ...forecast, organization, period, unit, used, included, fetchedAt };
    },
  }),
);

function limitOf({ operations, credits }: Usage, unit: 'OPERATIONS' | 'CREDITS') {
  return unit === 'CREDITS' && credits !== null ? credits : operations;
}
