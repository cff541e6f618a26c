import { describe, expect, test } from 'vitest';
import type { ExecutionLog } from '../../src/domain/execution-log.ts';
import type { ExecutionError, IncompleteExecution } from '../../src/domain/incomplete-execution.ts';
import { analyseExecution } from '../../src/insights/execution-analysis.ts';

const error = (code: string | null, message = 'It failed.'): ExecutionError => ({
  message,
  code,
  module: { id: '3', name: 'slack:CreateMessage', position: 2 },
  occurredAt: null,
});

function execution(id: string, parts: Partial<IncompleteExecution> = {}): IncompleteExecution {
  return {
    id,
    scenarioId: '7',
    scenarioName: null,
    team: null,
    executionId: null,
    status: 'PENDING',
    rawStatus: null,
    error: null,
    blueprint: null,
    retryCount: 0,
    lastRetryAt: null,
    createdAt: new Date('2026-03-05T00:00:00Z'),
    updatedAt: null,
    size: null,
    ...parts,
  };
}

const failure = (id: string, moduleId: string | null = null): ExecutionLog => ({
  id,
  incompleteExecutionId: 'x',
  at: new Date(0),
  status: 'ERROR',
  rawStatus: 'error',
  message: null,
  moduleId,
  data: null,
  run: null,
});

function analyse(
  of: IncompleteExecution,
  found: ExecutionError | null,
  rest: { logs?: ExecutionLog[]; siblings?: IncompleteExecution[] } = {},
) {
  const { logs = [], siblings = [] } = rest;
  return analyseExecution({ execution: of, error: found, logs, siblings, areAllSiblings: true });
}

describe('whether to retry', () => {
  test.each([
    ['RateLimitError', 'RATE_LIMIT', 'RETRY'],
    ['ConnectionError', 'CONNECTION', 'RETRY'],
    ['ModuleTimeoutError', 'TIMEOUT', 'RETRY'],
    ['IncompleteDataError', 'INCOMPLETE_DATA', 'RETRY'],
    ['DataError', 'INVALID_DATA', 'RETRY_AFTER_FIX'],
    ['DuplicateDataError', 'DUPLICATE_DATA', 'RETRY_AFTER_FIX'],
    ['InvalidAccessTokenError', 'ACCESS', 'RETRY_AFTER_FIX'],
    ['InvalidConfigurationError', 'CONFIGURATION', 'RETRY_AFTER_FIX'],
    ['MaxFileSizeExceededError', 'SIZE_LIMIT', 'RETRY_AFTER_FIX'],
    ['OperationsLimitExceededError', 'PLAN_LIMIT', 'RETRY_AFTER_FIX'],
    ['RuntimeError', 'APP_FAILURE', 'RETRY_AFTER_FIX'],
  ])('%s comes from %s: %s', (code, cause, verdict) => {
    const analysis = analyse(execution('a'), error(code));
    expect(analysis).toMatchObject({ errorType: code, cause, retry: { verdict } });
    expect(analysis.suggestedFixes.length).toBeGreaterThan(0);
  });

  test.each(['SomethingNewError', 'constructor', null])('of the kind %j nothing is pretended', (code) => {
    expect(analyse(execution('a'), error(code))).toMatchObject({
      cause: 'UNKNOWN',
      suggestedFixes: [],
      retry: { verdict: 'UNKNOWN' },
    });
  });

  test('an app that broke down is not one that refused', () => {
    const analysis = analyse(execution('a'), error('RuntimeError', '[503] Slack: Internal error.'));
    expect(analysis).toMatchObject({ cause: 'CONNECTION', retry: { verdict: 'RETRY' } });
  });

  test('what failed again and again is mended first, whether the log or the count tells', () => {
    const logs = ['1', '2', '3', '4'].map((id) => failure(id));
    const byLog = analyse(execution('a'), error('RateLimitError'), { logs });
    const byCount = analyse(execution('a', { retryCount: 3 }), error('RateLimitError'));
    for (const { failedRetries, retry } of [byLog, byCount]) {
      expect([failedRetries, retry.verdict]).toEqual([3, 'RETRY_AFTER_FIX']);
    }
  });

  test.each([
    ['RETRYING', 'WAIT'],
    ['RESOLVED', 'NOT_NEEDED'],
    ['CANCELLED', 'NOT_NEEDED'],
    ['DELETED', 'NOT_NEEDED'],
  ] as const)('of one that is %s the advice is %s', (status, verdict) => {
    expect(analyse(execution('a', { status }), error('RateLimitError')).retry.verdict).toBe(verdict);
  });
});

describe('others that failed alike', () => {
  test('are the open ones of the same kind, since the first of them', () => {
    const siblings = [
      execution('a', { error: error('DataError') }),
      execution('b', { error: error('DataError'), createdAt: new Date('2026-03-01T00:00:00Z') }),
      execution('c', { error: error('DataError'), status: 'RESOLVED', createdAt: new Date(0) }),
      execution('d', { error: error('RateLimitError'), createdAt: new Date(0) }),
    ];
    const { pattern } = analyse(execution('a'), error('DataError'), { siblings });
    expect(pattern).toEqual({
      basis: 'KIND',
      openExecutions: 2,
      since: new Date('2026-03-01T00:00:00Z'),
      isComplete: true,
    });
  });

  test('are known by their message where no kind is told, numbers aside', () => {
    const said = (message: string): ExecutionError => ({ ...error(null, message), module: null });
    const siblings = [
      execution('b', { error: said('[429] Wait 38 seconds.') }),
      execution('c', { error: said('[503] Wait 38 seconds.') }),
    ];
    const { pattern } = analyse(execution('a'), error('RateLimitError', '[429] Wait 5 seconds.'), {
      siblings,
    });
    expect(pattern).toMatchObject({ basis: 'MESSAGE', openExecutions: 2 });
  });

  test('when there are many, one repair for all is suggested', () => {
    const siblings = ['b', 'c', 'd', 'e'].map((id) => execution(id, { error: error('DataError') }));
    const { suggestedFixes } = analyse(execution('a'), error('DataError'), { siblings });
    expect(suggestedFixes.at(-1)).toMatch(/^5 open executions/);
  });

  test('cannot be told without a kind or a message', () => {
    expect(analyse(execution('a'), null).pattern).toBeNull();
  });
});

test('where the error does not tell the module, the last failure in the log does', () => {
  const found = { ...error('DataError'), module: null };
  const logs = [failure('1', '2'), failure('2', '5'), failure('3')];
  expect(analyse(execution('a'), found, { logs }).failingModule).toEqual({
    id: '5',
    name: null,
    position: null,
  });
  expect(analyse(execution('a'), null).failingModule).toBeNull();
});
