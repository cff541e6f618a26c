import { reachOf } from '../access/caller.ts';
import type {
  AuditLogActor as DomainActor,
  AuditLogEntry as DomainEntry,
  AuditLogTarget as DomainTarget,
} from '../domain/audit-log.ts';
import { asks, filtersBy, pagesOf } from './asks.ts';
import { AuditLogFilter, readAuditLogFilter } from './audit-log-filter.ts';
import { builder } from './builder.ts';
import { connectionOf } from './edges.ts';
import { acceptNodeType, ownedId, readMemberId } from './global-id.ts';
import { markStale } from './mark-stale.ts';
import { findOrganization, Organization } from './organization.ts';
import { Team } from './team.ts';
import { User } from './user.ts';

interface AuditLogEntryNode extends DomainEntry {
  readonly organization: number;
  readonly fetchedAt: Date;
}

interface ActorNode extends DomainActor {
  readonly organization: number;
}

const AuditLogActor = builder.objectRef<ActorNode>('AuditLogActor').implement({
  description: 'Who did something: a person, or Make itself.',
  fields: (t) => ({
    name: t.exposeString('name', { nullable: true, description: 'As Make shows it.' }),
    email: t.exposeString('email', { nullable: true, description: 'The address, where it has one.' }),
    user: t.field({
      type: User,
      nullable: true,
      description: 'The person in the organization; null for Make itself and for those who have left.',
      resolve: ({ id, name, email, organization }) =>
        id === null ? null : { id, name, email, organization, team: null },
    }),
  }),
});

const AuditLogTarget = builder.objectRef<DomainTarget>('AuditLogTarget').implement({
  description: 'What something was done to.',
  fields: (t) => ({
    type: t.exposeString('type', {
      nullable: true,
      description: "Its kind, in Make's own word: `webhook`, `scenario`. Null where a list does not tell.",
    }),
    makeId: t.exposeID('id', { description: "Make's own id of it." }),
    name: t.exposeString('name', { nullable: true, description: 'As it was called then.' }),
  }),
});

const AuditLogChange = builder.objectRef<NonNullable<DomainEntry['change']>>('AuditLogChange').implement({
  description: 'What was changed into what.',
  fields: (t) => ({
    from: t.field({
      type: 'JSON',
      nullable: true,
      description: 'The value before; null where there was none.',
      resolve: ({ from }) => from,
    }),
    to: t.field({
      type: 'JSON',
      nullable: true,
      description: 'The value since; null where there is none.',
      resolve: ({ to }) => to,
    }),
  }),
});

export const AuditLogEntry = builder.objectRef<AuditLogEntryNode>('AuditLogEntry');

acceptNodeType('AuditLogEntry');

