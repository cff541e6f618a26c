import {
  type ExecutionLog as DomainLog,
  type ExecutionRun as DomainRun,
  executionLogStatuses,
} from '../domain/execution-log.ts';
import { askingAtMost } from '../loaders/each.ts';
import { asks, pagesOf } from './asks.ts';
import { builder } from './builder.ts';
import { describedEnum } from './described-enum.ts';
import { connectionOf } from './edges.ts';
import { acceptNodeType, ownedId, readMemberId } from './global-id.ts';
import { findIncompleteExecution, IncompleteExecution } from './incomplete-execution.ts';
import { markStale } from './mark-stale.ts';

const ExecutionLogStatus = describedEnum(
  'ExecutionLogStatus',
  'How what a line of a log tells of went.',
  executionLogStatuses,
  {
    SUCCESS: 'It went well.',
    INFO: 'Something was noted, neither good nor bad.',
    WARNING: 'It went on in spite of trouble.',
    ERROR: 'It failed.',
    RUNNING: 'It is not over yet.',
    UNKNOWN: 'The upstream used a word that this graph does not know: see `rawStatus`.',
  },
);

const ExecutionRun = builder.objectRef<DomainRun>('ExecutionRun').implement({
  description: 'A whole run in figures.',
  fields: (t) => ({
    trigger: t.exposeString('trigger', {
      nullable: true,
      description: "What started it, in Make's own word: `auto`, `manual`.",
    }),
    authorId: t.exposeID('authorId', {
      nullable: true,
      description: "Make's number of the user who started it.",
    }),
    durationMs: t.expose('durationMs', {
      type: 'SafeInt',
      nullable: true,
      description: 'How long it took, in milliseconds.',
    }),
    operations: t.expose('operations', {
      type: 'Decimal',
      nullable: true,
      description: 'Operations that it took.',
    }),
    credits: t.expose('credits', { type: 'Decimal', nullable: true, description: 'Credits that it took.' }),
    dataTransfer: t.expose('dataTransfer', {
      type: 'Decimal',
      nullable: true,
      description: 'Bytes that it moved.',
    }),
  }),
});

interface ExecutionLogNode extends DomainLog {
  readonly organization: number;
  readonly fetchedAt: Date;
}

const ExecutionLog = builder.objectRef<ExecutionLogNode>('ExecutionLog');

acceptNodeType('ExecutionLog');

builder.node(ExecutionLog, {
  description:
    'A line of what happened to an incomplete execution: a step in words (documented dialect), or a whole run in figures (live dialect).',
  id: {
    resolve: ({ organization, incompleteExecutionId, id }) =>
      ownedId(organization, `${incompleteExecutionId}/${id}`),
    description: 'Global id of the line.',
  },
  loadWithoutCache: async (globalId, context, info) => {
    const { organization, upstreamId } = readMemberId(globalId);
    const slash = upstreamId.indexOf('/');
    const [executionId, id] = [upstreamId.slice(0, slash), upstreamId.slice(slash + 1)];
    if (slash < 1 || id === '') return null;
    const execution = await askingAtMost(2, () =>
      findIncompleteExecution(organization, executionId, 'incompleteExecutionLogs', context, info),
    );
    if (execution === null) return null;
    const answer = await context.loaders.executionLogs.one(organization, executionId, id);
    if (answer === null || answer.value.incompleteExecutionId !== executionId) return null;
    const { value, fetchedAt } = markStale(answer, context, info);
    return { ...value, organization, fetchedAt: new Date(fetchedAt) };
  },
  fields: (t) => ({
    makeId: t.exposeID('id', { description: "Make's own id of the line." }),
    incompleteExecutionId: t.exposeID('incompleteExecutionId', {
      description: "Make's own id of the incomplete execution that it tells of; no global id.",
    }),
    at: t.expose('at', { type: 'DateTime', nullable: true, description: 'When it happened.' }),
    status: t.expose('status', {
      type: ExecutionLogStatus,
      nullable: true,
      description: 'How it went.',
    }),
    rawStatus: t.exposeString('rawStatus', {
      nullable: true,
      description: "The status as the upstream writes it: a word, or the live dialect's number.",
    }),
    message: t.exposeString('message', { nullable: true, description: 'What happened, in words.' }),
    moduleId: t.exposeID('moduleId', {
      nullable: true,
      description: "Make's number of the module that it happened in; no global id.",
    }),
    data: t.field({
      type: 'JSON',
      nullable: true,
      description: 'What else the upstream noted, of whatever shape.',
      resolve: ({ data }) => data,
    }),
    run: t.expose('run', {
      type: ExecutionRun,
      nullable: true,
      description: 'The run in figures, where the line tells of a whole one.',
    }),
    fetchedAt: t.expose('fetchedAt', {
      type: 'DateTime',
      description: 'When this was read from the upstream.',
    }),
  }),
});

builder.objectField(IncompleteExecution, 'logs', (t) =>
  t.connection(
    {
      type: ExecutionLog,
      nullable: true,
      description: 'What happened to it so far, oldest first.',
      authScopes: ({ organization }) => ({
        needInSomeTeam: {
          organization,
          right: 'incompleteExecutions',
          section: 'incompleteExecutionLogs',
        },
      }),
      extensions: asks({ requests: (args) => pagesOf(args, false) }),
      resolve: async ({ organization, id }, range, context, info) => {
        const window = markStale(
          await context.loaders.executionLogs.window(organization, id, range),
          context,
          info,
        );
        const { fetchedAt } = window;
        return connectionOf(window, (log) => ({ ...log, organization, fetchedAt }));
      },
    },
    { name: 'ExecutionLogConnection', description: "A window of an incomplete execution's log." },
    { name: 'ExecutionLogEdge', description: 'A line of the log, with its cursor.' },
  ),
);
