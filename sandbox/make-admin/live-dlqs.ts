import { readBody } from '../kernel/body.ts';
import { type Call, type Endpoint, ok, Refusal, type Reply } from '../kernel/endpoint.ts';
import {
  arrayField,
  type Fields,
  invalidField,
  isFields,
  optionalArray,
  optionalBoolean,
  optionalInteger,
  optionalString,
  queryInteger,
} from '../kernel/fields.ts';
import { executionAt, organizationOfExecution, requireOpen } from './execution-lookups.ts';
import {
  changeExecution,
  currentBlueprint,
  deleteExecutions,
  executionsOf,
  isOpen,
  retryExecutions,
} from './incomplete-executions.ts';
import { executionDetail, executionRow, runRow } from './live-dlq-views.ts';
import { echo, pagingOf, rowsOfPage, sorted } from './live-paging.ts';
import { confirmationRequired } from './live-refusals.ts';
import { isWithin, millisecondRangeOf } from './query.ts';
import { organizationOfScenario, requireScenario } from './scenario-lookups.ts';
import type { IncompleteExecution, Scenario } from './state.ts';

const largestBlueprint = 2_000_000;

export const liveDlqs: readonly Endpoint[] = [
  { method: 'GET', template: '/dlqs', organizationOf: organizationOfScenario, handle: list },
  { method: 'DELETE', template: '/dlqs', organizationOf: organizationOfScenario, handle: remove },
  { method: 'POST', template: '/dlqs/retry', organizationOf: organizationOfScenario, handle: retryMany },
  { method: 'GET', template: '/dlqs/{dlqId}', organizationOf: organizationOfExecution, handle: get },
  { method: 'PATCH', template: '/dlqs/{dlqId}', organizationOf: organizationOfExecution, handle: update },
  {
    method: 'GET',
    template: '/dlqs/{dlqId}/blueprint',
    organizationOf: organizationOfExecution,
    handle: getBlueprint,
  },
  {
    method: 'GET',
    template: '/dlqs/{dlqId}/bundle',
    organizationOf: organizationOfExecution,
    handle: getBundle,
  },
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
    template: '/dlqs/{dlqId}/logs/{executionDlqId}',
    organizationOf: organizationOfExecution,
    handle: getLog,
  },
];

/** Of one scenario, oldest first. */
function list(call: Call): Reply {
  const { query, world } = call;
  const { scenario } = requireScenario(call, query.get('scenarioId'));
  const paging = pagingOf(query, { limit: 50, sortable: ['', 'created', 'attempts', 'size'] });
  const rows = executionsOf(world, scenario.id).map(executionRow);
  return ok({ dlqs: rowsOfPage(sorted(rows, paging), paging), pg: echo(paging, rows.length) });
}

function get(call: Call): Reply {
  return ok({ dlq: executionDetail(call.world, executionAt(call).execution) });
}

function getBlueprint(call: Call): Reply {
  const { execution } = executionAt(call);
  const blueprint = currentBlueprint(call.world, execution);
  const flow = Array.isArray(blueprint['flow']) ? blueprint['flow'] : [];
  return ok({
    code: 'OK',
    response: {
      blueprint,
      company: execution.teamId,
      idSequence: flow.length + 1,
      reason: execution.errorMessage,
    },
  });
}

function getBundle(call: Call): Reply {
  const { failedModule, errorType, errorMessage } = executionAt(call).execution;
  return ok({
    code: 'OK',
    response: { [failedModule.id]: { error: { type: errorType, message: errorMessage } } },
  });
}

/** The blueprint comes as a string of JSON and is answered as an object. */
function update(call: Call): Reply {
  const { execution, user } = executionAt(call);
  const body = readBody(call);
  const text = optionalString(body, 'blueprint', { max: largestBlueprint });
  const failer = optionalInteger(body, 'failer', { min: 1 });
  if (text === undefined && failer === undefined) {
    throw invalidField('blueprint', 'is required unless failer is given');
  }
  const blueprint = text === undefined ? undefined : parseBlueprint(text);
  const { scenario } = requireScenario(call, execution.scenarioId);
  if (failer !== undefined && !scenario.modules.some(({ id }) => id === failer)) {
    throw invalidField('failer', `must be a module from 1 to ${scenario.modules.length}`);
  }
  requireOpen(execution);
  const change = { ...(blueprint && { blueprint }), ...(failer !== undefined && { failedModuleId: failer }) };
  changeExecution(call.world, execution, change, user);
  return ok({
    dlq: { failer: execution.failedModule.id, blueprint: currentBlueprint(call.world, execution) },
  });
}

