import type { GraphQLResolveInfo } from 'graphql';
import type { Context } from '../context.ts';
import { atLeastZero, subtractDecimals } from '../domain/decimal.ts';
import { Failure } from '../domain/failure.ts';
import type {
  UsagePoint as DomainPoint,
  Quota as DomainQuota,
  Usage as DomainUsage,
} from '../domain/usage.ts';
import type { Loaders } from '../loaders/loaders.ts';
import { type Ask, asks, partOf, presentUsage } from './asks.ts';
import { builder } from './builder.ts';
import { describedEnum } from './described-enum.ts';
import { markStale } from './mark-stale.ts';
import { Organization } from './organization.ts';
import { PeriodInput, type PeriodWish, readPeriod } from './period.ts';
import { Quota } from './quota.ts';

export const UsageUnit = describedEnum('UsageUnit', 'What a plan is counted in.', ['OPERATIONS', 'CREDITS'], {
  OPERATIONS: 'Operations: steps that modules take.',
  CREDITS: 'Credits, of which an operation takes one or more.',
});

interface UsageNode extends DomainUsage {
  readonly fetchedAt: Date;
}

export const Usage = builder.objectRef<UsageNode>('Usage').implement({
  description:
    'What an organization has used in the present period of its plan. What a dialect does not tell is null.',
  fields: (t) => ({
    unit: t.field({
      type: UsageUnit,
      description:
        'What the plan is counted in: credits only where no operations are included but credits are.',
      resolve: unitOf,
    }),
    periodStart: t.expose('periodStart', {
      type: 'DateTime',
      nullable: true,
      description: 'When the present period began.',
    }),
    periodEnd: t.expose('periodEnd', {
      type: 'DateTime',
      nullable: true,
      description: 'When the present period ends.',
    }),
    operations: t.field({
      type: Quota,
      nullable: true,
      description: 'Operations in the present period.',
      resolve: ({ operations }) => withRemaining(operations),
    }),
    resetAt: t.expose('resetAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When operations are counted anew.',
    }),
    credits: t.field({
      type: Quota,
      nullable: true,
      description: 'Credits in the present period. Told by the live dialect.',
      resolve: ({ credits }) => credits && withRemaining(credits),
    }),
    storage: t.field({
      type: Quota,
      nullable: true,
      description: 'Storage, in gigabytes. Told by the documented dialect.',
      resolve: ({ storage }) => storage && withRemaining(storage),
    }),
    dataTransfer: t.field({
      type: Quota,
      nullable: true,
      description: 'Data moved, in bytes. Told by the live dialect.',
      resolve: ({ dataTransfer }) => dataTransfer && withRemaining(dataTransfer),
    }),
    users: t.field({
      type: Quota,
      nullable: true,
      description: 'Users who are active. Told by the documented dialect.',
      resolve: ({ users }) => users && withRemaining(users),
    }),
    asOf: t.expose('asOf', {
      type: 'DateTime',
      nullable: true,
      description: 'Up to when the upstream has counted.',
    }),
    fetchedAt: t.expose('fetchedAt', {
      type: 'DateTime',
      description: 'When this was read from the upstream.',
    }),
  }),
});

/** Whichever is limited; operations where both or neither are. */
export function unitOf({ operations, credits }: DomainUsage): 'OPERATIONS' | 'CREDITS' {
  const isLimited = (quota: DomainQuota | null): boolean =>
    (quota?.included ?? quota?.remaining ?? null) !== null;
  return !isLimited(operations) && isLimited(credits) ? 'CREDITS' : 'OPERATIONS';
}

function withRemaining(quota: DomainQuota): DomainQuota {
  const { included, used, remaining } = quota;
  if (remaining !== null || included === null) return quota;
  return { ...quota, remaining: atLeastZero(subtractDecimals(included, used)) };
}

const needOf = (organization: number) => ({ organization, right: 'usage', section: 'usage' }) as const;

builder.objectField(Organization, 'usage', (t) =>
  t.field({
    type: Usage,
    nullable: true,
    description: 'What it has used in the present period of its plan.',
    authScopes: ({ id }) => ({ need: needOf(id) }),
    extensions: asks(presentUsage),
    resolve: async ({ id }, _args, context, info) => {
      const { value, fetchedAt } = markStale(await context.loaders.usage.current.load(id), context, info);
      return { ...value, fetchedAt: new Date(fetchedAt) };
    },
  }),
);

interface UsagePointNode extends DomainPoint {
  readonly fetchedAt: Date;
}

const UsagePoint = builder.objectRef<UsagePointNode>('UsagePoint').implement({
  description: 'What was used on one day.',
  fields: (t) => ({
    date: t.exposeString('date', { description: 'The day, as the upstream counts days: `2026-03-05`.' }),
    operations: t.expose('operations', {
      type: 'Decimal',
      nullable: true,
      description: 'Operations on that day.',
    }),
    executions: t.expose('executions', {
      type: 'Decimal',
      nullable: true,
      description: 'Runs on that day. Told by the documented dialect.',
    }),
    errors: t.expose('errors', {
      type: 'Decimal',
      nullable: true,
      description: 'Runs of that day that failed. Told by the documented dialect.',
    }),
    credits: t.expose('credits', { type: 'Decimal', nullable: true, description: 'Credits on that day.' }),
    dataTransfer: t.expose('dataTransfer', {
      type: 'Decimal',
      nullable: true,
      description: 'Bytes moved on that day.',
    }),
    fetchedAt: t.expose('fetchedAt', {
      type: 'DateTime',
      description: 'When this was read from the upstream.',
    }),
  }),
});

/** Of a period that is longer, the upstream is not asked. */
const longestDays = 366;
const dayMs = 86_400_000;

/** When the present period began and ends, the usage tells. */
const whatTellsPeriod: Ask = {
  ...presentUsage,
  requests: ({ period }) => (partOf(period, 'preset') === 'CURRENT_PERIOD' ? presentUsage.requests : 0),
};

builder.objectField(Organization, 'usageHistory', (t) =>
  t.field({
    type: [UsagePoint],
    nullable: true,
    description:
      'What it used day by day, oldest first; days without any use may be left out. Without a period the last thirty days, which are all that the live dialect has.',
    args: {
      period: t.arg({ type: PeriodInput, description: `Which days: at most ${longestDays}.` }),
    },
    authScopes: ({ id }) => ({ need: needOf(id) }),
    extensions: asks({ requests: 1, also: [whatTellsPeriod], rows: longestDays }),
    resolve: async ({ id }, { period: wish }, context, info) => {
      const answer = await historyOf(id, wish, context, info);
      const { value, fetchedAt } = markStale(answer, context, info);
      return value.points.map((point) => ({ ...point, fetchedAt: new Date(fetchedAt) }));
    },
  }),
);

async function historyOf(
  organization: number,
  wish: PeriodWish | null | undefined,
  context: Context,
  info: GraphQLResolveInfo,
): ReturnType<Loaders['usage']['history']> {
  const { usage: reader, startedAt } = context.loaders;
  if (wish?.preset === 'CURRENT_PERIOD') {
    const { usage, history } = await reader.historyOfPresent(organization);
    markStale(usage, context, info);
    return history;
  }
  const period = readPeriod(wish, startedAt);
  if (period !== null && period.end.getTime() - period.start.getTime() > longestDays * dayMs) {
    throw new Failure('BAD_USER_INPUT', `The period is too long: at most ${longestDays} days are accepted.`);
  }
  return reader.history(organization, period);
}
