import type { IncompleteExecutionStatus } from '../../domain/incomplete-execution.ts';
import { failed } from '../../upstream/failure-of-reply.ts';

const wordOf: Readonly<Partial<Record<IncompleteExecutionStatus, string>>> = {
  PENDING: 'pending',
  FAILED: 'failed',
  RETRYING: 'retrying',
  RESOLVED: 'resolved',
  CANCELLED: 'cancelled',
};

/** The statuses in the words that the documented dialect filters by. */
export function statusWords(statuses: readonly IncompleteExecutionStatus[]): readonly string[] {
  return statuses.map((status) => {
    const word = wordOf[status];
    if (word !== undefined) return word;
    const message = `The upstream does not filter by ${status}. It takes ${Object.keys(wordOf).join(', ')}.`;
    throw failed('BAD_USER_INPUT', {
      upstream: 'make-admin',
      faults: [{ path: ['statuses'], message }],
    });
  });
}
