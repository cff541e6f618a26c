import { registrationOf } from '../datasources/directory.ts';
import type { Clock } from '../domain/clock.ts';
import { type EventFeed, eventTypes, type Noted, type PlacedEvent } from '../domain/event.ts';
import { Failure } from '../domain/failure.ts';
import type { Store } from '../store/store.ts';
import { createMeter, type Errand } from '../upstream/call.ts';
import type { Limiter } from '../upstream/limiter.ts';
import { listSnapshotShape } from './detectors/list.ts';
import { type EventLog, openEventLog } from './event-log.ts';
import { type Teams, withTeams } from './execution-teams.ts';
import { type Finding, readSnapshot } from './finding.ts';
import { followEvents } from './follow.ts';
import type { Hub } from './hub.ts';
import { findingOfNote } from './notes.ts';
import { watchOtherWriters } from './other-writers.ts';
import { createPollers } from './pollers.ts';
import { createRecorder } from './recorder.ts';
import { type PolledSources, sectionsOf } from './sections.ts';
import { laggedAt } from './signs.ts';
import { openWebhookIntake, type WebhookIntake } from './webhook-intake.ts';

export interface Events extends EventFeed {
  /** How many there are. */
  followers(): number;
  readonly webhooks: WebhookIntake;
  /** Stops polling, and waits for what is being written. */
  close(): Promise<void>;
}

interface EventsParts {
  readonly store: Store;
  readonly hub: Hub;
  readonly sources: PolledSources;
  readonly limiter: Pick<Limiter, 'status'>;
  readonly clock: Clock;
  readonly random: () => number;
  readonly settings: {
    readonly pollIntervalMs: number;
    readonly retentionDays: number;
    readonly maxEvents: number;
    readonly thresholds: readonly number[];
    readonly always: boolean;
  };
  readonly webhookSecrets: readonly string[];
  /** Hears of what no caller can be told. */
  readonly onError: (error: unknown, where: string) => void;
}

/** What a change of one section may have changed of others. */
const alsoChanged: Readonly<Record<Noted['section'], readonly string[]>> = {
  subscription: ['payments', 'make-invoices'],
  payments: ['make-invoices', 'subscription'],
  'make-invoices': [],
  'payment-methods': [],
  'incomplete-executions': [],
  'platform-subscriptions': ['platform-invoices'],
  'platform-invoices': ['platform-subscriptions'],
  'platform-payment-methods': [],
};

const dayMs = 24 * 60 * 60_000;
const batch = 500;
/** How long an event may wait for whose it is. */
const lookUpMs = 5000;

