import type { GraphQLResolveInfo } from 'graphql';
import type { Context } from '../context.ts';
import { Failure } from '../domain/failure.ts';
import {
  type ExecutionError as DomainError,
  type IncompleteExecution as DomainExecution,
  type FailedModule as DomainModule,
  type IncompleteExecutionStatus as DomainStatus,
} from '../domain/incomplete-execution.ts';
import { askingAtMost } from '../loaders/each.ts';
import { requestsOfWindow } from '../loaders/executions-by-scenario.ts';
import type { WindowArguments } from '../loaders/walk.ts';
import { asks, filtersBy, pagesOf, partOf, requestsOfScenarioList, scenarioList } from './asks.ts';
import { builder } from './builder.ts';
import { connectionOf } from './edges.ts';
import { acceptNodeType, ownedId, readIdWithin, readMemberId } from './global-id.ts';
import { IncompleteExecutionStatus } from './incomplete-execution-status.ts';
import { markStale } from './mark-stale.ts';
import { Organization } from './organization.ts';
import { findScenario, findTeam, Scenario } from './scenario.ts';
import { selectedFields } from './selected-fields.ts';
import { Team, type TeamNode } from './team.ts';

export const FailedModule = builder.objectRef<DomainModule>('FailedModule').implement({
  description: 'The module of a scenario that a run failed in.',
  fields: (t) => ({
    id: t.exposeID('id', { description: "Make's number of the module within its scenario; no global id." }),
    name: t.exposeString('name', { nullable: true, description: 'App and action: `slack:CreateMessage`.' }),
    position: t.exposeInt('position', {
      nullable: true,
      description: 'Its place in the scenario, counted from 0.',
    }),
  }),
});

const ExecutionError = builder.objectRef<DomainError>('ExecutionError').implement({
  description: 'What a run failed of.',
  fields: (t) => ({
    message: t.exposeString('message', {
      nullable: true,
      description: 'In the words of Make or of the app.',
    }),
    code: t.exposeString('code', {
      nullable: true,
      description: "The kind of error in Make's own word: `RateLimitError`. `errorTypes` filters by it.",
    }),
    module: t.expose('module', {
      type: FailedModule,
      nullable: true,
      description: 'Where in the scenario it happened.',
    }),
    occurredAt: t.expose('occurredAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it happened.',
    }),
  }),
});

export interface IncompleteExecutionNode extends DomainExecution {
  readonly organization: number;
  readonly fetchedAt: Date;
}

export const IncompleteExecution = builder.objectRef<IncompleteExecutionNode>('IncompleteExecution');

acceptNodeType('IncompleteExecution');

builder.node(IncompleteExecution, {
  description: 'A run of a scenario that failed and was kept, so that it can be mended and tried again.',
  id: {
    resolve: ({ organization, id }) => ownedId(organization, id),
    description: 'Global id of the incomplete execution.',
  },
  loadWithoutCache: (globalId, context, info) => {
    const { organization, upstreamId } = readMemberId(globalId);
    return findIncompleteExecution(organization, upstreamId, 'incompleteExecutions', context, info);
  },
  fields: (t) => ({
    makeId: t.exposeID('id', { description: "Make's own id: 32 hexadecimal digits." }),
    scenarioId: t.exposeID('scenarioId', { description: "Make's number of the scenario that ran." }),
    scenarioName: t.exposeString('scenarioName', {
      nullable: true,
      description: 'The name of the scenario, where the upstream tells it along with the execution.',
    }),
    scenario: t.field({
      type: Scenario,
      nullable: true,
      description: "The scenario that ran; null where it is not in Make's list any more.",
      extensions: asks(scenarioList),
      resolve: ({ organization, scenarioId }, _args, context, info) =>
        findScenario(organization, scenarioId, context, info),
    }),
    team: t.field({
      type: Team,
      nullable: true,
      description: 'The team that the scenario belongs to; null where Make does not tell.',
      extensions: asks(scenarioList),
      resolve: (execution, _args, context, info) => teamOf(execution, context, info),
    }),
    executionId: t.exposeID('executionId', {
      nullable: true,
      description: "Make's id of the run that failed.",
    }),
    status: t.expose('status', {
      type: IncompleteExecutionStatus,
      nullable: true,
      description: 'How far it is from being done with.',
    }),
    rawStatus: t.exposeString('rawStatus', {
      nullable: true,
      description: "The status in the upstream's own word; null where it has none.",
    }),
    error: t.field({
      type: ExecutionError,
      nullable: true,
      description:
        'What it failed of. Rows of the live dialect have but the message: anything else takes a request for each.',
      extensions: asks({ requests: 1 }),
      resolve: (execution, _args, context, info) => {
        const names = selectedFields(info, 'ExecutionError');
        const isMessageEnough =
          execution.error?.message != null && !names.has('code') && !names.has('module');
        return isMessageEnough ? execution.error : errorOf(execution, context, info);
      },
    }),
    blueprint: t.field({
      type: 'JSON',
      nullable: true,
      description: "The scenario's whole configuration that the next retry runs, as Make has it.",
      extensions: asks({ requests: 1 }),
      resolve: async (execution, _args, context, info) => {
        const { organization, blueprint } = execution;
        const answer = await context.loaders.incompleteExecutions.blueprintOf(organization, execution);
        return answer === null ? blueprint : markStale(answer, context, info).value;
      },
    }),
    retryCount: t.exposeInt('retryCount', { nullable: true, description: 'How often it was tried again.' }),
    lastRetryAt: t.expose('lastRetryAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it was last tried again.',
    }),
    createdAt: t.expose('createdAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it failed and was kept.',
    }),
    updatedAt: t.expose('updatedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When anything about it last changed.',
    }),
    size: t.expose('size', {
      type: 'SafeInt',
      nullable: true,
      description: "Bytes that it takes of the plan's room for incomplete executions.",
    }),
    fetchedAt: t.expose('fetchedAt', {
      type: 'DateTime',
      description: 'When this was read from the upstream.',
    }),
  }),
});

