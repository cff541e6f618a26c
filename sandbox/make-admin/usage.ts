import { addMonths, dayMs, dayStart } from '../kernel/time.ts';
import { includedOperations, planLimits } from '../make-billing/catalogue.ts';
import type { Organization } from '../organizations/organizations.ts';
import type { World } from '../world.ts';
import { noise } from './noise.ts';
import { scenariosOf } from './scenarios.ts';
import type { Scenario } from './state.ts';

export interface Usage {
  readonly operations: number;
  readonly executions: number;
  /** Executions that failed for good. */
  readonly errors: number;
  /** Bytes. */
  readonly dataTransfer: number;
  readonly centicredits: number;
}

interface Quota {
  readonly included: number;
  readonly used: number;
  readonly overage: number;
}

/** What an organization's plan includes and what it has used: operations of the period, storage in GB, users. */
export interface OrganizationUsage {
  readonly operations: Quota & { readonly resetDate: number };
  readonly storage: Quota;
  readonly users: { readonly included: number; readonly active: number; readonly overage: number };
}

export interface Period {
  readonly start: number;
  readonly end: number;
}

interface Span {
  readonly from: number;
  readonly to: number;
}

const noUsage: Usage = { operations: 0, executions: 0, errors: 0, dataTransfer: 0, centicredits: 0 };
const monthMs = 30.4375 * dayMs;
const bytesPerGigabyte = 1024 ** 3;

/** Counters start anew at the midnight before a subscription's month begins; on a day of their own without one. */
export function usagePeriodAt(world: World, { id, createdAt }: Organization, at: number): Period {
  const subscription = world.makeBilling.accounts.get(id)?.subscription;
  const anchor = subscription?.anchor ?? createdAt - (5 + ((id * 9) % 23)) * dayMs;
  const startOf = (month: number): number => dayStart(addMonths(anchor, month));
  let month = Math.floor((at - anchor) / monthMs);
  while (startOf(month) > at) month -= 1;
  while (startOf(month + 1) <= at) month += 1;
  return { start: startOf(month), end: startOf(month + 1) };
}

export function usageOf(world: World, organization: Organization): OrganizationUsage {
  const now = world.timeline.now();
  const period = usagePeriodAt(world, organization, now);
  const { operations } = usageBetween(world, scenariosOf(world, organization.id), period.start, now);
  const limits = planLimits(organization.plan);
  return {
    operations: { ...quota(includedOperations(world, organization), operations), resetDate: period.end },
    storage: quota(
      gigabytes(limits.storage + limits.dlqStorage),
      gigabytes(storageUsed(world, organization)),
    ),
    users: {
      included: limits.users,
      active: organization.users.length,
      overage: Math.max(0, organization.users.length - limits.users),
    },
  };
}

/** What runs of a day took, as far as the day has passed. */
function usageOnDay({ makeAdmin, timeline }: World, scenario: Scenario, day: number): Usage {
  const extra = makeAdmin.extraOperations.get(scenario.id)?.get(day) ?? 0;
  const executions = executionsOnDay(scenario, day, timeline.now(), makeAdmin.usageSalt);
  if (executions === 0 && extra === 0) return noUsage;
  const operations = executions * scenario.operationsPerRun + extra;
  return {
    operations,
    executions,
    errors: failuresBefore(scenario, day, executions, makeAdmin.usageSalt),
    dataTransfer: operations * scenario.bytesPerOperation,
    centicredits: operations * scenario.centicreditsPerOperation,
  };
}

export function usageBetween(world: World, scenarios: readonly Scenario[], from: number, to: number): Usage {
  const days = daysBetween(from, Math.min(to, world.timeline.now()));
  return sum(scenarios.flatMap((scenario) => days.map((day) => usageOnDay(world, scenario, day))));
}

/** One entry per day, those without any use included, the oldest first. */
export function dailyUsage(
  world: World,
  scenarios: readonly Scenario[],
  from: number,
  to: number,
): readonly (Usage & { readonly day: number })[] {
  return daysBetween(from, Math.min(to, world.timeline.now())).map((day) => ({
    day,
    ...sum(scenarios.map((scenario) => usageOnDay(world, scenario, day))),
  }));
}

/** Whether a day's run failed for good. Runs are counted from 0. */
export function runFails(world: World, scenario: Scenario, day: number, run: number): boolean {
  const { usageSalt } = world.makeAdmin;
  return failuresBefore(scenario, day, run + 1, usageSalt) > failuresBefore(scenario, day, run, usageSalt);
}

/** Operations that no schedule made: retries, and what the sandbox is told to add. */
export function addOperationsToday({ makeAdmin, timeline }: World, scenario: Scenario, count: number): void {
  const today = dayStart(timeline.now());
  const days = makeAdmin.extraOperations.get(scenario.id) ?? new Map<number, number>();
  days.set(today, (days.get(today) ?? 0) + count);
  makeAdmin.extraOperations.set(scenario.id, days);
}

