import { z } from 'zod';
import type { Quota, Usage, UsagePoint } from '../../domain/usage.ts';
import type { Endpoint, Upstream } from '../../upstream/call.ts';
import type { Read } from '../read.ts';
import { calendarDay, decimal, instant, orNull } from '../wire.ts';
import { creditsFromHundredths } from './credits.ts';
import type { MakeAdmin } from './make-admin.ts';
import { adminTag } from './tags.ts';

const wholeText = z.union([z.string().regex(/^-?\d+$/), z.number().int()]).transform(String);

/** What the plan includes and what was bought beside it; what is unlimited is written as −1. */
function quotaOf(planned: string | null, extra: string | null, used: string, unused: string | null): Quota {
  const isLimited = planned !== null && !planned.startsWith('-');
  const included = isLimited ? BigInt(planned) + BigInt(extra ?? 0) : null;
  const beyond = included === null ? null : BigInt(used) - included;
  return {
    included: included === null ? null : String(included),
    used,
    remaining: unused,
    overage: beyond === null ? null : String(beyond > 0n ? beyond : 0n),
  };
}

/** The counters of an organization. */
const countersShape = z
  .object({
    organization: z.object({
      license: orNull(z.object({ operations: orNull(wholeText), transfer: orNull(wholeText) })),
      lastReset: orNull(instant),
      nextReset: orNull(instant),
      operations: wholeText,
      operationsExt: orNull(wholeText),
      unusedOperations: orNull(wholeText),
      transfer: orNull(wholeText),
      transferExt: orNull(wholeText),
      unusedTransfer: orNull(wholeText),
      centicreditsConsumed: orNull(creditsFromHundredths),
      unusedCenticredits: orNull(creditsFromHundredths),
    }),
  })
  .transform(
    ({ organization: { license, ...wire } }): Usage => ({
      periodStart: wire.lastReset,
      periodEnd: wire.nextReset,
      operations: quotaOf(
        license?.operations ?? null,
        wire.operationsExt,
        wire.operations,
        wire.unusedOperations,
      ),
      resetAt: wire.nextReset,
      credits:
        wire.centicreditsConsumed === null
          ? null
          : {
              included: null,
              used: wire.centicreditsConsumed,
              remaining: wire.unusedCenticredits,
              overage: null,
            },
      storage: null,
      dataTransfer:
        wire.transfer === null
          ? null
          : quotaOf(license?.transfer ?? null, wire.transferExt, wire.transfer, wire.unusedTransfer),
      users: null,
      asOf: null,
    }),
  );

const counters: Endpoint<Usage> = {
  method: 'GET',
  path: '/organizations/{organizationId}',
  answer: countersShape,
  cache: 'usage',
};

const pointShape = z
  .object({
    date: calendarDay,
    operations: decimal,
    dataTransfer: orNull(decimal),
    // written so in one of Make's own examples
    datatransfer: orNull(decimal),
    centicredits: orNull(creditsFromHundredths),
  })
  .transform(
    ({ date, operations, dataTransfer, datatransfer, centicredits }): UsagePoint => ({
      date,
      operations,
      executions: null,
      errors: null,
      credits: centicredits,
      dataTransfer: dataTransfer ?? datatransfer,
    }),
  );

const days: Endpoint<readonly UsagePoint[]> = {
  method: 'GET',
  path: '/organizations/{organizationId}/usage',
  answer: z
    .object({ data: z.array(pointShape) })
    .transform(({ data }) => data.toSorted((one, other) => (one.date < other.date ? -1 : 1))),
  cache: 'usage',
};

export function usageLive(
  upstream: Upstream,
): Pick<MakeAdmin, 'usage' | 'usageOfPeriod' | 'usageHistory' | 'usagePrediction'> {
  // The answer is also what the organization's profile is read from, and goes by its tag.
  const usage: Read<Usage> = ({ id, account }, errand) =>
    upstream.request(
      {
        endpoint: counters,
        account,
        params: { organizationId: id },
        tags: [`organization:${id}`, adminTag(id, 'usage')],
      },
      errand,
    );
  return {
    usage,
    usageOfPeriod: usage,
    /** The last thirty days are all that this dialect has. */
    async usageHistory({ id, account }, period, errand) {
      const call = {
        endpoint: days,
        account,
        params: { organizationId: id },
        query: { organizationTimezone: 'true' },
        tags: [adminTag(id, 'usage')],
      };
      const answer = await upstream.request(call, errand);
      const isWithin = ({ date }: UsagePoint): boolean =>
        period === null || (new Date(date) >= startOfDay(period.start) && new Date(date) < period.end);
      return { ...answer, value: { period: null, points: answer.value.filter(isWithin) } };
    },
    usagePrediction: async () => null,
  };
}

const startOfDay = (at: Date): Date => new Date(at.toISOString().slice(0, 10));
