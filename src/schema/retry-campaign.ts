import type { Teams } from '../access/visit.ts';
import type { Context } from '../context.ts';
import type {
  RetryCampaign as DomainCampaign,
  RetryFailure as DomainFailure,
  RetryPart as DomainPart,
  RetryProgress as DomainProgress,
} from '../domain/retry-campaign.ts';
import { isPartOver, progressOf, retryCampaignStatuses } from '../domain/retry-campaign.ts';
import { sliceOf } from '../loaders/walk.ts';
import { asks, scenarioList } from './asks.ts';
import { builder } from './builder.ts';
import { describedEnum } from './described-enum.ts';
import { connectionOf } from './edges.ts';
import { acceptNodeType, ownedId, readMemberId } from './global-id.ts';
import { findOrganization, Organization } from './organization.ts';
import { ErrorCodeEnum } from './outcome.ts';
import { findScenario, Scenario } from './scenario.ts';

/** A campaign takes no more scenarios than these. */
const mostScenarios = 100;

const RetryCampaignStatus = describedEnum(
  'RetryCampaignStatus',
  'How far a campaign of retries is.',
  retryCampaignStatuses,
  {
    QUEUED: 'It waits for another campaign of the organization to end.',
    RUNNING: 'It retries as the budget has room for it, behind everybody who waits for an answer.',
    DONE: 'Every scenario was dealt with; what failed there stands beside it.',
    CANCELLED: 'Somebody ended it. What had been retried by then stays retried.',
    FAILED: 'It could not go on: `failure` says why.',
  },
);

const RetryFailure = builder.objectRef<DomainFailure>('RetryFailure').implement({
  description: 'Why something was not retried.',
  fields: (t) => ({
    code: t.expose('code', { type: ErrorCodeEnum, description: 'What happened, for programs.' }),
    message: t.exposeString('message', { description: 'The same for people.' }),
  }),
});

const RetryProgress = builder.objectRef<DomainProgress>('RetryProgress').implement({
  description: 'How much of a campaign is done.',
  fields: (t) => ({
    scenarios: t.exposeInt('scenarios', {
      nullable: true,
      description: 'How many scenarios it goes through; null until they are found out.',
    }),
    scenariosDone: t.exposeInt('scenariosDone', { description: 'How many of them are dealt with.' }),
    retried: t.exposeInt('retried', {
      description: 'Executions whose retry was accepted. Whether it succeeds is told by each.',
    }),
    failed: t.exposeInt('failed', {
      description: 'Executions that the upstream did not retry; each scenario says why.',
    }),
    unknown: t.exposeInt('unknown', {
      description:
        'Executions of a retry whose answer was lost, and that do not show that they were retried. They are not retried again: look at them first.',
    }),
    remaining: t.exposeInt('remaining', {
      nullable: true,
      description:
        'Executions that are left; at most so many while scenarios have not been looked through, null where that is not known.',
    }),
  }),
});

interface PartNode extends DomainPart {
  readonly organization: number;
}

const RetryCampaignScenario = builder.objectRef<PartNode>('RetryCampaignScenario').implement({
  description: 'What a campaign does in one scenario.',
  fields: (t) => ({
    scenarioId: t.exposeID('scenarioId', { description: "Make's number of the scenario." }),
    scenario: t.field({
      type: Scenario,
      nullable: true,
      description: "The scenario; null where it is not in Make's list.",
      extensions: asks(scenarioList),
      resolve: ({ organization, scenarioId }, _args, context, info) =>
        findScenario(organization, scenarioId, context, info),
    }),
    isDone: t.boolean({ description: 'Whether it was dealt with, however it ended.', resolve: isPartOver }),
    retried: t.exposeInt('retried', { description: 'Executions whose retry was accepted.' }),
    failed: t.exposeInt('failed', { description: 'Executions that the upstream did not retry.' }),
    unknown: t.exposeInt('unknown', {
      description: 'Executions of which it is not known whether they were retried.',
    }),
    failure: t.expose('failure', {
      type: RetryFailure,
      nullable: true,
      description: 'Why it failed; null where it did not.',
    }),
  }),
});

export const RetryCampaign = builder.objectRef<DomainCampaign>('RetryCampaign');

acceptNodeType('RetryCampaign');

