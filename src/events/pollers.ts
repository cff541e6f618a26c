import type { Registration } from '../datasources/directory.ts';
import type { Clock } from '../domain/clock.ts';
import type { EventType, PollerReport } from '../domain/event.ts';
import { Failure } from '../domain/failure.ts';
import { createMeter, type Errand } from '../upstream/call.ts';
import type { Limiter } from '../upstream/limiter.ts';
import type { Recorder } from './recorder.ts';
import type { PolledSources, Section } from './sections.ts';

export interface Pollers {
  /** Starts what is needed for events of these types, or joins what runs. */
  acquire(registration: Registration, types: readonly EventType[]): Held;
  /** Polls at once where somebody listens: something is known to have changed. */
  hasten(organization: number, sections: readonly string[]): void;
  reports(): readonly PollerReport[];
  close(): void;
}

interface Held {
  /** Once each section has been looked at, or could not be. */
  ready(): Promise<void>;
  release(): void;
}

interface PollersParts {
  readonly sections: readonly Section[];
  readonly sources: PolledSources;
  readonly recorder: Pick<Recorder, 'record' | 'snapshot'>;
  readonly limiter: Pick<Limiter, 'status'>;
  readonly clock: Clock;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  readonly minimumMs: number;
  /** Hears of what no caller can be told. */
  readonly onError: (error: unknown, section: string) => void;
}

interface Poller {
  readonly key: string;
  readonly section: Section;
  readonly registration: Registration;
  readonly stopped: AbortController;
  readonly ready: PromiseWithResolvers<void>;
  listeners: number;
  intervalMs: number;
  /** Null while it is polling. */
  nextAt: number | null;
  isFailing: boolean;
  /** What its last poll took. */
  requests: number;
  cancelTimer: () => void;
}

/** The longest interval, in that of the shortest … */
const slowest = 10;
/** … or what budgets are counted in, where that is longer and less than this share of the budget is left. */
const budgetWindowMs = 60_000;
const roomy = 0.6;
/** The longest where there is budget enough, and nothing happens. */
const idle = 3;
/** What all pollers of one budget may plan to use of it. */
const shareOfBudget = 0.5;
/** Below this share of the budget left, polls are rarer. */
const scarce = 0.2;
/** Nobody waits for a poll: what happened while nobody looked may take many pages, and a small budget. */
const patienceMs = 15 * 60_000;

