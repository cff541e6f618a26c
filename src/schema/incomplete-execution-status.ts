import { incompleteExecutionStatuses } from '../domain/incomplete-execution.ts';
import { describedEnum } from './described-enum.ts';

export const IncompleteExecutionStatus = describedEnum(
  'IncompleteExecutionStatus',
  'What became of an execution that did not come to its end.',
  incompleteExecutionStatuses,
  {
    PENDING: 'Kept, and waiting for somebody to act or for its turn.',
    FAILED: 'It failed again when it was retried.',
    RETRYING: 'It is being run once more.',
    RESOLVED: 'A retry came to its end.',
    CANCELLED: 'Somebody decided that it is not to be retried.',
    DELETED: 'It is gone from Make, and cannot be retried.',
    UNKNOWN: 'The upstream used a word that this graph does not know.',
  },
);
