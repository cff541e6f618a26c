import { isDeepStrictEqual } from 'node:util';
import type { GraphQLResolveInfo } from 'graphql';
import { z } from 'zod';
import type { Doing } from '../actions/actions.ts';
import type { Context } from '../context.ts';
import { Failure } from '../domain/failure.ts';
import type { Blueprint } from '../domain/incomplete-execution.ts';
import { scenarioIn } from '../loaders/scenarios.ts';
import { asks } from './asks.ts';
import { builder } from './builder.ts';
import { readNodeId } from './global-id.ts';
import { IncompleteExecution, readIncompleteExecution } from './incomplete-execution.ts';
import { authorizeInSomeTeam, readAt } from './mutation.ts';

/** An incomplete execution that the caller may act on. */
export interface ExecutionInReach {
  readonly organization: number;
  readonly id: string;
  /** Told where the right reaches the caller's own teams alone. */
  readonly team: number | null;
}

/** What finding out takes at most: the execution, and in the documented dialect the reports that tell its team. */
export const requestsForReach = 11;

/**
 * Reads the `id` of an input and asks for the right. Where that reaches own teams alone, the execution is read first, and
 * one of others is not there.
 */
export async function executionInReach(
  globalId: string,
  section: string,
  { visit, actions: { before } }: Context,
): Promise<ExecutionInReach> {
  const { organization, upstreamId: id } = readAt('id', () => readNodeId(globalId, 'IncompleteExecution'));
  const need = { organization, right: 'incompleteExecutionActions', section } as const;
  const teams = authorizeInSomeTeam(visit, need);
  if (teams === 'all') return { organization, id, team: null };
  const execution = (await before.incompleteExecutions.one(organization, id))?.value;
  if (execution === undefined) throw noSuchExecution();
  const team =
    execution.team?.id ??
    scenarioIn(await before.scenarios.load(organization), execution.scenarioId)?.teamId ??
    null;
  if (team === null || !visit.allows({ ...need, team })) throw noSuchExecution();
  return { organization, id, team };
}

/** For the access log, before it is made: also one whose outcome is never known has been asked for. */
export function noteAction(
  { organization, id }: ExecutionInReach,
  section: string,
  { visit }: Context,
): void {
  visit.acted({ organization, section, objects: [id] });
}

/** An id that the organization's token may not see names nothing of the organization. */
export async function ofOwn<Value>(
  { organization, id }: ExecutionInReach,
  { actions: { before } }: Context,
  change: Promise<Value>,
): Promise<Value> {
  try {
    return await change;
  } catch (error) {
    if (!(error instanceof Failure) || error.code !== 'UPSTREAM_AUTH') throw error;
    if ((await before.incompleteExecutions.one(organization, id)) === null) throw noSuchExecution();
    throw error;
  }
}

const noSuchExecution = (): Failure =>
  new Failure('NOT_FOUND', 'The organization has no such incomplete execution.', { upstream: 'make-admin' });

/** What a payload shows of it: read again, by whoever may see it. */
async function readChanged(
  { organization, id, team }: ExecutionInReach,
  context: Context,
  info: GraphQLResolveInfo,
) {
  const need = { organization, right: 'incompleteExecutions', section: 'incompleteExecutions' } as const;
  if (!context.visit.allows({ ...need, ...(team !== null && { team }) })) return null;
  return readIncompleteExecution(organization, id, context, info);
}

/** A payload of the execution that was changed. */
export function executionPayload(name: string, description: string) {
  return builder.objectRef<ExecutionInReach>(name).implement({
    description,
    fields: (t) => ({
      incompleteExecution: t.field({
        type: IncompleteExecution,
        nullable: true,
        description: 'It as it is now, read again; null for who may change but not see it.',
        extensions: asks({ requests: 1 }),
        resolve: (execution, _args, context, info) => readChanged(execution, context, info),
      }),
    }),
  });
}

export const blueprintRule = z.record(z.string(), z.unknown(), {
  error: 'Takes a JSON object.',
});

/** Is it being run once more? Whoever began that: it is what a retry asks for. */
export async function isRetrying(
  { organization, id }: ExecutionInReach,
  { sources, errand, organization: registered }: Doing,
): Promise<boolean> {
  const anew = { ...errand, maxAge: 0 };
  const { value } = await sources.makeAdmin.incompleteExecution(registered(organization), id, anew);
  return value.status === 'RETRYING';
}

/** Has its blueprint become what it was to become of what it is? */
export async function hasBecome(
  { organization, id }: ExecutionInReach,
  become: (present: Blueprint) => Blueprint,
  { sources, errand, organization: registered }: Doing,
): Promise<boolean> {
  const anew = { ...errand, maxAge: 0 };
  const { value } = await sources.makeAdmin.incompleteExecutionBlueprint(registered(organization), id, anew);
  return value !== null && isDeepStrictEqual(plain(become(value)), plain(value));
}

/** Literals of a document come as objects without a prototype. */
const plain = (blueprint: Blueprint): unknown => JSON.parse(JSON.stringify(blueprint));
