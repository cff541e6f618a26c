import { encodeGlobalId, ownedId } from '../../../src/schema/global-id.ts';
import { type DocumentedCall, holdDocument } from '../../kit/document-fields.ts';
import type { TestGateway } from '../../kit/gateway.ts';
import type { Json } from '../../kit/raw.ts';

const organization = 'organization(id: "1004")';
const idOf = (typename: string, upstreamId: string) => encodeGlobalId(typename, ownedId(1004, upstreamId));
const team = `node(id: "${idOf('Team', '10041')}") { ... on Team {`;

let uuid: string;
let dlqIds: string[];
let resolved: string;
let logId: string;

const page = 'totalCount and pageInfo, instead of offsets';

const entry = {
  uuid: 'uuid',
  eventName: 'eventType',
  triggeredAt: 'triggeredAt',
  'actor.id': 'actor.user.makeId',
  'actor.name': 'actor.name',
  'actor.email': 'actor.email',
  'target.type': 'target.type',
  'target.id': 'target.makeId',
  'target.name?': 'target.name',
  'organization.id': 'organization.makeId',
  'organization.name': 'organization.name',
  'team.id': 'team.makeId',
  'team.name': 'team.name',
} as const;

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
        teams: ["10041"], authors: ["100415"], eventTypes: ["webhook_created", "webhook_updated"]
        from: "2026-01-01T00:00:00Z", to: "2026-11-15T00:00:00Z"
      }) { edges { node { * } } }
    }`,
    sends: () => ({
      query: {
        'team[]': '10041',
        'author[]': '100415',
        'eventType[]': ['webhook_created', 'webhook_updated'],
        'dateRange[from]': '2026-01-01T00:00:00.000Z',
        'dateRange[to]': '2026-11-14T23:59:59.999Z',
        offset: '0',
        limit: '100',
      },
    }),
    from: 'auditLogs.0',
    told: entry,
    beside: { pagination: page, 'auditLogs.0.metadata': 'see below' },
    keep: ({ auditLogs: [row] }) => {
      uuid = row.uuid;
    },
  },
  {
    endpoint: 'GET /audit-logs/{uuid}',
    ask: () => `node(id: "${idOf('AuditLogEntry', uuid)}") { ... on AuditLogEntry { * } }`,
    told: { ...entry, metadata: 'details' },
  },
  {
    endpoint: 'GET /audit-logs/team/{teamId}',
    ask: `${team} auditLogs(first: 1) { edges { node { * } } } } }`,
    from: 'auditLogs.0',
    told: entry,
    beside: { pagination: page, 'auditLogs.0.metadata': 'as above' },
  },
  {
    endpoint: 'GET /audit-logs/organization/{organizationId}/filters',
    ask: `${organization} { auditLogFilters { * } }`,
    told: { ...filters, 'teams.0.id': 'teams.0.makeId', 'teams.0.name': 'teams.0.name' },
  },
  {
    endpoint: 'GET /audit-logs/team/{teamId}/filters',
    ask: `${team} auditLogFilters { * } } }`,
    told: filters,
  },
];

const execution = {
  dlqId: 'makeId',
  scenarioId: 'scenarioId',
  executionId: 'executionId',
  status: 'rawStatus',
  'error.message': 'error.message',
  'error.code': 'error.code',
  'error.module.id': 'error.module.id',
  'error.module.name': 'error.module.name',
  'error.module.position': 'error.module.position',
  'error.timestamp': 'error.occurredAt',
  blueprint: 'blueprint',
  retryCount: 'retryCount',
  'lastRetryAt?': 'lastRetryAt',
  createdAt: 'createdAt',
  updatedAt: 'updatedAt',
} as const;

const log = {
  id: 'makeId',
  dlqId: 'incompleteExecutionId',
  timestamp: 'at',
  status: 'status',
  message: 'message',
  'moduleId?': 'moduleId',
  data: 'data',
} as const;

const blueprint = { name: 'Mended', flow: [{ id: 1, module: 'gateway:CustomWebHook' }] };

const changing = (place: number) => ({ id: idOf('IncompleteExecution', dlqIds[place] ?? '') });

const incompleteExecutions: readonly DocumentedCall[] = [
  {
    endpoint: 'GET /dlqs',
    ask: `${organization} {
      incompleteExecutions(first: 1, filter: {
        scenario: "1004001", statuses: [RESOLVED, FAILED], errorTypes: ["RateLimitError"]
        from: "2026-01-01T00:00:00Z", to: "2026-11-16T00:00:00Z"
      }) { edges { node { * } } }
    }`,
    sends: () => ({
      query: {
        scenarioId: '1004001',
        'status[]': ['resolved', 'failed'],
        'errorTypes[]': 'RateLimitError',
        'dateRange[from]': '2026-01-01T00:00:00.000Z',
        'dateRange[to]': '2026-11-15T23:59:59.999Z',
        offset: '0',
        limit: '100',
      },
    }),
    from: 'dlqs.0',
    told: { ...execution, lastRetryAt: 'lastRetryAt' },
    beside: { pagination: page },
    keep: ({ dlqs: [row] }) => {
      resolved = row.dlqId;
    },
  },
  {
    endpoint: 'GET /dlqs/{dlqId}',
    ask: () => `node(id: "${idOf('IncompleteExecution', resolved)}") { ... on IncompleteExecution { * } }`,
    told: execution,
  },
  {
    endpoint: 'GET /dlqs/{dlqId}/logs',
    ask: () =>
      `node(id: "${idOf('IncompleteExecution', resolved)}") {
        ... on IncompleteExecution { logs(first: 1) { edges { node { * } } } }
      }`,
    from: 'logs.0',
    told: log,
    beside: { pagination: page },
    keep: ({ logs }) => {
      logId = logs.at(-1).id;
    },
  },
  {
    endpoint: 'GET /dlqs/{dlqId}/logs/{logId}',
    ask: () => `node(id: "${idOf('ExecutionLog', `${resolved}/${logId}`)}") { ... on ExecutionLog { * } }`,
    told: { ...log, moduleId: 'moduleId' },
  },
  {
    endpoint: 'PATCH /dlqs/{dlqId}',
    of: 'another blueprint',
    ask: 'updateIncompleteExecution(input: $input) { ... on UpdateIncompleteExecutionPayload { incompleteExecution { * } } }',
    input: () => ({ ...changing(0), blueprint }),
    sends: () => ({ body: { blueprint } }),
    told: execution,
  },
  {
    endpoint: 'POST /dlqs/{dlqId}/retry',
    ask: 'retryIncompleteExecution(input: $input) { ... on RetryIncompleteExecutionPayload { incompleteExecution { * } } }',
    input: () => ({ ...changing(1), modifications: blueprint }),
    sends: () => ({ body: { modifications: blueprint } }),
    told: { ...execution, lastRetryAt: 'lastRetryAt' },
  },
  {
    endpoint: 'PATCH /dlqs/{dlqId}',
    of: 'a cancellation',
    ask: 'resolveIncompleteExecution(input: $input) { ... on ResolveIncompleteExecutionPayload { incompleteExecution { * } } }',
    input: () => ({ ...changing(2), resolution: { cancel: { reason: 'done by hand' } } }),
    sends: () => ({ body: { status: 'cancelled', reason: 'done by hand' } }),
    told: execution,
  },
  {
    endpoint: 'POST /dlqs/retry',
    ask: 'retryIncompleteExecutions(input: $input) { ... on RetryIncompleteExecutionsPayload { campaign { * } } }',
    input: () => ({
      organizationId: '1004',
      scenarios: ['1004001'],
      errorTypes: ['RateLimitError', 'ModuleTimeoutError'],
      from: '2026-10-01T00:00:00Z',
      to: '2026-11-16T00:00:00Z',
    }),
    sends: () => ({
      body: {
        scenarioId: '1004001',
        errorTypes: ['RateLimitError', 'ModuleTimeoutError'],
        dateRange: { from: '2026-10-01T00:00:00.000Z', to: '2026-11-15T23:59:59.999Z' },
      },
    }),
    told: {},
    settled: campaignIsOver,
    beside: { scenarioId: 'scenarios', retried: 'progress', count: 'progress.retried' },
  },
  {
    endpoint: 'DELETE /dlqs',
    ask: 'deleteIncompleteExecutions(input: $input) { ... on DeleteIncompleteExecutionsPayload { * } }',
    input: () => ({
      organizationId: '1004',
      scenario: '1004002',
      olderThan: '2026-09-01T00:00:00Z',
      confirm: true,
    }),
    sends: () => ({
      body: { scenarioId: '1004002', confirmed: true, olderThan: '2026-09-01T00:00:00.000Z' },
    }),
    told: {
      scenarioId: 'scenario.makeId',
      deleted: ['deletedIds', (ids: Json) => ids.map((id: string) => idOf('IncompleteExecution', id))],
      count: 'deletedCount',
    },
  },
];

async function campaignIsOver(gateway: TestGateway): Promise<void> {
  const document = '{ organization(id: "1004") { retryCampaigns { edges { node { finishedAt } } } } }';
  for (let isOver = false; !isOver; ) {
    const { data } = await gateway.query<Json, object>(document);
    isOver = data.organization.retryCampaigns.edges[0].node.finishedAt !== null;
  }
}

holdDocument('documented', [...auditLogs, ...incompleteExecutions], async (gateway) => {
  const add = { incompleteExecutions: 3 };
  const { added }: Json = await gateway.control('world', { organization: 1004, add });
  dlqIds = added.incompleteExecutions.map(({ dlqId }: Json) => dlqId);
});
