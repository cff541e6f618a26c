import { type AccessEntry, type AccessKind, type AccessOutcome } from '../access/access-entry.ts';
import { builder } from './builder.ts';
import { connectionOf } from './edges.ts';
import { Organization } from './organization.ts';

const AccessLogKind = builder.enumType('AccessLogKind', {
  description: 'What kind of operation an entry is about.',
  values: {
    QUERY: { value: 'query', description: 'Something was read.' },
    MUTATION: { value: 'mutation', description: 'Something was changed, or was to be.' },
    SUBSCRIPTION: { value: 'subscription', description: 'Somebody listened.' },
  } satisfies Record<Uppercase<AccessKind>, { value: AccessKind; description: string }>,
});

const AccessLogOutcome = builder.enumType('AccessLogOutcome', {
  description: 'How an operation ended for an organization.',
  values: {
    OK: { value: 'ok', description: 'Nothing was refused, and nothing is known to have failed.' },
    PARTIAL: { value: 'partial', description: 'A part was answered, another refused or failed.' },
    REFUSED: { value: 'refused', description: 'Nothing was answered, for want of a right.' },
    FAILED: { value: 'failed', description: 'What was allowed ended in errors.' },
  } satisfies Record<Uppercase<AccessOutcome>, { value: AccessOutcome; description: string }>,
});

const AccessLogEntry = builder.objectRef<AccessEntry>('AccessLogEntry').implement({
  description: "One operation's dealings with the organization: who, what, why and how it ended. No payload.",
  fields: (t) => ({
    at: t.field({
      type: 'DateTime',
      description: 'When the operation began.',
      resolve: ({ at }) => new Date(at),
    }),
    caller: t.exposeString('caller', { description: 'The name of the caller.' }),
    kind: t.expose('kind', { type: AccessLogKind, description: 'Whether it read, changed or listened.' }),
    operation: t.exposeString('operation', {
      nullable: true,
      description: "The operation's name, where it had one.",
    }),
    fields: t.stringList({
      description: 'The sections that were looked at or acted on.',
      resolve: ({ fields }) => [...fields],
    }),
    refused: t.stringList({
      description:
        'The sections that were asked for without the right, or in a query that was not run (`code` says why); `organization` stands for all of it.',
      resolve: ({ refused }) => [...refused],
    }),
    reason: t.exposeString('reason', {
      nullable: true,
      description: 'What the caller said it was for, in the header `x-tollgate-reason`.',
    }),
    outcome: t.expose('outcome', { type: AccessLogOutcome, description: 'How it ended.' }),
    requestId: t.exposeString('requestId', {
      description: 'The id of the request, as its answer carried it in `x-request-id`.',
    }),
    objects: t.stringList({
      description: "What a change was made to, by the upstream's ids.",
      resolve: ({ objects }) => [...(objects ?? [])],
    }),
    code: t.string({
      nullable: true,
      description:
        'The error code where a change was not made, or may not have been, or a query was not run.',
      resolve: ({ code }) => code ?? null,
    }),
  }),
});

const AccessLogFilter = builder.inputType('AccessLogFilter', {
  description: 'Which entries to show. Each condition that is given has to hold.',
  fields: (t) => ({
    from: t.field({ type: 'DateTime', description: 'Only operations that began at or after this instant.' }),
    to: t.field({ type: 'DateTime', description: 'Only operations that began before this instant.' }),
    callers: t.stringList({ description: 'Only operations of callers with one of these names.' }),
    kinds: t.field({ type: [AccessLogKind], description: 'Only operations of one of these kinds.' }),
    outcomes: t.field({
      type: [AccessLogOutcome],
      description: 'Only operations that ended in one of these ways.',
    }),
  }),
});

builder.objectField(Organization, 'accessLog', (t) =>
  t.connection(
    {
      type: AccessLogEntry,
      nullable: true,
      description:
        'Who looked at the organization or acted on it, newest first; an entry is there a second after its operation. Costs no request. A window of a log with many other entries may end early: its end cursor goes on from there.',
      args: { filter: t.arg({ type: AccessLogFilter, description: 'Which entries to show.' }) },
      authScopes: ({ id }) => ({ need: { organization: id, right: 'accessLog', section: 'accessLog' } }),
      resolve: async ({ id }, { filter, ...range }, { loaders }) =>
        connectionOf(await loaders.accessLog(id, filter ?? {}, range), (entry) => entry),
    },
    { name: 'AccessLogConnection', description: 'A window of the access log of an organization.' },
    { name: 'AccessLogEdge', description: 'An entry of the access log, with its cursor.' },
  ),
);
