import type { ExecutionArgs, ExecutionResult } from 'graphql';
import type { Visit } from '../access/visit.ts';
import { registrationOf } from '../datasources/directory.ts';
import { Failure } from '../domain/failure.ts';
import { createTap } from '../events/tap.ts';
import { readOrganizationId } from '../schema/global-id.ts';
import { createMeter } from '../upstream/call.ts';
import { askedBy, variablesOf } from './asked.ts';
import { explain } from './explain.ts';
import { readFreshness } from './freshness.ts';
import { begin, createRun, entriesOf, type Operation, type OperationParts, sectionsOf } from './operation.ts';
import type { Result } from './present-result.ts';
import { type Price, priceOfOperation, tooExpensive } from './price.ts';
import type { ExecuteEvent, Subscriptions } from './subscriptions.ts';

/** What is answered for a subscription whose results go their own way. */
const standing: ExecutionResult = { data: null };

/** Begins a subscription, or answers with what one event may take. */
export async function subscribe(
  parts: OperationParts,
  subscriptions: Subscriptions,
  operation: Operation,
  args: ExecutionArgs,
): Promise<ExecutionResult | AsyncIterable<Result>> {
  const { exchange } = operation;
  const { operation: definition } = askedBy(args);
  const run = createRun(parts, operation);
  const price = priceOfEvent(parts, run.visit, args);
  if (operation.explain === 'plan') {
    if (price instanceof Failure) throw price;
    return { data: null, extensions: { tollgate: explain(price, createMeter(), parts.limiter, 'plan') } };
  }
  // what is wrong with the organization, the subscription says itself
  const known = price instanceof Failure ? null : price;
  const expense = known && tooExpensive(known, parts.maxUpstreamRequests);
  if (expense !== null) throw expense;
  const base: unknown = args.contextValue;
  const begun = { ...args, contextValue: Object.assign({}, base, run.context) };
  const { sink, values } =
    exchange.sink === null ? createTap<Result>() : { sink: exchange.sink, values: standing };
  const isExplained = operation.explain !== null;
  try {
    const executeEvent = executorOf(parts, args, isExplained ? known : null);
    const refusal = await subscriptions.begin(begun, { exchange, isExplained, executeEvent, sink });
    return refusal ?? values;
  } finally {
    parts.accessLog.add(entriesOf(operation, run, definition, new Set()));
  }
}

/**
 * What an event may take: what its object is, is known; what is selected below it is declared. A failure where nothing can
 * be said of it, because there is no such organization.
 */
function priceOfEvent({ sources }: OperationParts, visit: Visit, args: ExecutionArgs): Price | Failure {
  const asked = askedBy(args);
  const bucketOf = ({ organizationId }: Readonly<Record<string, unknown>>): string => {
    const id = readOrganizationId(String(organizationId));
    if (visit.sees(id)) return registrationOf(sources.directory, id).account.key;
    throw new Failure('NOT_FOUND', 'There is no such organization.');
  };
  try {
    return priceOfOperation(args.schema, asked, variablesOf(asked, args), bucketOf);
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
}

/** Each event is an operation of its own: what it reads is read for it, and within its own time. */
function executorOf(parts: OperationParts, args: ExecutionArgs, price: Price | null): ExecuteEvent {
  const { accessLog, limiter } = parts;
  const asked = askedBy(args);
  const maxAgeAt = readFreshness(asked, args);
  return async (exchange, asOf, execute) => {
    const operation = begin(parts, { exchange });
    const run = createRun(parts, operation, { maxAgeAt, asOf });
    try {
      const result = await execute(run.context);
      const entries = entriesOf(operation, run, asked.operation, sectionsOf(result.errors ?? []));
      const extensions = {
        ...result.extensions,
        ...(run.stale.length > 0 && { stale: run.stale }),
        ...(price && { tollgate: explain(price, run.meter, limiter, 'taken') }),
      };
      return {
        result: Object.keys(extensions).length === 0 ? result : { ...result, extensions },
        putOnRecord:
          entries.length === 0
            ? null
            : ({ caller, requestId, reason }) =>
                accessLog.add(entries.map((entry) => ({ ...entry, caller: caller.name, requestId, reason }))),
      };
    } finally {
      operation.end();
    }
  };
}