/** The events of every organization: found by polls and webhooks, written down, and told to whoever follows. */
export async function openEvents(parts: EventsParts): Promise<Events> {
  const { store, hub, sources, limiter, clock, random, settings, webhookSecrets, onError } = parts;
  const { maxEvents, retentionDays } = settings;
  const log = await openEventLog(store, clock, { maxEvents, retentionMs: retentionDays * dayMs });
  const recorder = createRecorder(store, log, hub, clock);
  const pollers = createPollers({
    sections: sectionsOf(settings.thresholds),
    sources,
    recorder,
    limiter,
    clock,
    random,
    minimumMs: settings.pollIntervalMs,
    onError,
  });
  const webhooks = await openWebhookIntake({
    store,
    sources,
    recorder,
    pollers,
    clock,
    secrets: webhookSecrets,
    onError: (error) => onError(error, 'webhooks'),
  });
  let followers = 0;
  const others = watchOtherWriters({
    store,
    clock,
    catchUp: (organization) => recorder.catchUp(organization),
    onError: (error) => onError(error, 'store'),
  });
  if (settings.always) {
    for (const registration of sources.directory.values()) pollers.acquire(registration, eventTypes);
  }

  async function lookingAt(organization: number, section: Noted['section']) {
    const now = clock.now();
    const errand: Errand = {
      signal: new AbortController().signal,
      deadline: now + lookUpMs,
      priority: 'poll',
      organization: String(organization),
      caller: 'tollgate',
      startedAt: now,
      meter: createMeter(),
    };
    const registration = registrationOf(sources.directory, organization);
    return { sources, registration, errand, snapshot: await recorder.snapshot(organization, section) };
  }

  return {
    webhooks,
    async follow({ organization, types, after, includeSnapshot, isShown }) {
      const { last } = await log.range(organization);
      const begin = after === null ? last : positionIn(log, organization, after, last);
      const held = pollers.acquire(registrationOf(sources.directory, organization), types);
      others.follow(organization);
      followers += 1;
      return followEvents({
        log,
        hub,
        clock,
        organization,
        begin,
        isShown,
        snapshot: includeSnapshot ? { ready: held.ready(), keepsPlace: after !== null } : null,
        release() {
          followers -= 1;
          others.leave(organization);
          held.release();
        },
      });
    },
    async history(organization, { isShown, after, before, limit, isBackward }) {
      const { first, last } = await log.range(organization);
      const begin = after === null ? first : positionIn(log, organization, after, last);
      const low = Math.max(first, begin);
      const high = before === null ? last : positionIn(log, organization, before, last) - 1;
      const span: Span = { low, high, wanted: ({ event }) => isShown(event), limit: limit + 1 };
      const kept = isBackward
        ? await readBackward(log, organization, span)
        : await readForward(log, organization, span);
      const found: readonly PlacedEvent[] =
        begin < first
          ? [laggedAt(log, { organization, position: first, now: clock.now() }, first - begin), ...kept]
          : kept;
      const hasMore = found.length > limit;
      const rows = isBackward ? found.slice(hasMore ? 1 : 0) : found.slice(0, limit);
      return { rows, hasMore };
    },
    async noteChange(organization, noted, startedAt) {
      const customer = sources.links.customerOf(organization) ?? '';
      const findingWith = (teams: Teams): Finding =>
        findingOfNote(noted, { organization, customer, startedAt, teams });
      const finding =
        noted.section === 'incomplete-executions'
          ? await withTeams(findingWith, await lookingAt(organization, noted.section))
          : findingWith(new Map());
      const sighting = { source: 'GATEWAY', asOf: new Date(startedAt) } as const;
      await recorder.record(organization, noted.section, finding, sighting);
      pollers.hasten(organization, alsoChanged[noted.section]);
    },
    async isWatched(organization, section) {
      const snapshot = readSnapshot(listSnapshotShape, await recorder.snapshot(organization, section));
      return snapshot?.isSeeded === true;
    },
    whileChanging: (organization, change) => recorder.whileChanging(organization, change),
    pollers: () => pollers.reports(),
    followers: () => followers,
    async close() {
      pollers.close();
      others.close();
      await webhooks.settle();
      await recorder.settle();
    },
  };
}

/** A place behind the end is one that the store has lost: what is written there next would never be told. */
function positionIn(log: EventLog, organization: number, cursor: string, last: number): number {
  const position = log.positionOf(organization, cursor);
  if (position <= last) return position;
  throw new Failure('STALE_CURSOR', 'The store has lost what led to this cursor. Begin anew.');
}

/** After `low` and up to `high`. */
interface Span {
  readonly low: number;
  readonly high: number;
  readonly wanted: (placed: PlacedEvent) => boolean;
  readonly limit: number;
}

async function readForward(
  log: EventLog,
  organization: number,
  { low, high, wanted, limit }: Span,
): Promise<PlacedEvent[]> {
  const found: PlacedEvent[] = [];
  for (let at = low; at < high && found.length < limit; at += batch) {
    const rows = await log.read(organization, at, Math.min(batch, high - at));
    found.push(...rows.filter(wanted));
  }
  return found.slice(0, limit);
}

async function readBackward(
  log: EventLog,
  organization: number,
  { low, high, wanted, limit }: Span,
): Promise<PlacedEvent[]> {
  let found: PlacedEvent[] = [];
  for (let end = high; end > low && found.length < limit; end -= batch) {
    const start = Math.max(low, end - batch);
    const rows = await log.read(organization, start, end - start);
    found = [...rows.filter(wanted), ...found];
  }
  return found.slice(-limit);
}