builder.node(AuditLogEntry, {
  description: 'One thing that happened in an organization, and who did it.',
  id: {
    resolve: ({ organization, uuid }) => ownedId(organization, uuid),
    description: 'Global id of the entry.',
  },
  loadWithoutCache: async (id, context, info) => {
    const { visit, loaders } = context;
    const { organization, upstreamId } = readMemberId(id);
    const section = 'auditLogs';
    // whose team it is, only the entry itself tells
    const isForTeams = reachOf(visit.caller, organization, 'teamAuditLogs') === 'own-teams';
    if (!isForTeams && !visit.allows({ organization, right: 'auditLogs', section })) return null;
    if (!visit.sees(organization)) return null;
    const answer = await loaders.auditLog.entry(organization, upstreamId);
    if (answer === null) return null;
    const team = answer.value.team?.id;
    const need = {
      organization,
      right: 'teamAuditLogs',
      section,
      ...(team !== undefined && { team }),
    } as const;
    if (isForTeams && !visit.allows(need)) return null;
    markStale(answer, context, info);
    return entryNode(answer.value, organization, new Date(answer.fetchedAt));
  },
  fields: (t) => ({
    uuid: t.exposeID('uuid', { description: "Make's own id of the entry." }),
    eventType: t.exposeString('eventType', {
      description: "What happened, in Make's own word: `webhook_created`. `auditLogFilters` lists them.",
    }),
    triggeredAt: t.expose('triggeredAt', { type: 'DateTime', description: 'When it happened.' }),
    createdAt: t.expose('createdAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it was written down; the documented dialect does not tell.',
    }),
    actor: t.field({
      type: AuditLogActor,
      nullable: true,
      description: 'Who did it; null where the upstream does not tell.',
      resolve: ({ actor, organization }) => actor && { ...actor, organization },
    }),
    target: t.expose('target', {
      type: AuditLogTarget,
      nullable: true,
      description: 'What it was done to; null where it was done to nothing in particular.',
    }),
    organization: t.field({
      type: Organization,
      nullable: true,
      description: 'Where it happened.',
      resolve: ({ organization }, _args, context) => findOrganization(organization, context),
    }),
    team: t.field({
      type: Team,
      nullable: true,
      description: 'The team that it concerns; null for what concerns the organization as a whole.',
      resolve: ({ team, organization }) => team && { ...team, organization },
    }),
    change: t.expose('change', {
      type: AuditLogChange,
      nullable: true,
      description: 'What was changed into what; null where the upstream does not tell.',
    }),
    details: t.field({
      type: 'JSON',
      nullable: true,
      description:
        'What else is known of it, by kind of event. Lists lack it: it takes a request for each entry.',
      extensions: asks({ requests: 1 }),
      resolve: async ({ details, organization, uuid }, _args, context, info) => {
        if (details !== null) return details;
        const answer = await context.loaders.auditLog.entry(organization, uuid);
        return answer && markStale(answer, context, info).value.details;
      },
    }),
    fetchedAt: t.expose('fetchedAt', {
      type: 'DateTime',
      description: 'When this was read from the upstream.',
    }),
  }),
});

/** An entry as it was read, or noticed, at an instant. */
export function entryNode(entry: DomainEntry, organization: number, fetchedAt: Date): AuditLogEntryNode {
  return { ...entry, organization, fetchedAt };
}

const AuditLogConnection = builder.connectionObject(
  { type: AuditLogEntry, name: 'AuditLogConnection', description: 'A window of an audit log.' },
  { name: 'AuditLogEdge', description: 'An entry of an audit log, with its cursor.' },
);

builder.objectField(Organization, 'auditLogs', (t) =>
  t.connection(
    {
      type: AuditLogEntry,
      nullable: true,
      description: 'What happened in it, newest first.',
      args: { filter: t.arg({ type: AuditLogFilter, description: 'Which entries to show.' }) },
      authScopes: ({ id }) => ({ need: { organization: id, right: 'auditLogs', section: 'auditLogs' } }),
      extensions: asks({ requests: pagesOfWindow }),
      resolve: async ({ id }, { filter, ...range }, context, info) => {
        const wish = readAuditLogFilter(filter, id);
        const window = markStale(
          await context.loaders.auditLog.ofOrganization(id, wish, range),
          context,
          info,
        );
        return connectionOf(window, (entry) => entryNode(entry, id, window.fetchedAt));
      },
    },
    AuditLogConnection,
  ),
);

builder.objectField(Team, 'auditLogs', (t) =>
  t.connection(
    {
      type: AuditLogEntry,
      nullable: true,
      description: 'What happened in the team, newest first.',
      args: {
        filter: t.arg({
          type: AuditLogFilter,
          description: 'Which entries to show; it names no teams here.',
        }),
      },
      authScopes: ({ organization, id }) => ({
        need: { organization, right: 'teamAuditLogs', section: 'auditLogs', team: id },
      }),
      extensions: asks({ requests: pagesOfWindow }),
      resolve: async ({ organization, id }, { filter, ...range }, context, info) => {
        const wish = readAuditLogFilter(filter, organization, 'of one team');
        const read = await context.loaders.auditLog.ofTeam(organization, id, wish, range);
        const window = markStale(read, context, info);
        return connectionOf(window, (entry) => entryNode(entry, organization, window.fetchedAt));
      },
    },
    AuditLogConnection,
  ),
);

/** The upstream filters by all but text; days that begin or end within the filter are cut here. */
function pagesOfWindow(args: Readonly<Record<string, unknown>>): number {
  return pagesOf(args, filtersBy(args, 'text', 'from', 'to'));
}
