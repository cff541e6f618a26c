import { type Directory, registrationOf } from '../datasources/directory.ts';
import type { MakeAdmin } from '../datasources/make-admin/make-admin.ts';
import type { Clock } from '../domain/clock.ts';
import type { EventFeed } from '../domain/event.ts';
import { Failure } from '../domain/failure.ts';
import { isPartOver, type RetryCampaign, type RetryPart } from '../domain/retry-campaign.ts';
import { createMeter, type Errand } from '../upstream/call.ts';
import { type Chooser, chooseIn, countRetried, findParts, readScenario } from './choose-executions.ts';
import { persist } from './persist.ts';

/** A campaign at work: what it has come to is in the store before it goes on. */
export interface Running {
  campaign: RetryCampaign;
  update(change: Partial<RetryCampaign>): Promise<void>;
}

interface CampaignTools {
  readonly clock: Clock;
  readonly directory: Directory;
  readonly makeAdmin: MakeAdmin;
  readonly events: CampaignEvents;
}

export type CampaignEvents = Pick<EventFeed, 'isWatched' | 'noteChange' | 'whileChanging'>;

/** How long one request may wait for its turn, and a campaign for its end. */
const turnMs = 10 * 60_000;
const longestMs = 24 * 60 * 60_000;
/** How long other events of the organization may wait for what a retry did. */
const noteMs = 10_000;

/**
 * Scenario by scenario: what is to be retried is chosen, then retried by one request. Before that leaves, the store says
 * so: where its answer is lost, it is looked for and never sent again. Comes back early, as it is, once it is aborted.
 */
export async function runCampaign(
  tools: CampaignTools,
  running: Running,
  signal: AbortSignal,
): Promise<void> {
  const { clock, directory, makeAdmin, events } = tools;
  const organization = registrationOf(directory, running.campaign.organization);
  const startedAt = running.campaign.startedAt ?? new Date(clock.now());
  const until = Number(startedAt) + longestMs;
  await running.update({ status: 'RUNNING', startedAt });

  const chooser = (beforeSending?: () => Promise<void>): Chooser => ({
    organization,
    wish: running.campaign,
    errand: errandFor(running.campaign, { now: clock.now(), signal, beforeSending }),
  });

  if (running.campaign.parts === null) {
    const found = await persist({ clock, signal, until }, () => findParts(makeAdmin, chooser()));
    if (found === null) return;
    await running.update({ parts: found.value, isComplete: found.isComplete });
  }
  for (const [place] of (running.campaign.parts ?? []).entries()) {
    if (signal.aborted) return;
    if (clock.now() >= until) throw tookTooLong();
    await work(place);
  }

  function partAt(place: number): RetryPart {
    const part = running.campaign.parts?.[place];
    if (part === undefined) throw new Error('A campaign does not lose its parts.');
    return part;
  }

  function change(place: number, to: Partial<RetryPart>, isComplete = true): Promise<void> {
    const parts = running.campaign.parts?.with(place, { ...partAt(place), ...to }) ?? null;
    return running.update({ parts, isComplete: running.campaign.isComplete && isComplete });
  }

  async function work(place: number): Promise<void> {
    if (isPartOver(partAt(place))) return;
    try {
      await persist({ clock, signal, until }, () => workOnce(place));
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      await change(place, givenUp(partAt(place), error));
    }
  }

  async function workOnce(place: number): Promise<void> {
    if (partAt(place).state === 'SENDING') return lookBack(place);
    const { scenarioId } = partAt(place);
    if (partAt(place).chosen === null) {
      const { value, isComplete } = await chooseIn(makeAdmin, scenarioId, chooser());
      await change(place, { chosen: value }, isComplete);
    }
    const ids = partAt(place).chosen?.map(({ id }) => id) ?? [];
    if (ids.length === 0) return change(place, { state: 'DONE', chosen: null });
    const retried = await retry(place, ids);
    if (retried === null) return lookBack(place);
    return change(place, { state: 'DONE', chosen: null, retried: retried.length });
  }

  /** The ids of those that are retried; null where the answer was lost. */
  async function retry(place: number, ids: readonly string[]): Promise<readonly string[] | null> {
    const { errorTypes, from, to } = running.campaign;
    const { scenarioId } = partAt(place);
    const over = Promise.withResolvers<void>();
    let sentAt = clock.now();
    const { errand } = chooser(async () => {
      await change(place, { state: 'SENDING' });
      // not before: it may wait for its turn for long
      void events.whileChanging(organization.id, (startedAt) => {
        sentAt = startedAt;
        return over.promise;
      });
    });
    try {
      const selection = { scenarioId, errorTypes, from, to, ids };
      const { value } = await makeAdmin.retryIncompleteExecutions(organization, selection, errand);
      await note(scenarioId, value, sentAt);
      return value;
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      if (error.code === 'OUTCOME_UNKNOWN') return null;
      // it was refused: nothing was done
      if (partAt(place).state === 'SENDING') await change(place, { state: 'WAITING' });
      throw error;
    } finally {
      over.resolve();
    }
  }

  /** Tells those who follow events what became of those that were retried. What cannot be read now, a poll finds later. */
  async function note(scenarioId: string, ids: readonly string[], startedAt: number): Promise<void> {
    const section = 'incomplete-executions';
    if (ids.length === 0 || !(await events.isWatched(organization.id, section))) return;
    const { errand } = chooser();
    const inTime = { ...errand, priority: 'poll', deadline: clock.now() + noteMs } as const;
    try {
      const rows = await readScenario(makeAdmin, scenarioId, { organization, errand: inTime });
      const values = rows.filter(({ id }) => ids.includes(id));
      await events.noteChange(organization.id, { section, values }, startedAt);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
    }
  }

  async function lookBack(place: number): Promise<void> {
    const part = partAt(place);
    const retried = await countRetried(makeAdmin, part, chooser());
    const unknown = (part.chosen?.length ?? 0) - retried;
    await change(place, { state: unknown > 0 ? 'UNKNOWN' : 'DONE', chosen: null, retried, unknown });
  }
}

