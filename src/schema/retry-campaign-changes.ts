import { z } from 'zod';
import type { Teams } from '../access/visit.ts';
import type { Context } from '../context.ts';
import { readable } from '../datasources/read.ts';
import { Failure } from '../domain/failure.ts';
import { isOver } from '../domain/retry-campaign.ts';
import { builder } from './builder.ts';
import { readIdWithin, readNodeId, readOrganizationId } from './global-id.ts';
import {
  authorizeInSomeTeam,
  checked,
  idempotencyKeyDescription,
  idempotencyKeyRule,
  mutation,
  readAt,
} from './mutation.ts';
import { findRetryCampaign, isWithin, RetryCampaign } from './retry-campaign.ts';

interface CampaignKey {
  readonly organization: number;
  readonly id: string;
}

function campaignPayload(name: string, description: string, campaignDescription: string) {
  return builder.objectRef<CampaignKey>(name).implement({
    description,
    fields: (t) => ({
      campaign: t.field({
        type: RetryCampaign,
        nullable: true,
        description: campaignDescription,
        resolve: ({ organization, id }, _args, context) => findRetryCampaign(organization, id, context),
      }),
    }),
  });
}

const RetryIncompleteExecutionsPayload = campaignPayload(
  'RetryIncompleteExecutionsPayload',
  'A campaign that was begun.',
  'The campaign: ask for it by its id to see how far it is. Null for who may retry but not see.',
);

const RetryIncompleteExecutionsInput = builder.inputType('RetryIncompleteExecutionsInput', {
  description: 'Which open incomplete executions are to be retried.',
  fields: (t) => ({
    organizationId: t.id({ required: true, description: "The organization's global id, or Make's number." }),
    scenarios: t.idList({
      description:
        "Only those of these scenarios, 1 to 100: global ids, or Make's numbers. Left out, those of every scenario that you may act on.",
    }),
    errorTypes: t.stringList({
      description:
        "Only those of these kinds of error, 1 to 50, in Make's own words: `RateLimitError`. In the live dialect finding that out takes a request for each execution.",
    }),
    from: t.field({ type: 'DateTime', description: 'Only those from this instant on.' }),
    to: t.field({ type: 'DateTime', description: 'Only those from before this instant.' }),
    idempotencyKey: t.string({ description: idempotencyKeyDescription }),
  }),
});

const listRule = (most: number, what: string) =>
  z
    .array(z.string())
    .min(1, `Takes 1 to ${most} ${what}; leave it out for all.`)
    .max(most, `Takes 1 to ${most} ${what}.`)
    .nullish();

const retryRules = z
  .object({
    scenarios: listRule(100, 'scenarios'),
    errorTypes: listRule(50, 'kinds of error'),
    from: z.date().nullish(),
    to: z.date().nullish(),
    idempotencyKey: idempotencyKeyRule,
  })
  .refine(({ from, to }) => from == null || to == null || from < to, {
    path: ['to'],
    message: 'Takes an instant after from.',
    when: () => true,
  });

mutation('retryIncompleteExecutions', {
  description:
    'Retries many incomplete executions: as a campaign, which goes on after the answer, takes room in the budget that nobody waits for, and can be cancelled.',
  input: RetryIncompleteExecutionsInput,
  payload: RetryIncompleteExecutionsPayload,
  // whose right reaches own teams alone: the scenarios and their teams
  asks: { requests: 10 },
  async run({ organizationId, scenarios, ...asked }, { visit, actions }) {
    const organization = readAt('organizationId', () => readOrganizationId(organizationId));
    const named = readAt('scenarios', () =>
      scenarios?.map((id) => readIdWithin(organization, 'Scenario', id)),
    );
    const teams = authorizeInSomeTeam(visit, {
      organization,
      right: 'incompleteExecutionActions',
      section: 'retryIncompleteExecutions',
    });
    const scenarioIds = await scenariosInReach(organization, named ?? null, teams, actions);
    const { idempotencyKey, ...wish } = checked(retryRules, { scenarios: named, ...asked });
    const order = {
      organization,
      scenarioIds,
      errorTypes: wish.errorTypes ?? [],
      from: wish.from ?? null,
      to: wish.to ?? null,
      requestedBy: visit.caller.name,
      teams: teams === 'all' ? teams : [...teams],
    };
    const begun = await actions.perform({
      name: 'retryIncompleteExecutions',
      owner: String(organization),
      idempotencyKey,
      input: { ...wish },
      async make({ sources, errand, key }): Promise<CampaignKey> {
        await sources.retryCampaigns.start({ ...order, id: key }, errand.beforeSending);
        return { organization, id: key };
      },
      async lookFor({ sources, key }) {
        const campaign = await sources.retryCampaigns.one(organization, key);
        return campaign && { organization, id: key };
      },
    });
    visit.acted({ organization, section: 'retryIncompleteExecutions', objects: [begun.id] });
    return begun;
  },
});

/** Those that were named, or all (null): of a right that reaches own teams alone, the scenarios of these. */
async function scenariosInReach(
  organization: number,
  named: readonly string[] | null,
  teams: Teams,
  { before }: Context['actions'],
): Promise<readonly string[] | null> {
  if (teams === 'all') return named;
  const { value } = await before.scenarios.load(organization);
  const own = readable(value.rows)
    .filter(({ teamId }) => teamId !== null && teams.has(teamId))
    .map(({ id }) => id);
  if (named?.some((id) => !own.includes(id))) {
    throw new Failure('NOT_FOUND', 'The organization has no such scenario.', { upstream: 'make-admin' });
  }
  return named ?? own;
}

const CancelRetryCampaignPayload = campaignPayload(
  'CancelRetryCampaignPayload',
  'A campaign that was ended.',
  'The campaign as it ended; what it had retried by then stays retried. Null for who may retry but not see.',
);

const CancelRetryCampaignInput = builder.inputType('CancelRetryCampaignInput', {
  description: 'Which campaign of retries is to end.',
  fields: (t) => ({
    id: t.id({ required: true, description: 'Global id of the campaign.' }),
    idempotencyKey: t.string({ description: idempotencyKeyDescription }),
  }),
});

const cancelRules = z.object({ idempotencyKey: idempotencyKeyRule });

mutation('cancelRetryCampaign', {
  description: 'Ends a campaign of retries before its next scenario.',
  input: CancelRetryCampaignInput,
  payload: CancelRetryCampaignPayload,
  asks: {},
  async run({ id: globalId, ...asked }, { visit, actions }) {
    const { organization, upstreamId: id } = readAt('id', () => readNodeId(globalId, 'RetryCampaign'));
    const teams = authorizeInSomeTeam(visit, {
      organization,
      right: 'incompleteExecutionActions',
      section: 'cancelRetryCampaign',
    });
    const campaign = await actions.before.retryCampaigns.one(organization, id);
    if (campaign === null || !isWithin(teams, campaign)) {
      throw new Failure('NOT_FOUND', 'The organization has no such campaign.');
    }
    const { idempotencyKey } = checked(cancelRules, asked);
    visit.acted({ organization, section: 'cancelRetryCampaign', objects: [id] });
    return actions.perform({
      name: 'cancelRetryCampaign',
      owner: String(organization),
      idempotencyKey,
      input: { id },
      async make({ sources, errand }): Promise<CampaignKey> {
        await errand.beforeSending?.();
        await sources.retryCampaigns.cancel(organization, id);
        return { organization, id };
      },
      async lookFor({ sources }) {
        const found = await sources.retryCampaigns.one(organization, id);
        return found !== null && isOver(found) ? { organization, id } : null;
      },
    });
  },
});
