import type { GraphQLResolveInfo } from 'graphql';
import type { Context } from '../context.ts';
import { Failure } from '../domain/failure.ts';
import type {
  IncompleteExecutionCount as DomainCount,
  Scenario as DomainScenario,
} from '../domain/scenario.ts';
import { scenarioIn } from '../loaders/scenarios.ts';
import { sliceOf } from '../loaders/walk.ts';
import { asks, organizationProfile, scenarioList } from './asks.ts';
import { builder } from './builder.ts';
import { connectionOf } from './edges.ts';
import { acceptNodeType, ownedId, readIdWithin, readMemberId } from './global-id.ts';
import { markStale } from './mark-stale.ts';
import { Organization, profileOf } from './organization.ts';
import { Team, type TeamNode } from './team.ts';

export interface ScenarioNode extends DomainScenario {
  readonly organization: number;
  readonly fetchedAt: Date;
}

const IncompleteExecutionCount = builder.objectRef<DomainCount>('IncompleteExecutionCount').implement({
  description: 'How many incomplete executions a scenario has.',
  fields: (t) => ({
    open: t.exposeInt('open', { description: 'Those that are neither resolved nor deleted.' }),
    all: t.exposeInt('all', { description: 'Those that are resolved as well.' }),
  }),
});

export const Scenario = builder.objectRef<ScenarioNode>('Scenario');

acceptNodeType('Scenario');

builder.node(Scenario, {
  description: 'What an organization automates at Make. What a dialect does not tell of it is null.',
  id: {
    resolve: ({ organization, id }) => ownedId(organization, id),
    description: 'Global id of the scenario.',
  },
  loadWithoutCache: async (globalId, context, info) => {
    const { organization, upstreamId } = readMemberId(globalId);
    const need = { organization, right: 'incompleteExecutions', section: 'scenarios' } as const;
    const teams = context.visit.teamsFor(need);
    if (teams === null) return null;
    const scenario = await findScenario(organization, upstreamId, context, info);
    if (scenario === null || teams === 'all') return scenario;
    const { teamId } = scenario;
    return teamId !== null && context.visit.allows({ ...need, team: teamId }) ? scenario : null;
  },
  fields: (t) => ({
    makeId: t.exposeID('id', { description: "Make's number of the scenario." }),
    name: t.exposeString('name', { nullable: true, description: 'As Make shows it.' }),
    description: t.exposeString('description', {
      nullable: true,
      description: 'What its makers say of it.',
    }),
    team: t.field({
      type: Team,
      nullable: true,
      description: 'The team that it belongs to; null where Make does not tell.',
      extensions: asks(organizationProfile),
      resolve: ({ organization, teamId }, _args, context, info) =>
        teamId === null ? null : findTeam(organization, teamId, context, info),
    }),
    isActive: t.exposeBoolean('isActive', {
      nullable: true,
      description: 'Whether it is switched on: only then it runs by itself.',
    }),
    createdAt: t.expose('createdAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it was made.',
    }),
    lastEditedAt: t.expose('lastEditedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it was last changed.',
    }),
    nextRunAt: t.expose('nextRunAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it will run next; null where it waits for events.',
    }),
    operations: t.expose('operations', {
      type: 'Decimal',
      nullable: true,
      description: 'Operations that it took in the present usage period.',
    }),
    credits: t.expose('credits', {
      type: 'Decimal',
      nullable: true,
      description: 'Credits that it took in the present usage period.',
    }),
    dataTransfer: t.expose('dataTransfer', {
      type: 'Decimal',
      nullable: true,
      description: 'Bytes that it moved in the present usage period.',
    }),
    incompleteExecutionCount: t.expose('incompleteExecutions', {
      type: IncompleteExecutionCount,
      nullable: true,
      description: 'How many of its runs failed and were kept. Told by the live dialect.',
    }),
    fetchedAt: t.expose('fetchedAt', {
      type: 'DateTime',
      description: 'When this was read from the upstream.',
    }),
  }),
});

/** Null where Make's list has no such scenario. */
export async function findScenario(
  organization: number,
  id: string,
  context: Context,
  info: GraphQLResolveInfo,
): Promise<ScenarioNode | null> {
  const answer = markStale(await context.loaders.scenarios.load(organization), context, info);
  const scenario = scenarioIn(answer, id);
  return scenario && { ...scenario, organization, fetchedAt: new Date(answer.fetchedAt) };
}

/** A team by its number, with the name that the organization's profile has for it. */
export async function findTeam(
  organization: number,
  id: number,
  context: Context,
  info: GraphQLResolveInfo,
): Promise<TeamNode | null> {
  const { teams } = await profileOf({ id: organization }, context, info);
  const team = teams.find((candidate) => candidate.id === id);
  return team === undefined ? null : { ...team, organization };
}

const ScenarioFilter = builder.inputType('ScenarioFilter', {
  description: 'Which scenarios to show.',
  fields: (t) => ({
    isActive: t.boolean({ description: 'Only those that are switched on, or only those that are not.' }),
    team: t.id({ description: "Only those of a team: its global id, or Make's number." }),
    text: t.string({ description: 'Only those whose name contains this, in capitals or not.' }),
  }),
});

builder.objectField(Organization, 'scenarios', (t) =>
  t.connection(
    {
      type: Scenario,
      nullable: true,
      description:
        "What it automates; to those whose role reaches their own teams alone, those teams' scenarios. In the documented dialect those that its reports speak of, or, where its plan has no reports, those of its newest incomplete executions.",
      args: { filter: t.arg({ type: ScenarioFilter, description: 'Which scenarios to show.' }) },
      authScopes: ({ id }) => ({
        needInSomeTeam: { organization: id, right: 'incompleteExecutions', section: 'scenarios' },
      }),
      extensions: asks(scenarioList),
      resolve: async ({ id }, { filter, ...range }, context, info) => {
        const need = { organization: id, right: 'incompleteExecutions', section: 'scenarios' } as const;
        const own = context.visit.teamsFor(need) ?? new Set();
        const team = filter?.team == null ? null : Number(readIdWithin(id, 'Team', filter.team));
        const text = filter?.text?.toLowerCase() ?? '';
        const isShown = ({ teamId, name, isActive }: DomainScenario): boolean =>
          (own === 'all' || (teamId !== null && own.has(teamId))) &&
          (team === null || teamId === team) &&
          (filter?.isActive == null || isActive === filter.isActive) &&
          (name ?? '').toLowerCase().includes(text);
        const answer = markStale(await context.loaders.scenarios.load(id), context, info);
        const { rows, total } = answer.value;
        const fetchedAt = new Date(answer.fetchedAt);
        const shown = rows.filter((row) => row instanceof Failure || isShown(row));
        const window = sliceOf(shown, range, {
          list: `scenarios:${id}`,
          filterKey: [filter?.isActive ?? '', team ?? '', encodeURIComponent(text.toWellFormed())].join('|'),
          keyOf: (scenario) => scenario.id,
          at: fetchedAt,
        });
        const totalCount = total === null ? null : window.totalCount;
        return connectionOf({ ...window, totalCount }, (scenario) => ({
          ...scenario,
          organization: id,
          fetchedAt,
        }));
      },
    },
    { name: 'ScenarioConnection', description: 'A window of the scenarios of an organization.' },
    { name: 'ScenarioEdge', description: 'A scenario, with its cursor.' },
  ),
);
