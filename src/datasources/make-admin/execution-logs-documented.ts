import { z } from 'zod';
import { type ExecutionLog, executionLogStatusFrom } from '../../domain/execution-log.ts';
import type { Endpoint, Upstream } from '../../upstream/call.ts';
import type { Rows } from '../read.ts';
import { anyObject, instant, orNull, rowsOf, textOrNumber, wholeNumber } from '../wire.ts';
import type { MakeAdmin } from './make-admin.ts';
import { adminTag } from './tags.ts';

const logShape = z
  .object({
    id: textOrNumber,
    dlqId: z.string().min(1),
    timestamp: instant,
    status: z.string(),
    message: orNull(z.string()),
    moduleId: orNull(textOrNumber),
    data: orNull(anyObject),
  })
  .transform(
    ({ dlqId, timestamp, status, ...wire }): ExecutionLog => ({
      ...wire,
      incompleteExecutionId: dlqId,
      at: timestamp,
      status: executionLogStatusFrom(status),
      rawStatus: status,
      run: null,
    }),
  );

const list: Endpoint<Rows<ExecutionLog>> = {
  method: 'GET',
  path: '/dlqs/{dlqId}/logs',
  answer: z
    .object({ logs: rowsOf('make-admin', logShape), pagination: z.object({ total: wholeNumber }) })
    .transform(({ logs, pagination }) => ({ rows: logs, total: pagination.total })),
  cache: 'incomplete-executions',
};

const one: Endpoint<ExecutionLog> = {
  method: 'GET',
  path: '/dlqs/{dlqId}/logs/{logId}',
  answer: logShape,
  cache: 'incomplete-executions',
};

export function executionLogsDocumented(
  upstream: Upstream,
): Pick<MakeAdmin, 'executionLogs' | 'executionLog'> {
  return {
    executionLogs: ({ id, account }, dlqId, { offset, limit }, errand) =>
      upstream.request(
        {
          endpoint: list,
          account,
          params: { dlqId },
          query: { offset, limit },
          tags: [adminTag(id, 'incomplete-executions')],
        },
        errand,
      ),
    executionLog: ({ id, account }, dlqId, logId, errand) =>
      upstream.request(
        {
          endpoint: one,
          account,
          params: { dlqId, logId },
          tags: [adminTag(id, 'incomplete-executions')],
        },
        errand,
      ),
  };
}
