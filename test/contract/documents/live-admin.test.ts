import { encodeGlobalId, ownedId } from '../../../src/schema/global-id.ts';
import { type DocumentedCall, holdDocument } from '../../kit/document-fields.ts';
import type { Json } from '../../kit/raw.ts';

const organization = 'organization(id: "1004")';
const idOf = (typename: string, upstreamId: string) => encodeGlobalId(typename, ownedId(1004, upstreamId));
const beside = { pg: 'totalCount and pageInfo, instead of offsets' };

let uuid: string;
let dlqIds: string[];
let dlqId: string;
let runId: string;

const credits = (hundredths: Json) => String(Number(hundredths) / 100);
const blueprint = { name: 'Mended', flow: [{ id: 1, module: 'gateway:CustomWebHook' }] };

const entry = {
  uuid: 'uuid',
  createdAt: 'createdAt',
  triggeredAt: 'triggeredAt',
  organizationId: 'organization.makeId',
  'organization.id': 'organization.makeId',
  'organization.name': 'organization.name',
  eventName: 'eventType',
  'team.id?': 'team.makeId',
  'team.name?': 'team.name',
  'actor.id': 'actor.user.makeId',
  'actor.name': 'actor.name',
  'actor.email': 'actor.email',
  targetId: 'target.makeId',
  'version.from?': 'change.from',
  'version.to?': 'change.to',
} as const;

const change = { 'version.from': 'change.from', 'version.to': 'change.to' };

const filters = {
  'users.0.id': 'users.0.makeId',
  'users.0.name': 'users.0.name',
  'users.0.email': 'users.0.email',
  'events.0.header': 'eventGroups.0.header',
  'events.0.items.0.label': 'eventGroups.0.eventTypes.0.label',
  'events.0.items.0.value': 'eventGroups.0.eventTypes.0.value',
} as const;

const auditLogs: readonly DocumentedCall[] = [
  {
    endpoint: 'GET /audit-logs/organization/{organizationId}',
    ask: `${organization} {
      auditLogs(first: 1, filter: {
        eventTypes: ["user_role_changed"], from: "2026-01-01T00:00:00Z", to: "2026-11-15T00:00:00Z"
      }) { edges { node { * } } }
    }`,
    sends: () => ({
      query: {
        dateFrom: '2026-01-01',
        dateTo: '2026-11-14',
        'event[]': 'user_role_changed',
        'pg[offset]': '0',
        'pg[limit]': '100',
        'pg[sortBy]': 'triggeredAt',
        'pg[sortDir]': 'desc',
        'pg[returnTotalCount]': 'true',
      },
    }),
    from: 'auditLogs.0',
    told: { ...entry, ...change },
    beside,
    keep: ({ auditLogs: [row] }) => {
      uuid = row.uuid;
    },
  },
  {
    endpoint: 'GET /audit-logs/{organizationId}/{uuid}',
    ask: () => `node(id: "${idOf('AuditLogEntry', uuid)}") { ... on AuditLogEntry { * } }`,
    told: { ...entry, ...change, details: 'details' },
  },
  {
    endpoint: 'GET /audit-logs/organization/{organizationId}/filters',
    ask: `${organization} { auditLogFilters { * } }`,
    told: { ...filters, 'teams.0.id': 'teams.0.makeId', 'teams.0.name': 'teams.0.name' },
  },
  {
    endpoint: 'GET /audit-logs/team/{teamId}/filters',
    ask: `node(id: "${idOf('Team', '10041')}") { ... on Team { auditLogFilters { * } } }`,
    told: filters,
  },
  {
    endpoint: 'GET /audit-logs/team/{teamId}',
    ask: `node(id: "${idOf('Team', '10041')}") { ... on Team {
      auditLogs(first: 1, filter: { authors: ["100415"], eventTypes: ["webhook_updated"] }) { edges { node { * } } }
    } }`,
    from: 'auditLogs.0',
    told: {
      ...entry,
      'team.id': 'team.makeId',
      'team.name': 'team.name',
    },
    beside,
  },
];