/** When the runs of a day, as far as it has passed, ended. */
export function runTimes({ makeAdmin, timeline }: World, scenario: Scenario, day: number): readonly number[] {
  const runs = runsOnWholeDay(scenario, day, makeAdmin.usageSalt);
  const count = executionsOnDay(scenario, day, timeline.now(), makeAdmin.usageSalt);
  const begun = begunRun(scenario, day, makeAdmin.usageSalt);
  const activeUntilEnd = (run: number): number => ((run + 1 - begun) / runs) * dayMs;
  const times: number[] = [];
  let activeBefore = 0;
  for (const { from, to } of activeSpans(scenario, day, Math.min(day + dayMs, timeline.now()))) {
    const activeAfter = activeBefore + to - from;
    while (times.length < count && activeUntilEnd(times.length) <= activeAfter) {
      times.push(Math.floor(from + activeUntilEnd(times.length) - activeBefore));
    }
    activeBefore = activeAfter;
  }
  return times;
}

function executionsOnDay(scenario: Scenario, day: number, now: number, salt: number): number {
  const spans = activeSpans(scenario, day, Math.min(day + dayMs, now));
  const active = spans.reduce((sum, { from, to }) => sum + to - from, 0);
  if (active === 0) return 0;
  return Math.floor((runsOnWholeDay(scenario, day, salt) * active) / dayMs + begunRun(scenario, day, salt));
}

/** The part of a run that the day before left, so that a few runs a week add up as well. */
function begunRun(scenario: Scenario, day: number, salt: number): number {
  return noise(salt, scenario.id, day / dayMs, 4);
}

/** How many runs a day has if the scenario is on from beginning to end; the last may be a part of one. */
function runsOnWholeDay(scenario: Scenario, day: number, salt: number): number {
  const dayNumber = day / dayMs;
  const weekday = (dayNumber + 4) % 7;
  const weekend = weekday === 0 || weekday === 6 ? 0.35 : 1;
  const growth = 0.7 + Math.min(0.8, (0.3 * (day - scenario.createdAt)) / (24 * monthMs));
  const unrest = 0.85 + 0.3 * noise(salt, scenario.id, dayNumber);
  const spike = noise(salt, scenario.id, dayNumber, 1) < 0.0012 ? 3 : 1;
  return (scenario.dailyOperations * weekend * growth * unrest * spike) / scenario.operationsPerRun;
}

/** When, between the beginning of a day and an instant of it, a scenario was switched on. */
function activeSpans({ switchedAt }: Scenario, day: number, until: number): readonly Span[] {
  const spans: Span[] = [];
  let index = Math.max(
    0,
    switchedAt.findLastIndex((at) => at <= day),
  );
  for (index -= index % 2; index < switchedAt.length; index += 2) {
    const from = Math.max(day, switchedAt[index] ?? until);
    const to = Math.min(until, switchedAt[index + 1] ?? until);
    if (from >= until) break;
    if (to > from) spans.push({ from, to });
  }
  return spans;
}

/** Of a day's first runs, how many failed. Evenly spread; on a bad day four times as many. */
function failuresBefore(scenario: Scenario, day: number, runs: number, salt: number): number {
  const dayNumber = day / dayMs;
  const badDay = noise(salt, scenario.id, dayNumber, 2) < 0.03 ? 4 : 1;
  const rate = Math.min(0.9, scenario.errorRate * badDay);
  return Math.floor(runs * rate + noise(salt, scenario.id, dayNumber, 3));
}

/** Bytes: what data stores hold, growing with the years, and what failed runs left. */
function storageUsed({ makeAdmin, timeline }: World, { id, createdAt, plan }: Organization): number {
  const years = (timeline.now() - createdAt) / (12 * monthMs);
  const kept = planLimits(plan).storage * Math.min(0.9, 0.12 + years * (0.04 + 0.12 * noise(id, 5)));
  const left = makeAdmin.incompleteExecutions
    .values()
    .filter((execution) => execution.organizationId === id)
    .reduce((size, execution) => size + execution.size, 0);
  return Math.round(kept) + left;
}

function quota(included: number, used: number): Quota {
  return { included, used, overage: Math.max(0, toFourPlaces(used - included)) };
}

const gigabytes = (bytes: number): number => toFourPlaces(bytes / bytesPerGigabyte);
const toFourPlaces = (value: number): number => Math.round(value * 10_000) / 10_000;

function daysBetween(from: number, to: number): readonly number[] {
  const days: number[] = [];
  for (let day = dayStart(from); day < to; day += dayMs) days.push(day);
  return days;
}

function sum(usages: readonly Usage[]): Usage {
  const total = { ...noUsage };
  for (const usage of usages) add(total, usage);
  return total;
}

function add(total: { -readonly [K in keyof Usage]: Usage[K] }, usage: Usage): void {
  total.operations += usage.operations;
  total.executions += usage.executions;
  total.errors += usage.errors;
  total.dataTransfer += usage.dataTransfer;
  total.centicredits += usage.centicredits;
}