/** As the caller may see it: null for what is not there, belongs to others, or to a team that the right does not reach. */
export async function findIncompleteExecution(
  organization: number,
  id: string,
  section: string,
  context: Context,
  info: GraphQLResolveInfo,
): Promise<IncompleteExecutionNode | null> {
  const need = { organization, right: 'incompleteExecutions', section } as const;
  const teams = context.visit.teamsFor(need);
  if (teams === null) return null;
  const reading = () => readIncompleteExecution(organization, id, context, info);
  if (teams === 'all') return reading();
  const node = await askingAtMost(1 + requestsOfScenarioList, reading);
  if (node === null) return null;
  const team = node.team?.id ?? (await findScenario(organization, node.scenarioId, context, info))?.teamId;
  return team != null && context.visit.allows({ ...need, team }) ? node : null;
}

/** For who has been found to be allowed; null for what is not there. */
export async function readIncompleteExecution(
  organization: number,
  id: string,
  context: Context,
  info: GraphQLResolveInfo,
): Promise<IncompleteExecutionNode | null> {
  const answer = await context.loaders.incompleteExecutions.one(organization, id);
  if (answer === null) return null;
  const { value, fetchedAt } = markStale(answer, context, info);
  return { ...value, organization, fetchedAt: new Date(fetchedAt) };
}

/** All that is told of its error: read for where the row has but a message. */
async function errorOf(
  execution: IncompleteExecutionNode,
  context: Context,
  info: GraphQLResolveInfo,
): Promise<DomainError | null> {
  const answer = await context.loaders.incompleteExecutions.errorOf(execution.organization, execution);
  return answer === null ? execution.error : (markStale(answer, context, info).value ?? execution.error);
}

async function teamOf(
  { organization, team, scenarioId }: IncompleteExecutionNode,
  context: Context,
  info: GraphQLResolveInfo,
): Promise<TeamNode | null> {
  if (team !== null) return { ...team, organization };
  const scenario = await findScenario(organization, scenarioId, context, info);
  return scenario?.teamId == null ? null : findTeam(organization, scenario.teamId, context, info);
}

const IncompleteExecutionFilter = builder.inputType('IncompleteExecutionFilter', {
  description:
    'Which incomplete executions to show. Of each list an empty one selects everything. The documented dialect filters itself; in the live one the gateway does.',
  fields: (t) => ({
    scenario: t.id({ description: "Only those of a scenario: its global id, or Make's number." }),
    statuses: t.field({
      type: [IncompleteExecutionStatus],
      description: 'Only those in one of these states.',
    }),
    errorTypes: t.stringList({
      description:
        "Only those of these kinds of error, in Make's own words: `RateLimitError`. The live dialect tells the kind by a request for each: a window looks at 20 at most, and where it ends early, `hasNextPage` is true and `endCursor` goes on from there.",
    }),
    from: t.field({ type: 'DateTime', description: 'Only those from this instant on.' }),
    to: t.field({ type: 'DateTime', description: 'Only those from before this instant.' }),
  }),
});

interface FilterWish {
  readonly scenario?: string | null | undefined;
  readonly statuses?: readonly DomainStatus[] | null | undefined;
  readonly errorTypes?: readonly string[] | null | undefined;
  readonly from?: Date | null | undefined;
  readonly to?: Date | null | undefined;
}