/** As it is when nothing more is done about it. */
export function finished(campaign: RetryCampaign, isAborted: boolean, now: number): RetryCampaign {
  const parts = campaign.parts?.map((part) => {
    if (part.state === 'SENDING') return { ...part, ...abandoned(part) };
    return isPartOver(part) ? part : unchosen(part);
  });
  const isDone = parts?.every(isPartOver) === true;
  const status = isAborted && !isDone ? 'CANCELLED' : 'DONE';
  return { ...campaign, parts: parts ?? null, status, finishedAt: new Date(now) };
}

/** What was chosen a while ago may be something else by now: its number is all that is kept. */
export function unchosen(part: RetryPart): RetryPart {
  return part.chosen === null ? part : { ...part, expected: part.chosen.length, chosen: null };
}

function givenUp(part: RetryPart, { code, message }: Failure): Partial<RetryPart> {
  const failure = { code, message };
  if (part.state === 'SENDING') return { ...abandoned(part), failure };
  const failed = part.chosen?.length ?? part.expected ?? 0;
  return { state: 'FAILED', chosen: null, failed, failure };
}

/** It was sent, and what came of it cannot be looked for. */
function abandoned({ chosen }: RetryPart): Partial<RetryPart> {
  return { state: 'UNKNOWN', chosen: null, unknown: chosen?.length ?? 0 };
}

/** Behind everybody who waits for an answer, and never with what was kept. */
function errandFor(
  { requestedBy }: RetryCampaign,
  {
    now,
    signal,
    beforeSending,
  }: {
    readonly now: number;
    readonly signal: AbortSignal;
    readonly beforeSending: (() => Promise<void>) | undefined;
  },
): Errand {
  return {
    signal,
    deadline: now + turnMs,
    priority: 'export',
    caller: requestedBy,
    startedAt: now,
    maxAge: 0,
    meter: createMeter(),
    ...(beforeSending && { beforeSending }),
  };
}

const tookTooLong = (): Failure =>
  new Failure('RATE_LIMITED', 'The budget had no room for the rest of the campaign within a day.');
