import type { Random } from '../kernel/random.ts';
import { reachesOutside } from './blueprints.ts';
import type { Module, Scenario } from './state.ts';

interface FailureKind {
  /** `APP` is replaced by the app that failed. */
  readonly messages: readonly [string, ...string[]];
  /** How likely a retry gets through without anything having been changed. */
  readonly passes: number;
  /** Passing trouble, which Make may retry by itself. */
  readonly isPassing?: boolean;
  /** Happens only where an app outside is called. */
  readonly isOutside?: boolean;
}

const failureKinds: Readonly<Record<string, FailureKind>> = {
  RateLimitError: {
    messages: [
      '[429] Too many requests',
      '[429] APP: request was throttled, expected available in 38 seconds.',
      'APP: You have reached your secondly limit.',
      '[403] APP: User-rate limit exceeded. Retry after the quota is renewed.',
    ],
    passes: 0.9,
    isPassing: true,
    isOutside: true,
  },
  ConnectionError: {
    messages: [
      'The connection to APP was closed before the answer was complete (ECONNRESET).',
      '[503] Service Unavailable',
      'Failed to reach APP: getaddrinfo EAI_AGAIN',
      '[502] Bad Gateway',
    ],
    passes: 0.8,
    isPassing: true,
    isOutside: true,
  },
  ModuleTimeoutError: {
    messages: ['The operation timed out after 40 seconds.', 'APP did not answer within 300 seconds.'],
    passes: 0.6,
    isPassing: true,
    isOutside: true,
  },
  IncompleteDataError: {
    messages: [
      'The record that APP announced is not there yet.',
      'APP sent 3 of 12 expected items; the rest is to be fetched later.',
    ],
    passes: 0.5,
  },
  RuntimeError: {
    messages: [
      '[400] APP: Validation failed for 1 parameter.',
      "[500] APP: Internal error. Reference 'c0ffee-17'.",
      'Failed to evaluate expression: Function parseDate finished with error.',
    ],
    passes: 0.25,
  },
  DataError: {
    messages: [
      "Missing value of required parameter 'email'.",
      "Invalid date in parameter 'dueDate'.",
      "[422] APP: 'currency' must be one of the account's currencies.",
      'Source is not valid JSON.',
      "Bundle did not pass validation: 'lineItems' must not be empty.",
    ],
    passes: 0,
  },
  DuplicateDataError: {
    messages: [
      '[409] APP: a record with this external id already exists.',
      'The key is already in the data store.',
    ],
    passes: 0,
  },
  InvalidAccessTokenError: {
    messages: [
      '[401] APP: The access token expired and could not be refreshed.',
      '[401] APP: invalid_grant. Reauthorize the connection.',
    ],
    passes: 0,
    isOutside: true,
  },
  MaxFileSizeExceededError: {
    messages: ['The file exceeds the maximum size of your plan.', 'APP: attachment is larger than 25 MB.'],
    passes: 0,
    isOutside: true,
  },
};

interface Failure {
  readonly errorType: string;
  readonly message: string;
  readonly module: Module;
  readonly isPassing: boolean;
}

/** What a scenario's next failure will be. */
export function drawFailure(scenario: Scenario, random: Random): Failure {
  const roll = random.next();
  const [likeliest, second = likeliest, third = second] = scenario.errorTypes;
  const errorType = roll < 0.58 ? likeliest : roll < 0.86 ? second : third;
  const kind = kindOf(errorType);
  const candidates = scenario.modules.filter(
    (module) => module.id > 1 && (kind.isOutside !== true || reachesOutside(module)),
  );
  const module = candidates[random.int(0, candidates.length - 1)] ?? {
    id: 1,
    app: 'builtin',
    name: 'BasicRouter',
  };
  const message = random.pick(kind.messages).replace('APP', appName(module.app));
  return { errorType, message, module, isPassing: kind.isPassing === true };
}

/** How likely a retry gets through without anything having been changed. */
export function chanceOfRetry(errorType: string): number {
  return kindOf(errorType).passes;
}

const unknownKind: FailureKind = { messages: ['The module failed.'], passes: 0.5 };

function kindOf(errorType: string): FailureKind {
  return failureKinds[errorType] ?? unknownKind;
}

/** `google-sheets` is Google Sheets to people. */
export function appName(app: string): string {
  return app
    .split('-')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join(' ');
}