const IncompleteExecutionConnection = builder.connectionObject<
  typeof IncompleteExecution,
  { readonly isComplete: boolean }
>(
  {
    type: IncompleteExecution,
    name: 'IncompleteExecutionConnection',
    description: 'A window of incomplete executions.',
    fields: (t) => ({
      isComplete: t.exposeBoolean('isComplete', {
        description:
          'Whether the list is the whole truth. In the live dialect executions are read scenario by scenario, at most 20 of those with the most, 500 of each and 2000 in all: false where any were left out, or where a team that decides what you may see is not told.',
      }),
    }),
  },
  {
    name: 'IncompleteExecutionEdge',
    description: 'An incomplete execution, with its cursor.',
  },
);

const sectionOf = (organization: number) =>
  ({ organization, right: 'incompleteExecutions', section: 'incompleteExecutions' }) as const;

builder.objectField(Organization, 'incompleteExecutions', (t) =>
  t.connection(
    {
      type: IncompleteExecution,
      nullable: true,
      description:
        "Runs that failed and were kept, newest first; to those whose role reaches their own teams alone, those teams' runs.",
      args: {
        filter: t.arg({
          type: IncompleteExecutionFilter,
          description: 'Which incomplete executions to show.',
        }),
      },
      authScopes: ({ id }) => ({ needInSomeTeam: sectionOf(id) }),
      extensions: asks({ requests: requestsOfOrganization, also: [scenarioList] }),
      resolve: ({ id }, { filter, ...range }, context, info) =>
        windowOf(id, filter ?? {}, range, context, info),
    },
    IncompleteExecutionConnection,
  ),
);

builder.objectField(Scenario, 'incompleteExecutions', (t) =>
  t.connection(
    {
      type: IncompleteExecution,
      nullable: true,
      description: 'Its runs that failed and were kept, newest first.',
      args: {
        filter: t.arg({
          type: IncompleteExecutionFilter,
          description: 'Which of them to show; a `scenario` in it can only be this one.',
        }),
      },
      authScopes: ({ organization }) => ({ needInSomeTeam: sectionOf(organization) }),
      extensions: asks({ requests: requestsOfScenario }),
      resolve: ({ organization, id }, { filter, ...range }, context, info) => {
        const scenario =
          filter?.scenario == null ? id : readIdWithin(organization, 'Scenario', filter.scenario);
        if (scenario === id) return windowOf(organization, { ...filter, scenario: id }, range, context, info);
        throw new Failure('BAD_USER_INPUT', 'filter.scenario names another scenario than the one asked.');
      },
    },
    IncompleteExecutionConnection,
  ),
);

type Arguments = Readonly<Record<string, unknown>>;

/** In the documented dialect pages of one list, filtered here where the caller reaches their own teams alone. */
function requestsOfOrganization(args: Arguments): number {
  if (filtersBy(args, 'scenario')) return requestsOfScenario(args);
  const byScenario = requestsOfWindow({ ofOneScenario: false, byKind: isByKind(args) });
  return Math.max(byScenario, pagesOf(args, true));
}

function requestsOfScenario(args: Arguments): number {
  const byScenario = requestsOfWindow({ ofOneScenario: true, byKind: isByKind(args) });
  return Math.max(byScenario, pagesOf(args, false));
}

function isByKind({ filter }: Arguments): boolean {
  const errorTypes = partOf(filter, 'errorTypes');
  return Array.isArray(errorTypes) && errorTypes.length > 0;
}

async function windowOf(
  organization: number,
  filter: FilterWish,
  range: WindowArguments,
  context: Context,
  info: GraphQLResolveInfo,
) {
  const { scenario, statuses, errorTypes, from, to } = filter;
  if (from != null && to != null && from >= to) {
    throw new Failure('BAD_USER_INPUT', 'The filter ends before it begins: from is to be earlier than to.');
  }
  const selection = {
    scenarioId: scenario == null ? null : readIdWithin(organization, 'Scenario', scenario),
    statuses: statuses ?? [],
    errorTypes: errorTypes ?? [],
    from: from ?? null,
    to: to ?? null,
  };
  const teams = context.visit.teamsFor(sectionOf(organization)) ?? new Set();
  const { incompleteExecutions } = context.loaders;
  const window = markStale(
    await incompleteExecutions.window(organization, selection, teams, range),
    context,
    info,
  );
  const { fetchedAt } = window;
  return connectionOf(window, (execution) => ({ ...execution, organization, fetchedAt }));
}
