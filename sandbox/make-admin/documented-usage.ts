import { type Call, type Endpoint, ok } from '../kernel/endpoint.ts';
import { dayMs, dayOf, dayStart, iso } from '../kernel/time.ts';
import { organizationAt } from '../organizations/access.ts';
import type { Organization } from '../organizations/organizations.ts';
import { reportingPeriod } from './reporting-period.ts';
import { scenariosOf } from './scenarios.ts';
import { dailyUsage, usageBetween, usageOf, usagePeriodAt } from './usage.ts';

const usualHistoryDays = 30;
const averagedDays = 7;

export const documentedUsage: readonly Endpoint[] = [
  {
    method: 'GET',
    template: '/cashier/usage/{organizationId}',
    handle: (call) => ok(currentUsage(call, organizationAt(call))),
  },
  {
    method: 'GET',
    template: '/cashier/usage/current/{organizationId}',
    handle: (call) =>
      ok({ ...currentUsage(call, organizationAt(call)), asOf: iso(call.world.timeline.now()) }),
  },
  {
    method: 'GET',
    template: '/cashier/usage/history/{organizationId}',
    handle: (call) => ok(usageHistory(call, organizationAt(call))),
  },
  {
    method: 'GET',
    template: '/cashier/usage/predictions/{organizationId}',
    handle: (call) => ok(prediction(call, organizationAt(call))),
  },
];

function currentUsage({ world }: Call, organization: Organization) {
  const { operations, storage, users } = usageOf(world, organization);
  const period = usagePeriodAt(world, organization, world.timeline.now());
  return {
    organizationId: organization.id,
    period: { start: iso(period.start), end: iso(period.end) },
    operations: { ...operations, resetDate: iso(operations.resetDate) },
    storage,
    users,
  };
}

function usageHistory({ world, query }: Call, organization: Organization) {
  const now = world.timeline.now();
  const usual = { start: dayStart(now) - (usualHistoryDays - 1) * dayMs, end: now };
  const period = reportingPeriod(query, usual);
  const days = dailyUsage(world, scenariosOf(world, organization.id), period.start, period.end);
  return {
    organizationId: organization.id,
    period: { start: iso(period.start), end: iso(period.end) },
    history: days.map(({ day, ...usage }) => ({ date: dayOf(day), ...usage })),
  };
}

/** What is used already, and for the rest of the period the mean of the last seven whole days. */
function prediction({ world }: Call, organization: Organization) {
  const now = world.timeline.now();
  const period = usagePeriodAt(world, organization, now);
  const { included, used } = usageOf(world, organization).operations;
  const today = dayStart(now);
  const scenarios = scenariosOf(world, organization.id);
  const lastDays = usageBetween(world, scenarios, today - averagedDays * dayMs, today).operations;
  const perDay = lastDays / averagedDays;
  const predicted = used + Math.round((perDay * (period.end - now)) / dayMs);
  const exhaustedAt = used >= included ? now : now + ((included - used) / perDay) * dayMs;
  return {
    organizationId: organization.id,
    period: { start: iso(period.start), end: iso(period.end) },
    generatedAt: iso(now),
    method: 'average_of_last_7_days',
    operations: {
      included,
      used,
      averagePerDay: Math.round(perDay),
      predicted,
      predictedOverage: Math.max(0, predicted - included),
      exhaustedAt: exhaustedAt < period.end ? iso(exhaustedAt) : null,
    },
  };
}
