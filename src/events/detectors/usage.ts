import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import type { Change, DetectedEvent, EventType, UsageMeter } from '../../domain/event.ts';
import type { Quota, Usage } from '../../domain/usage.ts';
import { type Detection, eventId, type Span } from './list.ts';

const meterShape = z.object({
  /** The period as the upstream tells it; null where it tells none. */
  period: z.string().nullable(),
  used: z.string(),
  /** Thresholds that the use is above, in per cent of what is included, with the event that told of each; null for one that is told of no more. */
  above: z.record(z.string(), z.string().nullable()),
  /** Thresholds that are not told of again in this period. */
  told: z.array(z.number()),
  /** Epoch milliseconds by which this had been read: a reading that began before does not change it. */
  since: z.number().default(0),
});
export const usageSnapshotShape = z.record(z.string(), meterShape);
export type UsageSnapshot = z.output<typeof usageSnapshotShape>;

/** In place of an event, for what was so when the use was first seen. */
const firstSight = 'first sight';

interface Reading extends Span {
  readonly usage: Usage;
  readonly thresholds: readonly number[];
}

/**
 * Which thresholds the use has reached, and of which it is below again because more was bought or a new period has
 * begun: each once in a period. The first sight is no news.
 */
export function detectThresholds(
  organization: number,
  previous: UsageSnapshot | null,
  { usage, thresholds, startedAt, endedAt }: Reading,
): Detection<UsageSnapshot> {
  const events: DetectedEvent[] = [];
  const snapshot: UsageSnapshot = { ...previous };
  const meters: readonly [UsageMeter, Quota | null][] = [
    ['OPERATIONS', usage.operations],
    ['CREDITS', usage.credits],
  ];
  for (const [meter, quota] of meters) {
    if (quota === null || quota.included === null) continue;
    const { used, included } = quota;
    const known = previous?.[meter];
    if (known !== undefined && known.since > startedAt) continue;
    const period = periodOf(usage);
    const isNewPeriod =
      known !== undefined && (period === null ? isBelow(used, known.used) : period !== known.period);
    const told = new Set(isNewPeriod ? [] : known?.told);
    const above: Record<string, string | null> = {};
    for (const threshold of thresholds) {
      const earlier = known?.above[threshold];
      if (!hasReached(used, included, threshold)) {
        if (earlier != null) tell('USAGE_THRESHOLD_RECOVERED', meter, threshold, period, earlier);
        continue;
      }
      if (earlier !== undefined && !isNewPeriod) above[threshold] = earlier;
      else if (known === undefined) above[threshold] = firstSight;
      else if (told.has(threshold)) above[threshold] = null;
      else above[threshold] = tell('USAGE_THRESHOLD_REACHED', meter, threshold, period, earlier ?? null);
      told.add(threshold);
    }
    const present = { period, used, above, told: [...told], since: known?.since ?? endedAt };
    // a reading that says nothing new is not worth writing down
    snapshot[meter] = isDeepStrictEqual(present, known) ? present : { ...present, since: endedAt };
  }
  return { events, snapshot };

  function tell(
    type: EventType,
    meter: UsageMeter,
    threshold: number,
    period: string | null,
    last: string | null,
  ): string {
    const isReached = type === 'USAGE_THRESHOLD_REACHED';
    const changes: Change[] = [{ field: `above${threshold}Percent`, before: !isReached, after: isReached }];
    const id = eventId(
      [organization, 'usage', meter, threshold, period ?? usage.operations.used],
      type,
      changes,
      last,
    );
    const object = { kind: 'usage-threshold', meter, threshold, value: usage } as const;
    events.push({ id, type, occurredAt: null, changes, team: null, object });
    return id;
  }
}

function periodOf({ periodStart, periodEnd, resetAt }: Usage): string | null {
  return (periodStart ?? periodEnd ?? resetAt)?.toISOString() ?? null;
}

/** Whether `used` is at least so many per cent of `included`; exactly. */
function hasReached(used: string, included: string, percent: number): boolean {
  const [part, whole] = aligned(used, included);
  return whole > 0n && part * 100n >= whole * BigInt(percent);
}

function isBelow(one: string, other: string): boolean {
  const [part, whole] = aligned(one, other);
  return part < whole;
}

/** Two decimals as whole numbers of the same unit. */
function aligned(one: string, other: string): [bigint, bigint] {
  const digitsOf = (decimal: string): number => decimal.split('.')[1]?.length ?? 0;
  const digits = Math.max(digitsOf(one), digitsOf(other));
  const scaled = (decimal: string): bigint =>
    BigInt(decimal.replace('.', '') + '0'.repeat(digits - digitsOf(decimal)));
  return [scaled(one), scaled(other)];
}
