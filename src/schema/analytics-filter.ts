import { type AnalyticsSelection, scenarioStatuses } from '../domain/analytics.ts';
import { wholeDaysOf } from '../domain/period.ts';
import { builder } from './builder.ts';
import { describedEnum } from './described-enum.ts';
import { readIdWithin } from './global-id.ts';
import { IncompleteExecutionStatus } from './incomplete-execution-status.ts';
import { PeriodInput, type PeriodWish, readPeriod } from './period.ts';

const ScenarioStatus = describedEnum('ScenarioStatus', 'Whether a scenario runs.', scenarioStatuses, {
  ACTIVE: 'It is switched on.',
  INACTIVE: 'It is switched off.',
  INVALID: 'It cannot run as it is built.',
});

const AnalyticsFilter = builder.inputType('AnalyticsFilter', {
  description:
    'What a report is about. A list without anything in it leaves nothing out. What the upstream cannot filter by is refused.',
  fields: (t) => ({
    teams: t.idList({ description: "Only these teams: their global ids, or Make's numbers." }),
    scenarios: t.idList({ description: "Only these scenarios: their global ids, or Make's numbers." }),
    statuses: t.field({
      type: [IncompleteExecutionStatus],
      description: 'Of incomplete executions only those in one of these states.',
    }),
    errorTypes: t.stringList({
      description: "Of errors only those of these kinds, in Make's own words: `RateLimitError`.",
    }),
    scenarioStatuses: t.field({
      type: [ScenarioStatus],
      description: 'Only scenarios that are in one of these states now. Live dialect.',
    }),
    folders: t.idList({
      description: "Only scenarios in these folders: Make's numbers of them. Live dialect.",
    }),
  }),
});

/** The arguments of every report. */
export const analyticsArguments = builder.args((t) => ({
  period: t.field({
    type: PeriodInput,
    description:
      'What time it is about, in whole days (UTC): a day that is touched is part of it. Unless told, the period that the upstream reports on by itself.',
  }),
  filter: t.field({ type: AnalyticsFilter, description: 'What it is about.' }),
}));

interface Wish {
  readonly period?: PeriodWish | null | undefined;
  readonly filter?: typeof AnalyticsFilter.$inferInput | null | undefined;
}

/** Whole days, and lists in order: equal wishes share what is kept. */
export function readAnalyticsSelection(
  { period, filter }: Wish,
  organization: number,
  now: Date,
): AnalyticsSelection {
  const asked = readPeriod(period, now);
  const idsOf = (ids: readonly string[] | null | undefined, typename: string): string[] =>
    inOrder((ids ?? []).map((id) => readIdWithin(organization, typename, id)));
  return {
    period: asked && wholeDaysOf(asked),
    teams: idsOf(filter?.teams, 'Team'),
    scenarios: idsOf(filter?.scenarios, 'Scenario'),
    statuses: inOrder(filter?.statuses ?? []),
    errorTypes: inOrder(filter?.errorTypes ?? []),
    scenarioStatuses: inOrder(filter?.scenarioStatuses ?? []),
    folders: idsOf(filter?.folders, 'Folder'),
  };
}

function inOrder<Value extends string>(values: readonly Value[]): Value[] {
  return [...new Set(values)].sort();
}
