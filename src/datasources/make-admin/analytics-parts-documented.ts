import { z } from 'zod';
import type { CostAnalysis, ScenarioPerformance } from '../../domain/analytics.ts';
import { type Money, unitPriceOf } from '../../domain/money.ts';
import {
  calendarDay,
  currencyCode,
  decimal,
  instant,
  orNull,
  rowsOf,
  textOrNumber,
  wholeNumber,
} from '../wire.ts';
import { creditsFromHundredths } from './credits.ts';
import { quotaShape } from './usage-documented.ts';

export const periodShape = z.object({ start: instant, end: instant });

export const scenarioCountsShape = z.object({
  active: wholeNumber,
  inactive: wholeNumber,
  total: wholeNumber,
});

export const executionCountsShape = z.object({
  successful: wholeNumber,
  failed: wholeNumber,
  incomplete: orNull(wholeNumber),
  total: wholeNumber,
});

const trendShape = z.array(z.object({ date: calendarDay, value: orNull(decimal) }));

export const trendsShape = z
  .object({ operationsTrend: orNull(trendShape), executionSuccessRate: orNull(trendShape) })
  .transform(({ operationsTrend, executionSuccessRate }) => ({
    operations: operationsTrend,
    executionSuccessRate,
  }));

export const errorPatternsShape = rowsOf(
  'make-admin',
  z.object({
    errorType: z.string(),
    count: wholeNumber,
    open: orNull(wholeNumber),
    scenarioIds: orNull(z.array(textOrNumber)),
    lastOccurredAt: orNull(instant),
  }),
);

export const scenarioPerformanceShape = rowsOf(
  'make-admin',
  z
    .object({
      scenarioId: textOrNumber,
      scenarioName: orNull(z.string()),
      teamId: orNull(wholeNumber),
      isActive: orNull(z.boolean()),
      operations: decimal,
      executions: orNull(executionCountsShape),
      successRate: orNull(decimal),
      dataTransfer: orNull(decimal),
    })
    .transform((row): ScenarioPerformance => ({ ...row, rawStatus: null, credits: null, changes: null })),
);

export const teamSummariesShape = rowsOf(
  'make-admin',
  z.object({
    teamId: wholeNumber,
    teamName: orNull(z.string()),
    operationsUsed: decimal,
    scenarioCount: wholeNumber,
    successRate: orNull(decimal),
    topErrors: orNull(z.array(z.string())),
  }),
);

export const userActivityShape = rowsOf(
  'make-admin',
  z.object({
    userId: textOrNumber,
    userName: orNull(z.string()),
    events: wholeNumber,
    lastActiveAt: orNull(instant),
  }),
);

const modulesShape = rowsOf(
  'make-admin',
  z.object({
    scenarioId: textOrNumber,
    moduleId: textOrNumber,
    name: orNull(z.string()),
    runs: wholeNumber,
    failures: wholeNumber,
    averageDurationMs: orNull(wholeNumber),
  }),
);

const resourcesShape = z
  .object({
    operations: orNull(decimal),
    dataTransfer: orNull(decimal),
    centicredits: orNull(creditsFromHundredths),
    storage: orNull(quotaShape),
    incompleteExecutionsBytes: orNull(decimal),
  })
  .transform(({ centicredits, ...resources }) => ({ ...resources, credits: centicredits }));

/** Amounts are minor units of the one currency. */
const costsShape = z
  .object({
    currency: currencyCode,
    costPerThousandOperations: orNull(decimal),
    total: wholeNumber,
    lost: orNull(wholeNumber),
    scenarios: z.array(
      z.object({
        scenarioId: textOrNumber,
        scenarioName: orNull(z.string()),
        teamId: orNull(wholeNumber),
        operations: orNull(decimal),
        cost: wholeNumber,
        lostCost: orNull(wholeNumber),
      }),
    ),
    teams: z.array(z.object({ teamId: wholeNumber, teamName: orNull(z.string()), cost: wholeNumber })),
  })
  .transform(({ currency, costPerThousandOperations, total, lost, scenarios, teams }): CostAnalysis => {
    const money = (minorUnits: number): Money => ({ minorUnits, currency });
    return {
      costPerThousandOperations:
        costPerThousandOperations === null ? null : unitPriceOf(costPerThousandOperations, currency),
      total: money(total),
      lost: lost === null ? null : money(lost),
      scenarios: scenarios.map(({ cost, lostCost, ...scenario }) => ({
        ...scenario,
        cost: money(cost),
        lost: lostCost === null ? null : money(lostCost),
      })),
      teams: teams.map(({ cost, ...team }) => ({ ...team, cost: money(cost) })),
    };
  });

/** Only the Enterprise plan has these. */
export const performanceShape = z.object({
  scenarioPerformance: orNull(scenarioPerformanceShape),
  moduleEfficiency: orNull(modulesShape),
  resourceUsage: orNull(resourcesShape),
  costAnalysis: orNull(costsShape),
});

/** When a user was at work. */
export const activityShape = z
  .object({
    events: orNull(wholeNumber),
    lastActiveAt: orNull(instant),
    byHour: orNull(z.array(wholeNumber)),
    byWeekday: orNull(z.array(wholeNumber)),
    byEvent: orNull(z.record(z.string(), wholeNumber)),
  })
  .transform(({ byEvent, ...activity }) => ({
    ...activity,
    byEventType: byEvent && Object.entries(byEvent).map(([eventType, count]) => ({ eventType, count })),
  }));