const metrics = (wire: string, place: string) =>
  ({
    [`${wire}.executions`]: `${place}executions.total`,
    [`${wire}.errors`]: `${place}executions.failed`,
    [`${wire}.errorRate`]: [
      `${place}successRate`,
      (percent: number) => String(Number((1 - percent / 100).toFixed(4))),
    ],
    [`${wire}.centicredits`]: [`${place}credits`, credits],
    [`${wire}.executionsChange`]: `${place}changes.executions`,
    [`${wire}.operationsChange`]: `${place}changes.operations`,
    [`${wire}.centicreditsChange`]: `${place}changes.credits`,
    [`${wire}.errorsChange`]: `${place}changes.errors`,
    [`${wire}.errorRateChange`]: `${place}changes.errorRate`,
  }) as const;

const reports: readonly DocumentedCall[] = [
  {
    endpoint: 'GET /analytics/{organizationId}',
    ask: `${organization} {
      analytics(
        period: { range: { from: "2026-10-01T00:00:00Z", to: "2026-11-01T00:00:00Z" } }
        filter: { teams: ["10041"], scenarioStatuses: [ACTIVE] }
      ) { * }
    }`,
    sends: () => ({
      query: {
        'teamId[]': '10041',
        'status[]': 'active',
        'timeframe[dateFrom]': '2026-10-01T00:00:00.000Z',
        'timeframe[dateTo]': '2026-10-31T23:59:59.999Z',
        'pg[offset]': '0',
        'pg[limit]': '100',
      },
    }),
    told: {
      ...metrics('total', ''),
      'total.operations': 'operationsUsed',
      'analytics.0.id': 'scenarioPerformance.0.scenarioId',
      'analytics.0.name': 'scenarioPerformance.0.scenarioName',
      'analytics.0.status': 'scenarioPerformance.0.rawStatus',
      'analytics.0.teamId': 'scenarioPerformance.0.teamId',
      'analytics.0.teamName': 'teams.0.teamName',
      ...metrics('analytics.0', 'scenarioPerformance.0.'),
      'analytics.0.operations': 'scenarioPerformance.0.operations',
    },
    beside: { pg: 'read to the end', 'analytics.0.imtId': "the row's place in a list of Make's own" },
  },
  {
    endpoint: 'GET /organizations/{organizationId}/usage',
    ask: `${organization} { usageHistory { * } }`,
    sends: () => ({ query: { organizationTimezone: 'true' } }),
    from: 'data.0',
    told: {
      date: ['date', (date: string) => date.split('-').toReversed().join('-')],
      operations: 'operations',
      dataTransfer: 'dataTransfer',
      centicredits: ['credits', credits],
    },
  },
  {
    endpoint: 'GET /scenarios',
    ask: `${organization} { scenarios(first: 1) { edges { node { * } } } }`,
    from: 'scenarios.0',
    told: {
      id: 'makeId',
      name: 'name',
      teamId: 'team.makeId',
      description: 'description',
      isActive: 'isActive',
      lastEdit: 'lastEditedAt',
      nextExec: 'nextRunAt',
      created: 'createdAt',
      operations: 'operations',
      centicredits: ['credits', credits],
      transfer: 'dataTransfer',
      dlqCount: 'incompleteExecutionCount.open',
      allDlqCount: 'incompleteExecutionCount.all',
    },
    beside: { ...beside, 'scenarios.0': 'how it is built and who built it is for the editor of scenarios' },
  },
];

const execution = {
  id: 'makeId',
  resolved: ['status', (isResolved: boolean) => (isResolved ? 'RESOLVED' : 'PENDING')],
  attempts: 'retryCount',
  created: 'createdAt',
  size: 'size',
} as const;

const run = {
  id: 'makeId',
  type: 'run.trigger',
  duration: 'run.durationMs',
  operations: 'run.operations',
  centicredits: ['run.credits', credits],
  transfer: 'run.dataTransfer',
  timestamp: 'at',
  status: 'rawStatus',
  'authorId?': 'run.authorId',
} as const;

const besideRun = (prefix: string) =>
  Object.fromEntries(
    ['imtId', 'teamId', 'organizationId', 'instant'].map((name) => [`${prefix}.${name}`, 'of the execution']),
  );

const inExecution = (fields: string) => () =>
  `node(id: "${idOf('IncompleteExecution', dlqId)}") { ... on IncompleteExecution { ${fields} } }`;

