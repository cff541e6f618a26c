const windowMs = 60_000;

/** How a minute is measured: over the last 60 s at any time, or in windows of 60 s that a first call begins. */
export type WindowKind = 'sliding' | 'fixed';

export interface Standing {
  readonly limit: number;
  readonly remaining: number;
  /** Epoch milliseconds at which the fixed window ends. */
  readonly resetAt: number;
}

interface BucketStats {
  readonly limit: number;
  readonly total: number;
  readonly peak60s: number;
  readonly rejected: number;
}

export interface Limits {
  hasRoom(bucket: string, kind: WindowKind): boolean;
  accept(bucket: string): void;
  reject(bucket: string): void;
  standing(bucket: string): Standing;
  stats(): Record<string, BucketStats>;
}

interface Bucket {
  readonly arrived: SlidingCount;
  readonly accepted: SlidingCount;
  total: number;
  rejected: number;
  peak: number;
  windowStart: number;
  windowCount: number;
}

interface Settings {
  /** Calls a minute. Asked at each call, as a plan may change. */
  readonly buckets: ReadonlyMap<string, () => number>;
  readonly wallNow: () => number;
  /** Without it calls are only counted, for measurements. */
  readonly areEnforced: boolean;
}

/** Every accepted call counts in both kinds of window, so that listeners of either kind share a bucket. */
export function createLimits({ buckets, wallNow, areEnforced }: Settings): Limits {
  const byName = new Map<string, Bucket>();
  for (const name of buckets.keys()) byName.set(name, createBucket());

  const limitOf = (name: string): number => buckets.get(name)?.() ?? 0;

  function bucketOf(name: string): Bucket {
    const bucket = byName.get(name);
    if (bucket === undefined) throw new Error(`There is no bucket ${name}`);
    return bucket;
  }

  function arrive(bucket: Bucket, now: number): void {
    bucket.total += 1;
    bucket.arrived.add(now);
    bucket.peak = Math.max(bucket.peak, bucket.arrived.count(now));
  }

  return {
    hasRoom(name, kind) {
      const bucket = bucketOf(name);
      const now = wallNow();
      const used = kind === 'sliding' ? bucket.accepted.count(now) : usedOfWindow(bucket, now);
      return !areEnforced || used < limitOf(name);
    },
    accept(name) {
      const bucket = bucketOf(name);
      const now = wallNow();
      arrive(bucket, now);
      bucket.accepted.add(now);
      if (usedOfWindow(bucket, now) === 0) {
        bucket.windowStart = now;
        bucket.windowCount = 0;
      }
      bucket.windowCount += 1;
    },
    reject(name) {
      const bucket = bucketOf(name);
      arrive(bucket, wallNow());
      bucket.rejected += 1;
    },
    standing(name) {
      const bucket = bucketOf(name);
      const now = wallNow();
      const used = usedOfWindow(bucket, now);
      const limit = limitOf(name);
      return {
        limit,
        remaining: Math.max(0, limit - used),
        resetAt: (used === 0 ? now : bucket.windowStart) + windowMs,
      };
    },
    stats() {
      const entries = [...byName].map(([name, { total, peak, rejected }]) => {
        return [name, { limit: limitOf(name), total, peak60s: peak, rejected }] as const;
      });
      return Object.fromEntries(entries);
    },
  };
}

const createBucket = (): Bucket => ({
  arrived: createSlidingCount(),
  accepted: createSlidingCount(),
  total: 0,
  rejected: 0,
  peak: 0,
  windowStart: 0,
  windowCount: 0,
});

function usedOfWindow(bucket: Bucket, now: number): number {
  return now < bucket.windowStart + windowMs ? bucket.windowCount : 0;
}

interface SlidingCount {
  add(at: number): void;
  /** How many came in the 60 s that end at `at`; one that came exactly 60 s ago is out. */
  count(at: number): number;
}

/** Exact to the millisecond; holds one entry per millisecond in which something came, so at most 60,000. */
function createSlidingCount(): SlidingCount {
  let times: number[] = [];
  let counts: number[] = [];
  let head = 0;
  let total = 0;

  function dropUntil(at: number): void {
    for (let time = times[head]; time !== undefined && time <= at; time = times[head]) {
      total -= counts[head] ?? 0;
      head += 1;
    }
    if (head > 4096 && head > times.length / 2) {
      times = times.slice(head);
      counts = counts.slice(head);
      head = 0;
    }
  }

  return {
    add(at) {
      const time = Math.floor(at);
      const last = times.length - 1;
      if (last >= head && (times[last] ?? 0) >= time) counts[last] = (counts[last] ?? 0) + 1;
      else {
        times.push(time);
        counts.push(1);
      }
      total += 1;
      dropUntil(time - windowMs);
    },
    count(at) {
      dropUntil(Math.floor(at) - windowMs);
      return total;
    },
  };
}