builder.node(RetryCampaign, {
  description:
    'Many retries of incomplete executions, made scenario by scenario as the budget has room for them. It goes on over restarts; `node` shows how far it is, at no cost.',
  id: {
    resolve: ({ organization, id }) => ownedId(organization, id),
    description: 'Global id of the campaign.',
  },
  loadWithoutCache: (globalId, context) => {
    const { organization, upstreamId } = readMemberId(globalId);
    return findRetryCampaign(organization, upstreamId, context);
  },
  fields: (t) => ({
    organization: t.field({
      type: Organization,
      nullable: true,
      description: 'Whose executions are retried.',
      resolve: ({ organization }, _args, context) => findOrganization(organization, context),
    }),
    status: t.expose('status', { type: RetryCampaignStatus, description: 'How far it is.' }),
    requestedBy: t.exposeString('requestedBy', { description: 'The name of the caller that asked for it.' }),
    requestedAt: t.expose('requestedAt', { type: 'DateTime', description: 'When it was asked for.' }),
    startedAt: t.expose('startedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When its first request was due; null while it is queued.',
    }),
    finishedAt: t.expose('finishedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it ended; null until then.',
    }),
    progress: t.field({
      type: RetryProgress,
      description: 'How much of it is done, counted over its scenarios.',
      resolve: progressOf,
    }),
    isComplete: t.exposeBoolean('isComplete', {
      description:
        'Whether it takes in everything that was asked for: at most 100 scenarios and 1000 executions of each, in the documented dialect 2000 of all, and in the live one a look at 200 of each scenario where it goes by the kind of error. Start another for the rest.',
    }),
    failure: t.expose('failure', {
      type: RetryFailure,
      nullable: true,
      description: 'Why it could not go on; null where it could.',
    }),
    errorTypes: t.stringList({
      description: 'The kinds of error that it was asked for; empty for every kind.',
      resolve: ({ errorTypes }) => [...errorTypes],
    }),
    from: t.expose('from', {
      type: 'DateTime',
      nullable: true,
      description: 'It takes executions from this instant on, if told.',
    }),
    to: t.expose('to', {
      type: 'DateTime',
      nullable: true,
      description: 'It takes executions from before this instant, if told.',
    }),
    scenarios: t.field({
      type: [RetryCampaignScenario],
      nullable: true,
      description: 'What it does in each scenario, in its order; null until they are found out.',
      extensions: asks({ rows: mostScenarios }),
      resolve: ({ organization, parts }) => parts?.map((part) => ({ ...part, organization })) ?? null,
    }),
  }),
});

/** Null for one that is not there, and for one that goes further than the caller's right. */
export async function findRetryCampaign(
  organization: number,
  id: string,
  { visit, loaders }: Context,
): Promise<DomainCampaign | null> {
  const teams = visit.teamsFor(sectionOf(organization));
  const campaign = teams === null ? null : await loaders.retryCampaigns.one(organization, id);
  return campaign !== null && teams !== null && isWithin(teams, campaign) ? campaign : null;
}

/** Does a right that reaches these teams reach all that the campaign may touch? */
export function isWithin(teams: Teams, campaign: DomainCampaign): boolean {
  if (teams === 'all') return true;
  return campaign.teams !== 'all' && campaign.teams.every((team) => teams.has(team));
}

const sectionOf = (organization: number) =>
  ({ organization, right: 'incompleteExecutions', section: 'retryCampaigns' }) as const;

builder.objectField(Organization, 'retryCampaigns', (t) =>
  t.connection(
    {
      type: RetryCampaign,
      nullable: true,
      description:
        'Campaigns of retries, newest first; the 50 newest of those that are over. Those whose right reaches their own teams alone see campaigns of these teams. Costs no request.',
      authScopes: ({ id }) => ({ needInSomeTeam: sectionOf(id) }),
      resolve: async ({ id }, range, { visit, loaders }) => {
        const teams = visit.teamsFor(sectionOf(id)) ?? new Set();
        const campaigns = await loaders.retryCampaigns.of(id);
        const shown = campaigns.filter((campaign) => isWithin(teams, campaign));
        const window = sliceOf(shown, range, {
          list: `retryCampaigns:${id}`,
          keyOf: (campaign) => campaign.id,
          at: loaders.startedAt,
        });
        return connectionOf(window, (campaign) => campaign);
      },
    },
    { name: 'RetryCampaignConnection', description: 'A window of campaigns of retries.' },
    { name: 'RetryCampaignEdge', description: 'A campaign of retries, with its cursor.' },
  ),
);
