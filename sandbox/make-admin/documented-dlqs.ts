import { readBody } from '../kernel/body.ts';
import { type Call, type Endpoint, ok, Refusal, type Reply } from '../kernel/endpoint.ts';
import {
  type Fields,
  invalidField,
  isFields,
  optionalArray,
  optionalBoolean,
  optionalEnum,
  optionalObject,
  optionalString,
  pageOf,
} from '../kernel/fields.ts';
import { executionView, logView } from './documented-dlq-views.ts';
import { logsOf } from './execution-logs.ts';
import { executionAt, organizationOfExecution, requireOpen } from './execution-lookups.ts';
import {
  cancelExecution,
  changeExecution,
  currentBlueprint,
  deleteExecutions,
  executionsOf,
  isOpen,
  retryExecutions,
} from './incomplete-executions.ts';
import { enumsOf, isWithin, listOf, orderedRange, parseInstant, type Range, rangeOf } from './query.ts';
import { organizationOfScenario, requireScenario } from './scenario-lookups.ts';
import type { IncompleteExecution, Scenario } from './state.ts';

const statuses = ['pending', 'failed', 'retrying', 'resolved', 'cancelled'] as const;

export const documentedDlqs: readonly Endpoint[] = [
  { method: 'GET', template: '/dlqs', organizationOf: organizationOfScenario, handle: list },
  { method: 'DELETE', template: '/dlqs', organizationOf: organizationOfScenario, handle: remove },
  { method: 'POST', template: '/dlqs/retry', organizationOf: organizationOfScenario, handle: retryMany },
  {
    method: 'GET',
    template: '/dlqs/{dlqId}',
    organizationOf: organizationOfExecution,
    handle: (call) => ok(executionView(call.world, executionAt(call).execution)),
  },
  { method: 'PATCH', template: '/dlqs/{dlqId}', organizationOf: organizationOfExecution, handle: update },
  {
    method: 'POST',
    template: '/dlqs/{dlqId}/retry',
    organizationOf: organizationOfExecution,
    handle: retryOne,
  },
  {
    method: 'GET',
    template: '/dlqs/{dlqId}/logs',
    organizationOf: organizationOfExecution,
    handle: listLogs,
  },
  {
    method: 'GET',
    template: '/dlqs/{dlqId}/logs/{logId}',
    organizationOf: organizationOfExecution,
    handle: getLog,
  },
];

/** Newest first. Without a scenario, of everything that the token may see. */
function list(call: Call): Reply {
  const { query, world, caller } = call;
  const { limit, offset } = pageOf(query, { limit: 50, max: 500 });
  const scenarioId = query.get('scenarioId');
  const scenario = scenarioId === null ? null : requireScenario(call, scenarioId).scenario;
  const selected = enumsOf(query, 'status', statuses);
  const errorTypes = listOf(query, 'errorTypes');
  const range = rangeOf(query, 'dateRange[from]', 'dateRange[to]');
  const found = world.makeAdmin.incompleteExecutions
    .values()
    .filter(
      (execution) =>
        (caller.organizationId === null || execution.organizationId === caller.organizationId) &&
        (scenario === null || execution.scenarioId === scenario.id) &&
        (selected.length === 0 || selected.includes(execution.status)) &&
        isOfTypes(execution, errorTypes) &&
        isWithin(range, execution.createdAt),
    )
    .toArray()
    .toReversed();
  return ok({
    dlqs: found.slice(offset, offset + limit).map((execution) => executionView(call.world, execution)),
    pagination: { total: found.length, offset, limit },
  });
}

function update(call: Call): Reply {
  const { execution, user } = executionAt(call);
  const body = readBody(call);
  const blueprint = optionalObject(body, 'blueprint');
  const status = optionalEnum(body, 'status', ['cancelled']);
  const reason = optionalString(body, 'reason', { max: 500 });
  if (blueprint === undefined && status === undefined) {
    throw new Refusal(
      400,
      'missing_required_fields',
      'The body must have a blueprint or the status cancelled',
      {
        field: 'blueprint',
        reason: 'is required unless a status is given',
      },
    );
  }
  requireOpen(execution);
  if (blueprint !== undefined)
    changeExecution(call.world, execution, { blueprint: readBlueprint(blueprint) }, user);
  if (status !== undefined) cancelExecution(call.world, execution, reason ?? null, user);
  return ok(executionView(call.world, execution));
}