function parseBlueprint(text: string): Fields {
  let blueprint: unknown;
  try {
    blueprint = JSON.parse(text);
  } catch {
    throw invalidField('blueprint', 'must be a string of JSON');
  }
  if (!isFields(blueprint) || !Array.isArray(blueprint['flow']) || blueprint['flow'].length === 0) {
    throw invalidField('blueprint', 'must have a flow: a list of at least one module');
  }
  return blueprint;
}

function retryOne(call: Call): Reply {
  const { execution, user } = executionAt(call);
  requireOpen(execution);
  retryExecutions(call.world, [execution], user);
  return ok({ dlq: execution.id });
}

/** Queued: what is done with or being retried already is left alone. */
function retryMany(call: Call): Reply {
  const { scenario, user } = requireScenario(call, call.query.get('scenarioId'));
  const open = selected(call, scenario).filter(isOpen);
  retryExecutions(call.world, open, user);
  return ok({ dlqs: open.map(({ id }) => id) });
}

/** What is being retried stays, and the answer says so beside what was deleted. */
function remove(call: Call): Reply {
  const { scenario, user } = requireScenario(call, call.query.get('scenarioId'));
  const executions = selected(call, scenario);
  if (isFields(call.body) && call.body['all'] === true && call.query.get('confirmed') !== 'true') {
    throw confirmationRequired(`This would delete ${executions.length} incomplete executions`);
  }
  const deletable = executions.filter(({ status }) => status !== 'retrying');
  deleteExecutions(call.world, deletable, user);
  const dlqs = deletable.map(({ id }) => id);
  if (deletable.length === executions.length) return ok({ dlqs });
  const message = 'Some incomplete executions are being processed and were not deleted.';
  return ok({
    dlqs,
    error: { name: 'DlqProcessingError', message, stack: `DlqProcessingError: ${message}` },
  });
}

/** `ids`, or `all` less `exceptIds`: all of one scenario. */
function selected(call: Call, scenario: Scenario): readonly IncompleteExecution[] {
  const body = readBody(call);
  const executions = executionsOf(call.world, scenario.id);
  if (optionalBoolean(body, 'all') === true) {
    const except = optionalArray(body, 'exceptIds') ?? [];
    return executions.filter(({ id }) => !except.includes(id));
  }
  return [...new Set(arrayField(body, 'ids'))].map((id) => {
    const execution = executions.find((each) => each.id === id);
    if (execution !== undefined) return execution;
    throw new Refusal(404, 'SC404', `Incomplete execution ${String(id)} not found`, { field: 'ids' });
  });
}

/** One row for each run, the newest first. */
function listLogs(call: Call): Reply {
  const { execution } = executionAt(call);
  const paging = pagingOf(call.query, { limit: 50, sortable: ['imtId'], sortDir: 'desc' });
  const range = millisecondRangeOf(call.query);
  const status = queryInteger(call.query, 'status', { min: 1, max: 3 });
  const rows = execution.runs
    .map((run) => runRow(call.world, execution, run))
    .filter(
      (row) => (status === undefined || row.status === status) && isWithin(range, Date.parse(row.timestamp)),
    );
  return ok({ dlqLogs: rowsOfPage(sorted(rows, paging), paging), pg: echo(paging, rows.length) });
}

function getLog(call: Call): Reply {
  const { execution } = executionAt(call);
  const run = execution.runs.find(({ executionId }) => executionId === call.path['executionDlqId']);
  if (run === undefined) throw new Refusal(404, 'SC404', 'Execution not found', { field: 'executionDlqId' });
  return ok({ dlqLog: runRow(call.world, execution, run) });
}
