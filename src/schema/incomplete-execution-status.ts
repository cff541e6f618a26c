import { incompleteExecutionStatuses } from '../domain/incomplete-execution.ts';
import { describedEnum } from './described-enum.ts';

export const IncompleteExecutionStatus = describedEnum(
  'IncompleteExecutionStatus',
  'What became of an execution that did not come to its end.',
  incompleteExecutionStatuses,
  {
    PENDING:
      'Kept, and waiting for somebody to act or for its turn. The live dialect calls everything so that is open.',
    FAILED: 'It failed again when it was retried. Told by the documented dialect.',
    RETRYING: 'It is being run once more.',
    RESOLVED: 'A retry came to its end. In the live dialect also what was cancelled.',
    CANCELLED: 'Somebody decided that it is not to be retried. Told by the documented dialect.',
    DELETED: 'It is gone from Make, and cannot be retried.',
    UNKNOWN: 'The upstream used a word that this graph does not know.',
  },
);