/** `modifications` are fields that take the place of those of the blueprint, from this retry on. */
function retryOne(call: Call): Reply {
  const { execution, user } = executionAt(call);
  const body = call.body === undefined ? {} : readBody(call);
  const modifications = optionalObject(body, 'modifications');
  requireOpen(execution);
  if (modifications !== undefined && Object.keys(modifications).length > 0) {
    const blueprint = readBlueprint({ ...currentBlueprint(call.world, execution), ...modifications });
    changeExecution(call.world, execution, { blueprint }, user);
  }
  retryExecutions(call.world, [execution], user);
  return { status: 202, json: executionView(call.world, execution) };
}

function retryMany(call: Call): Reply {
  const body = readBody(call);
  const { scenario, user } = requireScenario(call, body['scenarioId']);
  const range = bodyRange(body);
  const errorTypes = textsOf(body, 'errorTypes');
  const matching = executionsOf(call.world, scenario.id).filter(
    (execution) => isOfTypes(execution, errorTypes) && isWithin(range, execution.createdAt),
  );
  const open = matching.filter(isOpen);
  retryExecutions(call.world, open, user);
  return {
    status: 202,
    json: { scenarioId: String(scenario.id), retried: open.map(({ id }) => id), count: open.length },
  };
}

/** Nothing goes as long as one of them is being retried, or without a confirmation. */
function remove(call: Call): Reply {
  const body = readBody(call);
  const { scenario, user } = requireScenario(call, body['scenarioId']);
  const olderThan = optionalString(body, 'olderThan');
  const before =
    olderThan === undefined ? Number.POSITIVE_INFINITY : parseInstant(olderThan, 'olderThan', 'from');
  const matching = executionsOf(call.world, scenario.id).filter(({ createdAt }) => createdAt < before);
  if (optionalBoolean(body, 'confirmed') !== true) throw unconfirmed(scenario, matching.length);
  const retrying = matching.filter(({ status }) => status === 'retrying').length;
  if (retrying > 0) {
    throw new Refusal(
      409,
      'execution_retrying',
      `${retrying} of ${matching.length} are being retried and cannot be deleted`,
      {
        field: 'scenarioId',
        reason: 'has executions that are being retried',
      },
    );
  }
  deleteExecutions(call.world, matching, user);
  return ok({
    scenarioId: String(scenario.id),
    deleted: matching.map(({ id }) => id),
    count: matching.length,
  });
}

function unconfirmed(scenario: Scenario, count: number): Refusal {
  return new Refusal(
    400,
    'confirmation_required',
    `This would delete ${count} incomplete executions of scenario ${scenario.id}. Send confirmed: true to do so`,
    { field: 'confirmed', reason: `must be true to delete ${count} incomplete executions` },
  );
}

function listLogs(call: Call): Reply {
  const { execution } = executionAt(call);
  const { limit, offset } = pageOf(call.query, { limit: 50, max: 500 });
  const logs = logsOf(call.world, execution);
  return ok({
    logs: logs.slice(offset, offset + limit).map((log) => logView(execution, log)),
    pagination: { total: logs.length, offset, limit },
  });
}

function getLog(call: Call): Reply {
  const { execution } = executionAt(call);
  const log = logsOf(call.world, execution).find(({ id }) => id === call.path['logId']);
  if (log === undefined) throw new Refusal(404, 'log_not_found', 'Log entry not found', { field: 'logId' });
  return ok(logView(execution, log));
}

function readBlueprint(blueprint: Fields): Fields {
  if (
    !Array.isArray(blueprint['flow']) ||
    blueprint['flow'].length === 0 ||
    !blueprint['flow'].every(isFields)
  ) {
    throw invalidField('blueprint', 'must have a flow: a list of at least one module');
  }
  return blueprint;
}

function bodyRange(body: Fields): Range {
  const range = optionalObject(body, 'dateRange') ?? {};
  const [from, to] = [optionalString(range, 'from'), optionalString(range, 'to')];
  return orderedRange(
    from === undefined ? Number.NEGATIVE_INFINITY : parseInstant(from, 'dateRange.from', 'from'),
    to === undefined ? Number.POSITIVE_INFINITY : parseInstant(to, 'dateRange.to', 'to'),
    'dateRange.from',
  );
}

function textsOf(body: Fields, name: string): readonly string[] {
  return (optionalArray(body, name, { max: 100 }) ?? []).map((value) => {
    if (typeof value !== 'string') throw invalidField(name, 'must be a list of strings');
    return value;
  });
}

function isOfTypes({ errorType }: IncompleteExecution, errorTypes: readonly string[]): boolean {
  return errorTypes.length === 0 || errorTypes.includes(errorType);
}