const incompleteExecutions: readonly DocumentedCall[] = [
  {
    endpoint: 'GET /dlqs',
    ask: `${organization} {
      incompleteExecutions(first: 1, filter: { scenario: "1004012" }) { edges { node { * } } }
    }`,
    sends: () => ({ query: { scenarioId: '1004012', 'pg[offset]': '0', 'pg[limit]': '100' } }),
    // the oldest comes first there, and the newest here
    from: 'dlqs.-1',
    told: { ...execution, reason: 'error.message' },
    beside: { ...beside, 'dlqs.0': 'the list has all of the scenario', 'dlqs.-1.retry': 'status' },
    keep: ({ dlqs }) => {
      dlqId = dlqs.at(-1).id;
    },
  },
  {
    endpoint: 'GET /dlqs/{dlqId}',
    ask: inExecution('*'),
    from: 'dlq',
    told: {
      ...execution,
      scenarioId: 'scenarioId',
      scenarioName: 'scenarioName',
      companyId: 'team.makeId',
      companyName: 'team.name',
      executionId: 'executionId',
    },
    beside: {
      'dlq.retry': 'status',
      'dlq.deleted': 'status',
      'dlq.index': "its place in Make's list",
    },
  },
  {
    endpoint: 'GET /dlqs/{dlqId}/blueprint',
    ask: inExecution('*'),
    from: 'response',
    told: { blueprint: 'blueprint' },
    beside: {
      code: 'an error is none of these',
      'response.company': 'the team',
      'response.idSequence': 'the number of the next module in the editor',
      'response.reason': 'the message of the error',
    },
  },
  {
    endpoint: 'GET /dlqs/{dlqId}/bundle',
    ask: inExecution('error { * }'),
    from: 'response',
    told: {
      '6.error.type': 'code',
      '6.error.message': 'message',
      '6': ['module.id', () => '6'],
    },
    beside: { code: 'an error is none of these' },
  },
  {
    endpoint: 'GET /dlqs/{dlqId}/logs',
    ask: inExecution('logs(first: 1) { edges { node { * } } }'),
    from: 'dlqLogs.0',
    told: run,
    beside: { ...beside, ...besideRun('dlqLogs.0') },
    keep: ({ dlqLogs }) => {
      runId = dlqLogs[0].id;
    },
  },
  {
    endpoint: 'GET /dlqs/{dlqId}/logs/{executionId}',
    ask: () => `node(id: "${idOf('ExecutionLog', `${dlqId}/${runId}`)}") { ... on ExecutionLog { * } }`,
    from: 'dlqLog',
    told: run,
    beside: besideRun('dlqLog'),
  },
  {
    endpoint: 'PATCH /dlqs/{dlqId}',
    ask: 'updateIncompleteExecution(input: $input) { ... on UpdateIncompleteExecutionPayload { incompleteExecution { * } } }',
    input: () => ({ id: idOf('IncompleteExecution', dlqIds[0] ?? ''), blueprint }),
    sends: () => ({ body: { blueprint: JSON.stringify(blueprint) } }),
    told: { 'dlq.blueprint': 'blueprint', 'dlq.failer': 'error.module.id' },
  },
  {
    endpoint: 'POST /dlqs/{dlqId}/retry',
    ask: 'retryIncompleteExecution(input: $input) { ... on RetryIncompleteExecutionPayload { incompleteExecution { * } } }',
    input: () => ({ id: idOf('IncompleteExecution', dlqIds[1] ?? '') }),
    sends: () => ({}),
    told: { dlq: 'makeId' },
  },
  {
    endpoint: 'DELETE /dlqs',
    ask: 'deleteIncompleteExecutions(input: $input) { ... on DeleteIncompleteExecutionsPayload { * } }',
    input: () => ({ organizationId: '1004', scenario: '1004002', confirm: true }),
    sends: () => ({ query: { scenarioId: '1004002', confirmed: 'true' }, body: { all: true } }),
    told: {
      dlqs: ['deletedIds', (ids: Json) => ids.map((id: string) => idOf('IncompleteExecution', id))],
      error: ['isPartial', (error: Json) => error !== undefined],
    },
  },
];

holdDocument('live', [...auditLogs, ...reports, ...incompleteExecutions], async (gateway) => {
  const add = { incompleteExecutions: 2 };
  const { added }: Json = await gateway.control('world', { organization: 1004, add });
  dlqIds = added.incompleteExecutions.map(({ dlqId }: Json) => dlqId);
});
