import { registrationOf } from '../datasources/directory.ts';
import type { ExecutionLog } from '../domain/execution-log.ts';
import type { Answer, Errand } from '../upstream/call.ts';
import { orNull } from './each.ts';
import type { Sources } from './loaders.ts';
import { type Page, renewing } from './pages.ts';
import { type Window, type WindowArguments, walk } from './walk.ts';

export interface ExecutionLogsReader {
  /** A window of what happened to an incomplete execution, oldest first. */
  window(
    organization: number,
    incompleteExecutionId: string,
    window: WindowArguments,
  ): Promise<Window<ExecutionLog>>;
  /** Its first hundred lines. */
  beginning(organization: number, incompleteExecutionId: string): Promise<Page<ExecutionLog>>;
  /** One of its lines; null where there is none such. */
  one(organization: number, incompleteExecutionId: string, id: string): Promise<Answer<ExecutionLog> | null>;
}

const pageSize = 100;

export function createExecutionLogsReader(
  { directory, makeAdmin }: Sources,
  errand: Errand,
): ExecutionLogsReader {
  async function readPage(organization: number, executionId: string, offset: number, by: Errand) {
    const { value, ...answer } = await makeAdmin.executionLogs(
      registrationOf(directory, organization),
      executionId,
      { offset, limit: pageSize },
      by,
    );
    return { ...answer, ...value };
  }

  return {
    window: (organization, executionId, range) =>
      walk(
        {
          list: `executionLogs:${organization}:${encodeURIComponent(executionId.toWellFormed())}`,
          upstream: 'make-admin',
          pageSize,
          page: (offset, after) => readPage(organization, executionId, offset, renewing(errand, after)),
          keyOf: ({ id }) => id,
        },
        range,
      ),
    beginning: (organization, executionId) => readPage(organization, executionId, 0, errand),
    one: (organization, executionId, id) =>
      orNull(makeAdmin.executionLog(registrationOf(directory, organization), executionId, id, errand)),
  };
}
