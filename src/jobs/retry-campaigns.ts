import { type Directory, registrationOf } from '../datasources/directory.ts';
import type { MakeAdmin } from '../datasources/make-admin/make-admin.ts';
import type { Clock } from '../domain/clock.ts';
import { Failure } from '../domain/failure.ts';
import { isOver, isPartOver, type RetryCampaign, type RetryCampaigns } from '../domain/retry-campaign.ts';
import type { Store } from '../store/store.ts';
import { openCampaignRecords } from './campaign-records.ts';
import { type CampaignEvents, finished, type Running, runCampaign, unchosen } from './run-campaign.ts';

export interface RetryCampaignParts {
  readonly store: Store;
  readonly clock: Clock;
  readonly directory: Directory;
  readonly makeAdmin: MakeAdmin;
  /** Tell those who follow them of what was retried. */
  readonly events: CampaignEvents;
  /** Hears of what nobody foresaw; the campaign ends as failed. */
  readonly onError: (error: unknown) => void;
}

export interface RetryCampaignsAtWork extends RetryCampaigns {
  /** Stops between two requests. What is left is gone on with at the next start. */
  close(): Promise<void>;
}

interface Entry {
  readonly running: Running;
  readonly controller: AbortController;
  over: Promise<void>;
}

/** Queued and running, in one organization. */
const mostUnderWay = 5;

/** Campaigns, one after another in each organization. Goes on with those that the process before left. */
export async function openRetryCampaigns(parts: RetryCampaignParts): Promise<RetryCampaignsAtWork> {
  const { store, clock, directory, onError } = parts;
  const records = openCampaignRecords(store);
  const underWay = new Map<string, Entry>();
  /** The end of the last campaign of each organization. */
  const lines = new Map<number, Promise<void>>();
  let isStopping = false;

  async function run({ running, controller }: Entry): Promise<void> {
    try {
      if (isStopping || isOver(running.campaign)) return;
      await runCampaign(parts, running, controller.signal);
      if (isStopping && running.campaign.parts?.every(isPartOver) !== true) return;
      await running.update(finished(running.campaign, controller.signal.aborted, clock.now()));
    } catch (error) {
      if (isStopping) return;
      const isForeseen = error instanceof Failure;
      if (!isForeseen) onError(error);
      const failure = isForeseen
        ? { code: error.code, message: error.message }
        : { code: 'INTERNAL' as const, message: 'A fault of the gateway.' };
      const end = finished(running.campaign, controller.signal.aborted, clock.now());
      const hasFailed = end.status === 'CANCELLED' ? {} : { status: 'FAILED' as const, failure };
      await running.update({ ...end, ...hasFailed });
    }
  }

  function enqueue(first: RetryCampaign): void {
    const controller = new AbortController();
    const running: Running = {
      campaign: first,
      async update(change) {
        running.campaign = { ...running.campaign, ...change };
        await records.write(running.campaign);
      },
    };
    const entry: Entry = { running, controller, over: Promise.resolve() };
    const before = lines.get(first.organization) ?? Promise.resolve();
    entry.over = before
      .then(() => run(entry))
      .catch(onError)
      .finally(() => underWay.delete(first.id));
    underWay.set(first.id, entry);
    lines.set(first.organization, entry.over);
  }

  const left = (await records.list()).filter((campaign) => !isOver(campaign));
  for (const campaign of left.reverse()) {
    // one whose organization is configured no more stays as it is
    if (directory.has(campaign.organization)) enqueue(chosenAnew(campaign));
  }

  return {
    of: (organization) => records.list(organization),
    one: (organization, id) => records.read(organization, id),
    async start(order, beforeStarting) {
      registrationOf(directory, order.organization);
      const others = underWay
        .values()
        .filter(({ running: { campaign } }) => campaign.organization === order.organization)
        .filter(({ running }) => !isOver(running.campaign))
        .toArray();
      if (isStopping) throw new Failure('OVERLOADED', 'The gateway is stopping. Ask again.');
      if (others.length >= mostUnderWay) {
        throw new Failure(
          'CONFLICT',
          `The organization has ${mostUnderWay} campaigns under way: wait until one is over, or cancel it.`,
        );
      }
      await beforeStarting?.();
      const campaign: RetryCampaign = {
        ...order,
        requestedAt: new Date(clock.now()),
        status: 'QUEUED',
        startedAt: null,
        finishedAt: null,
        isComplete: true,
        failure: null,
        parts: null,
      };
      await records.write(campaign);
      enqueue(campaign);
      await records.prune(order.organization);
    },
    async cancel(organization, id) {
      const entry = underWay.get(id);
      if (entry?.running.campaign.organization !== organization || isOver(entry.running.campaign))
        throw over();
      const { running, controller } = entry;
      controller.abort();
      if (running.campaign.status === 'QUEUED') {
        await running.update(finished(running.campaign, true, clock.now()));
      } else {
        await entry.over;
      }
    },
    async close() {
      isStopping = true;
      for (const { controller } of underWay.values()) controller.abort();
      await Promise.all(lines.values());
    },
  };
}

/** What was chosen before the process ended is chosen anew; what was being sent is looked for. */
function chosenAnew(campaign: RetryCampaign): RetryCampaign {
  const parts = campaign.parts?.map((part) => (part.state === 'WAITING' ? unchosen(part) : part));
  return { ...campaign, parts: parts ?? null };
}

const over = (): Failure => new Failure('CONFLICT', 'The campaign is over.');