export function createPollers(parts: PollersParts): Pollers {
  const { sections, sources, recorder, limiter, clock, random, minimumMs, onError } = parts;
  const pollers = new Map<string, Poller>();
  const slowestMs = minimumMs * slowest;

  /** An organization may become a customer of the platform while somebody listens. */
  const isOf = ({ section, registration }: Poller): boolean => section.isOf(registration, sources);

  function start(key: string, section: Section, registration: Registration): Poller {
    const poller: Poller = {
      key,
      section,
      registration,
      stopped: new AbortController(),
      ready: Promise.withResolvers(),
      listeners: 0,
      intervalMs: minimumMs,
      nextAt: null,
      isFailing: false,
      requests: 1,
      cancelTimer: () => {},
    };
    schedule(poller, 0);
    return poller;
  }

  function schedule(poller: Poller, delayMs: number): void {
    poller.cancelTimer();
    poller.nextAt = clock.now() + delayMs;
    poller.cancelTimer = clock.after(delayMs, () => {
      poller.nextAt = null;
      void poll(poller);
    });
  }

  async function poll(poller: Poller): Promise<void> {
    const pausedMs = pauseOf(poller.section);
    if (!isOf(poller)) poller.intervalMs = minimumMs;
    else if (pausedMs === 0) await look(poller);
    else poller.isFailing = true;
    poller.ready.resolve();
    if (poller.stopped.signal.aborted) return;
    // so that those that started together do not go on together
    const jittered = poller.intervalMs * (0.9 + 0.2 * random());
    schedule(poller, Math.max(jittered, pausedMs));
  }

  async function look(poller: Poller): Promise<void> {
    const { section, registration, stopped } = poller;
    const startedAt = clock.now();
    const errand: Errand = {
      signal: stopped.signal,
      deadline: startedAt + patienceMs,
      priority: 'poll',
      organization: String(registration.id),
      caller: 'poller',
      startedAt,
      maxAge: 0,
      meter: createMeter(),
    };
    try {
      const snapshot = await recorder.snapshot(registration.id, section.name);
      const finding = await section.look({ sources, registration, errand, snapshot });
      const news = await recorder.record(registration.id, section.name, finding, {
        source: 'POLL',
        asOf: new Date(startedAt),
      });
      poller.isFailing = false;
      poller.requests = Math.max(1, errand.meter.upstreamRequests);
      poller.intervalMs = intervalAfter(poller, news);
    } catch (error) {
      if (stopped.signal.aborted) return;
      poller.isFailing = true;
      poller.intervalMs = Math.max(poller.intervalMs, Math.min(poller.intervalMs * 2, slowestMs));
      if (!(error instanceof Failure)) onError(error, section.name);
    }
  }

  /** Faster when things change, slower when they do not, and as slow as the budget asks. */
  function intervalAfter(poller: Poller, news: number): number {
    const bucket = poller.section.bucketOf(poller.registration);
    const { target, remaining } = limiter.status(bucket);
    const sharing = Array.from(pollers.values()).filter(
      (other) => isOf(other) && other.section.bucketOf(other.registration) === bucket,
    );
    const requests = sharing.reduce((sum, other) => sum + other.requests, 0);
    const affordable = (requests * 60_000) / Math.max(1, target * shareOfBudget);
    const wished = news > 0 ? minimumMs : Math.min(poller.intervalMs * 1.5, minimumMs * idle);
    const planned = Math.max(wished, affordable) * (remaining < target * scarce ? 2 : 1);
    const isRoomy = remaining >= target * roomy;
    return Math.min(planned, isRoomy ? slowestMs : Math.max(slowestMs, budgetWindowMs));
  }

  /** Milliseconds until the upstream is tried again, while its breaker is open. */
  function pauseOf({ upstream }: Section): number {
    const report = sources.upstreams().find(({ name }) => name === upstream);
    return report?.breaker === 'open' ? Math.max(1, report.retryAfter) * 1000 : 0;
  }

  function stop(poller: Poller): void {
    pollers.delete(poller.key);
    poller.cancelTimer();
    poller.stopped.abort();
    poller.ready.resolve();
  }

  function hold(section: Section, registration: Registration): Poller {
    const key = keyOf(registration.id, section.name);
    const poller = pollers.get(key) ?? start(key, section, registration);
    pollers.set(key, poller);
    poller.listeners += 1;
    return poller;
  }

  return {
    acquire(registration, types) {
      const held = sections
        .filter(({ upstream }) => upstream !== 'platform-billing' || sources.platformBilling !== null)
        .filter((section) => section.types.some((type) => types.includes(type)))
        .map((section) => hold(section, registration));
      let isReleased = false;
      return {
        ready: async () => void (await Promise.all(held.map(({ ready }) => ready.promise))),
        release() {
          if (isReleased) return;
          isReleased = true;
          for (const poller of held) {
            poller.listeners -= 1;
            if (poller.listeners === 0) stop(poller);
          }
        },
      };
    },
    hasten(organization, names) {
      for (const name of names) {
        const poller = pollers.get(keyOf(organization, name));
        if (poller !== undefined && poller.nextAt !== null) schedule(poller, 0);
      }
    },
    reports: () =>
      Array.from(pollers.values())
        .filter(isOf)
        .map(({ section, registration, listeners, nextAt, intervalMs, isFailing }) => ({
          organization: registration.id,
          section: section.name,
          upstream: section.upstream,
          listeners,
          nextPollAt: nextAt === null ? null : new Date(nextAt),
          intervalMs: Math.round(intervalMs),
          isFailing,
        })),
    close() {
      for (const poller of pollers.values()) stop(poller);
    },
  };
}

const keyOf = (organization: number, section: string): string => `${organization}/${section}`;
