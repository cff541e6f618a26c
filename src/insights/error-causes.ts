export const errorCauses = [
  'RATE_LIMIT',
  'CONNECTION',
  'TIMEOUT',
  'INCOMPLETE_DATA',
  'INVALID_DATA',
  'DUPLICATE_DATA',
  'ACCESS',
  'CONFIGURATION',
  'SIZE_LIMIT',
  'PLAN_LIMIT',
  'INTERRUPTION',
  'APP_FAILURE',
  'UNKNOWN',
] as const;
export type ErrorCause = (typeof errorCauses)[number];

interface Remedy {
  /** The trouble passes by itself: the same run may get through later. */
  readonly isPassing: boolean;
  readonly fixes: readonly string[];
}

export const remedies: Readonly<Record<ErrorCause, Remedy>> = {
  RATE_LIMIT: {
    isPassing: true,
    fixes: [
      'Retry once the quota of the app is renewed, and spread the retries over time.',
      'Run the scenario less often, or lower how many bundles a run takes, so that it stays below the limit.',
      'Put a Break error handler with automatic retries on the module.',
    ],
  },
  CONNECTION: {
    isPassing: true,
    fixes: [
      'Retry once the app can be reached again; its status page tells.',
      'Put a Break error handler with automatic retries on the module.',
    ],
  },
  TIMEOUT: {
    isPassing: true,
    fixes: [
      'Retry when the app is less busy.',
      'Ask for less at once: fewer rows, smaller files, a narrower search.',
    ],
  },
  INCOMPLETE_DATA: {
    isPassing: true,
    fixes: [
      'Retry once the app has all of the data; the record may have been announced before it was there.',
    ],
  },
  INVALID_DATA: {
    isPassing: false,
    fixes: [
      "Correct the value that the message names in the module's mapping, then retry with the changed blueprint.",
      'Put a filter before the module, so that incomplete bundles do not reach it.',
    ],
  },
  DUPLICATE_DATA: {
    isPassing: false,
    fixes: [
      'Look whether the record that exists is the one that was to be made: then there is nothing left to do, and the execution can be resolved.',
      'Search for the record before it is created, and update the one that is found.',
    ],
  },
  ACCESS: {
    isPassing: false,
    fixes: [
      'Reauthorize the connection that the module uses, then retry.',
      "Check that the connection's account still has the rights that the module needs.",
    ],
  },
  CONFIGURATION: {
    isPassing: false,
    fixes: ["Complete the module's settings, then retry with the changed blueprint."],
  },
  SIZE_LIMIT: {
    isPassing: false,
    fixes: [
      'Make what the module takes smaller: compress the file, or split the list.',
      'See whether a larger plan allows the size.',
    ],
  },
  PLAN_LIMIT: {
    isPassing: false,
    fixes: ['Retry after operations or storage were added, or once the next period has begun.'],
  },
  INTERRUPTION: {
    isPassing: true,
    fixes: ['Retry: the run was broken off from outside. Look first at what it had done already.'],
  },
  APP_FAILURE: {
    isPassing: false,
    fixes: [
      "Read the app's message: it refused what it was sent. Correct the module's mapping, then retry with the changed blueprint.",
    ],
  },
  UNKNOWN: { isPassing: false, fixes: [] },
};

/** By Make's own word for the kind of error. */
const causeByKind: Readonly<Record<string, ErrorCause>> = {
  RateLimitError: 'RATE_LIMIT',
  ConnectionError: 'CONNECTION',
  ModuleTimeoutError: 'TIMEOUT',
  IncompleteDataError: 'INCOMPLETE_DATA',
  DataError: 'INVALID_DATA',
  BundleValidationError: 'INVALID_DATA',
  InconsistencyError: 'INVALID_DATA',
  DuplicateDataError: 'DUPLICATE_DATA',
  InvalidAccessTokenError: 'ACCESS',
  InvalidConfigurationError: 'CONFIGURATION',
  MaxFileSizeExceededError: 'SIZE_LIMIT',
  MaxResultsExceededError: 'SIZE_LIMIT',
  DataSizeLimitExceededError: 'PLAN_LIMIT',
  OperationsLimitExceededError: 'PLAN_LIMIT',
  OutOfSpaceError: 'PLAN_LIMIT',
  ExecutionInterruptedError: 'INTERRUPTION',
  RuntimeError: 'APP_FAILURE',
};

/** `[503] Service Unavailable`: an app that broke down is not one that refused. */
const brokenApp = /^\[5\d\d\]/;

export function causeOf(kind: string | null, message: string | null): ErrorCause {
  const cause = kind !== null && Object.hasOwn(causeByKind, kind) ? causeByKind[kind] : undefined;
  if (cause === 'APP_FAILURE' && brokenApp.test(message ?? '')) return 'CONNECTION';
  return cause ?? 'UNKNOWN';
}
