import type { AuditLogFilters, AuditLogEventGroup as DomainGroup } from '../domain/audit-log.ts';
import { asks, auditLogFilters } from './asks.ts';
import { builder } from './builder.ts';
import { markStale } from './mark-stale.ts';
import { Organization } from './organization.ts';
import { Team } from './team.ts';
import { User, usualUsers } from './user.ts';

interface FilterOptions extends AuditLogFilters {
  readonly organization: number;
  /** Whose log it is; null for that of the organization. */
  readonly team: number | null;
  readonly fetchedAt: Date;
}

const AuditLogEventType = builder
  .objectRef<DomainGroup['eventTypes'][number]>('AuditLogEventType')
  .implement({
    description: 'A kind of event.',
    fields: (t) => ({
      label: t.exposeString('label', { description: 'What people call it.' }),
      value: t.exposeString('value', { description: 'What `AuditLogFilter.eventTypes` takes.' }),
    }),
  });

const AuditLogEventGroup = builder.objectRef<DomainGroup>('AuditLogEventGroup').implement({
  description: 'Kinds of events that have to do with the same thing.',
  fields: (t) => ({
    header: t.exposeString('header', { description: 'What they have to do with.' }),
    eventTypes: t.expose('eventTypes', { type: [AuditLogEventType], description: 'The kinds, in order.' }),
  }),
});

const AuditLogFilterOptions = builder.objectRef<FilterOptions>('AuditLogFilterOptions').implement({
  description: 'What there is to filter an audit log by.',
  fields: (t) => ({
    users: t.field({
      type: [User],
      nullable: true,
      description: 'Who may be an author.',
      extensions: asks({ rows: usualUsers }),
      resolve: ({ users, organization, team }) => users.map((user) => ({ ...user, organization, team })),
    }),
    teams: t.field({
      type: [Team],
      nullable: true,
      description: 'Which teams an entry may concern; null in the log of one team.',
      resolve: ({ teams, organization }) => teams && teams.map((team) => ({ ...team, organization })),
    }),
    eventGroups: t.expose('eventGroups', {
      type: [AuditLogEventGroup],
      nullable: true,
      description: 'The kinds of events, as Make groups them.',
    }),
    fetchedAt: t.expose('fetchedAt', {
      type: 'DateTime',
      description: 'When this was read from the upstream.',
    }),
  }),
});

builder.objectField(Organization, 'auditLogFilters', (t) =>
  t.field({
    type: AuditLogFilterOptions,
    nullable: true,
    description: 'What its audit log can be filtered by.',
    authScopes: ({ id }) => ({ need: { organization: id, right: 'auditLogs', section: 'auditLogFilters' } }),
    extensions: asks(auditLogFilters),
    resolve: async ({ id }, _args, context, info) => {
      const read = markStale(await context.loaders.auditLog.filters(id), context, info);
      return { ...read.value, organization: id, team: null, fetchedAt: new Date(read.fetchedAt) };
    },
  }),
);

builder.objectField(Team, 'auditLogFilters', (t) =>
  t.field({
    type: AuditLogFilterOptions,
    nullable: true,
    description: "What the team's audit log can be filtered by; its users are the people of the team.",
    authScopes: ({ organization, id }) => ({
      need: { organization, right: 'teamAuditLogs', section: 'auditLogFilters', team: id },
    }),
    extensions: asks({ requests: 1 }),
    resolve: async ({ organization, id }, _args, context, info) => {
      const read = markStale(await context.loaders.auditLog.teamFilters(organization, id), context, info);
      return { ...read.value, organization, team: id, fetchedAt: new Date(read.fetchedAt) };
    },
  }),
);
