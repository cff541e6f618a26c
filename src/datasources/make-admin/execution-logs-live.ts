import { z } from 'zod';
import type { ExecutionLog, ExecutionLogStatus } from '../../domain/execution-log.ts';
import { Failure } from '../../domain/failure.ts';
import type { Endpoint, Upstream } from '../../upstream/call.ts';
import { decimal, instant, orNull, rowsOf, textOrNumber, wholeNumber } from '../wire.ts';
import { creditsFromHundredths } from './credits.ts';
import type { MakeAdmin } from './make-admin.ts';
import { adminTag } from './tags.ts';

const statusByNumber: Readonly<Record<string, ExecutionLogStatus>> = {
  0: 'RUNNING',
  1: 'SUCCESS',
  2: 'WARNING',
  3: 'ERROR',
};

/** A run, as nothing else is logged in this dialect. */
const runShape = z
  .object({
    id: textOrNumber,
    timestamp: instant,
    status: textOrNumber,
    type: orNull(z.string()),
    authorId: orNull(textOrNumber),
    duration: orNull(wholeNumber),
    operations: orNull(decimal),
    centicredits: orNull(creditsFromHundredths),
    transfer: orNull(decimal),
  })
  .transform(
    (wire): Omit<ExecutionLog, 'incompleteExecutionId'> => ({
      id: wire.id,
      at: wire.timestamp,
      status: statusByNumber[wire.status] ?? 'UNKNOWN',
      rawStatus: wire.status,
      message: null,
      moduleId: null,
      data: null,
      run: {
        trigger: wire.type,
        authorId: wire.authorId,
        durationMs: wire.duration,
        operations: wire.operations,
        credits: wire.centicredits,
        dataTransfer: wire.transfer,
      },
    }),
  );

type Run = z.output<typeof runShape>;

const list: Endpoint<readonly (Run | Failure)[]> = {
  method: 'GET',
  path: '/dlqs/{dlqId}/logs',
  answer: z.object({ dlqLogs: rowsOf('make-admin', runShape) }).transform(({ dlqLogs }) => dlqLogs),
  cache: 'incomplete-executions',
};

const one: Endpoint<Run> = {
  method: 'GET',
  path: '/dlqs/{dlqId}/logs/{executionId}',
  answer: z.object({ dlqLog: runShape }).transform(({ dlqLog }) => dlqLog),
  cache: 'incomplete-executions',
};

export function executionLogsLive(upstream: Upstream): Pick<MakeAdmin, 'executionLogs' | 'executionLog'> {
  return {
    async executionLogs({ id, account }, dlqId, { offset, limit }, errand) {
      const answer = await upstream.request(
        {
          endpoint: list,
          account,
          params: { dlqId },
          query: { 'pg[offset]': offset, 'pg[limit]': limit, 'pg[sortBy]': 'imtId', 'pg[sortDir]': 'asc' },
          tags: [adminTag(id, 'incomplete-executions')],
        },
        errand,
      );
      const rows = answer.value.map((row) =>
        row instanceof Failure ? row : { ...row, incompleteExecutionId: dlqId },
      );
      return { ...answer, value: { rows, total: null } };
    },
    async executionLog({ id, account }, dlqId, logId, errand) {
      const answer = await upstream.request(
        {
          endpoint: one,
          account,
          params: { dlqId, executionId: logId },
          tags: [adminTag(id, 'incomplete-executions')],
        },
        errand,
      );
      return { ...answer, value: { ...answer.value, incompleteExecutionId: dlqId } };
    },
  };
}
