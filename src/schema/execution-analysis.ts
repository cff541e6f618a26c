import { readable } from '../datasources/read.ts';
import { errorCauses } from '../insights/error-causes.ts';
import {
  analyseExecution,
  type ExecutionAnalysis,
  type FailurePattern,
  patternBases,
  retryVerdicts,
} from '../insights/execution-analysis.ts';
import { allOf } from '../loaders/each.ts';
import { asks } from './asks.ts';
import { builder } from './builder.ts';
import { describedEnum } from './described-enum.ts';
import { FailedModule, IncompleteExecution } from './incomplete-execution.ts';
import { markStale } from './mark-stale.ts';

const ErrorCause = describedEnum('ErrorCause', 'What a kind of error comes from.', errorCauses, {
  RATE_LIMIT: 'The app was asked more often than it allows.',
  CONNECTION: 'The app could not be reached, or broke down.',
  TIMEOUT: 'The app did not answer in time.',
  INCOMPLETE_DATA: 'The app did not have all of the data yet.',
  INVALID_DATA: 'A value was missing or of the wrong shape.',
  DUPLICATE_DATA: 'What was to be made exists already.',
  ACCESS: 'The connection lost its access to the app.',
  CONFIGURATION: "The module's settings are not complete or not right.",
  SIZE_LIMIT: 'A file or a list is larger than is allowed.',
  PLAN_LIMIT: "The plan's operations or storage are used up.",
  INTERRUPTION: 'The run was broken off from outside.',
  APP_FAILURE: 'The app refused what it was sent.',
  UNKNOWN: 'Make used a word for the kind of error that this graph does not know, or none.',
});

const RetryVerdict = describedEnum('RetryVerdict', 'Whether to try again.', retryVerdicts, {
  RETRY: 'A retry as it is may get through.',
  RETRY_AFTER_FIX: 'Mend what it failed of first, then retry.',
  WAIT: 'A retry is under way.',
  NOT_NEEDED: 'It is done with.',
  UNKNOWN: 'Too little is known of the error to say.',
});

const RetryAdvice = builder.objectRef<ExecutionAnalysis['retry']>('RetryAdvice').implement({
  description: 'Whether a retry is advised.',
  fields: (t) => ({
    verdict: t.expose('verdict', { type: RetryVerdict, description: 'The advice in a word.' }),
    reason: t.exposeString('reason', { description: 'Why, in a sentence.' }),
  }),
});

const FailurePatternBasis = describedEnum(
  'FailurePatternBasis',
  'By what executions are taken for alike.',
  patternBases,
  {
    KIND: 'They failed of the same kind of error.',
    MESSAGE: 'They have the same message, numbers aside: rows of the live dialect do not tell the kind.',
  },
);

const Pattern = builder.objectRef<FailurePattern>('FailurePattern').implement({
  description: "Whether a scenario's executions fail alike, in what was read of them: a hundred at most.",
  fields: (t) => ({
    basis: t.expose('basis', { type: FailurePatternBasis, description: 'By what they are taken for alike.' }),
    openExecutions: t.exposeInt('openExecutions', {
      description: 'How many of those alike are open, this one included.',
    }),
    since: t.expose('since', {
      type: 'DateTime',
      nullable: true,
      description: 'When the first of those failed.',
    }),
    isComplete: t.exposeBoolean('isComplete', {
      description: 'Whether all that there are were read: if not, there may be more, and earlier ones.',
    }),
  }),
});

interface AnalysisNode extends ExecutionAnalysis {
  readonly fetchedAt: Date;
}

const IncompleteExecutionAnalysis = builder.objectRef<AnalysisNode>('IncompleteExecutionAnalysis').implement({
  description: 'What an incomplete execution failed of, how common that is, and what to do about it.',
  fields: (t) => ({
    failingModule: t.expose('failingModule', {
      type: FailedModule,
      nullable: true,
      description: 'The module that it failed in; null where neither error nor log tells.',
    }),
    errorType: t.exposeString('errorType', {
      nullable: true,
      description: "The kind of error in Make's own word.",
    }),
    cause: t.expose('cause', { type: ErrorCause, description: 'What that kind of error comes from.' }),
    failedRetries: t.exposeInt('failedRetries', { description: 'How many retries failed already.' }),
    pattern: t.expose('pattern', {
      type: Pattern,
      nullable: true,
      description: 'Others of the same scenario that failed alike; null where nothing is told to compare.',
    }),
    suggestedFixes: t.exposeStringList('suggestedFixes', {
      description:
        'What can be done, the most promising first; empty where there is nothing to do or to say.',
    }),
    retry: t.expose('retry', { type: RetryAdvice, description: 'Whether a retry is advised, and why.' }),
    fetchedAt: t.expose('fetchedAt', {
      type: 'DateTime',
      description: 'When the oldest part of what it is drawn from was read.',
    }),
  }),
});

builder.objectField(IncompleteExecution, 'analysis', (t) =>
  t.field({
    type: IncompleteExecutionAnalysis,
    nullable: true,
    description:
      'What is to be learnt from its error, its log and the others of its scenario. Worked out here.',
    extensions: asks({ requests: 3 }),
    resolve: async (execution, _args, context, info) => {
      const { organization, id } = execution;
      const { incompleteExecutions, executionLogs } = context.loaders;
      const [error, logs, siblings] = await allOf([
        incompleteExecutions.errorOf(organization, execution),
        executionLogs.beginning(organization, id),
        incompleteExecutions.siblingsOf(organization, execution),
      ]);
      if (error !== null) markStale(error, context, info);
      markStale(logs, context, info);
      markStale(siblings, context, info);
      const analysis = analyseExecution({
        execution,
        error: error?.value ?? execution.error,
        logs: readable(logs.rows),
        siblings: siblings.value.executions,
        areAllSiblings: siblings.value.isComplete,
      });
      const reads = [execution, error ?? execution, logs, siblings];
      const oldest = Math.min(...reads.map(({ fetchedAt }) => Number(fetchedAt)));
      return { ...analysis, fetchedAt: new Date(oldest) };
    },
  }),
);
