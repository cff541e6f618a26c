import { z } from 'zod';
import { errorCodes } from '../domain/failure.ts';
import {
  isOver,
  type RetryCampaign,
  retryCampaignStatuses,
  retryPartStates,
} from '../domain/retry-campaign.ts';
import type { Store } from '../store/store.ts';

/** Of an organization, so many that are over are remembered. */
const keptPerOrganization = 50;

const instant = z.coerce.date();
const failureShape = z.object({ code: z.enum(errorCodes), message: z.string() });

const partShape = z.object({
  scenarioId: z.string(),
  state: z.enum(retryPartStates),
  expected: z.number().nullable(),
  chosen: z.array(z.object({ id: z.string(), retryCount: z.number() })).nullable(),
  retried: z.number(),
  failed: z.number(),
  unknown: z.number(),
  failure: failureShape.nullable(),
});

const campaignShape = z.object({
  id: z.string(),
  organization: z.number(),
  scenarioIds: z.array(z.string()).nullable(),
  errorTypes: z.array(z.string()),
  from: instant.nullable(),
  to: instant.nullable(),
  requestedBy: z.string(),
  requestedAt: instant,
  teams: z.union([z.literal('all'), z.array(z.number())]),
  status: z.enum(retryCampaignStatuses),
  startedAt: instant.nullable(),
  finishedAt: instant.nullable(),
  isComplete: z.boolean(),
  failure: failureShape.nullable(),
  parts: z.array(partShape).nullable(),
});

/** Campaigns in the store. */
export interface CampaignRecords {
  /** Of one organization, or of all; newest first. */
  list(organization?: number): Promise<RetryCampaign[]>;
  read(organization: number, id: string): Promise<RetryCampaign | null>;
  write(campaign: RetryCampaign): Promise<void>;
  /** Forgets those of an organization that have long been over. */
  prune(organization: number): Promise<void>;
}

export function openCampaignRecords(store: Store): CampaignRecords {
  async function list(organization?: number): Promise<RetryCampaign[]> {
    const rows = await store.list(organization === undefined ? prefix : `${prefix}${organization}:`);
    const campaigns = Array.from(rows.values(), readCampaign);
    return campaigns.sort((one, other) => Number(other.requestedAt) - Number(one.requestedAt));
  }

  return {
    list,
    async read(organization, id) {
      const text = await store.get(keyOf({ organization, id }));
      return text === undefined ? null : readCampaign(text);
    },
    write: (campaign) => store.set(keyOf(campaign), JSON.stringify(campaign)),
    async prune(organization) {
      const over = (await list(organization)).filter(isOver);
      for (const campaign of over.slice(keptPerOrganization)) await store.delete(keyOf(campaign));
    },
  };
}

const prefix = 'retry-campaign:';

function keyOf({ organization, id }: Pick<RetryCampaign, 'organization' | 'id'>): string {
  return `${prefix}${organization}:${id}`;
}

function readCampaign(text: string): RetryCampaign {
  return campaignShape.parse(JSON.parse(text));
}
