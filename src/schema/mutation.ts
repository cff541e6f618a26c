import type { InputRef, ObjectRef } from '@pothos/core';
import type { GraphQLResolveInfo } from 'graphql';
import { z } from 'zod';
import type { Need, Teams, Visit } from '../access/visit.ts';
import type { Context } from '../context.ts';
import { Failure, type FieldFault } from '../domain/failure.ts';
import { type Asks, asks } from './asks.ts';
import { builder, type SchemaTypes } from './builder.ts';
import { errorMembers, type Refusal, refusalOf } from './outcome.ts';

interface Mutation<Input, Payload extends object> {
  readonly description: string;
  readonly input: InputRef<Input>;
  /** Shows the changed object as it was read again or answered, never as it was guessed. */
  readonly payload: ObjectRef<SchemaTypes, Payload>;
  readonly asks: Asks;
  /**
   * Ids, then rights, then the rules of the input, then confirmation, then the upstream: a caller without the right learns
   * nothing else. What it throws becomes the member of the result that shows it.
   */
  readonly run: (input: Input, context: Context, info: GraphQLResolveInfo) => Promise<Payload>;
}

/** A mutation of one `input`, whose result is a union of its payload and the errors that a caller can do something about. */
export function mutation<Input extends object, Payload extends object>(
  name: string,
  parts: Mutation<Input, Payload>,
): void {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the builder's types do not reach through type parameters
  define(name, parts as unknown as AnyMutation);
}

type AnyMutation = Mutation<object, { readonly refusal?: never }>;

function define(name: string, { description, input, payload, asks: asked, run }: AnyMutation): void {
  const Result = builder.unionType(`${name.charAt(0).toUpperCase()}${name.slice(1)}Result`, {
    description: `What came of \`${name}\`: it was made, or why it was not.`,
    types: [payload, ...Object.values(errorMembers)],
    resolveType: (value) => (isRefusal(value) ? errorMembers[value.refusal] : payload),
  });

  builder.mutationField(name, (t) =>
    t.field({
      type: Result,
      nullable: true,
      description,
      args: { input: t.arg({ type: input, required: true, description: 'What is to be done.' }) },
      extensions: asks(asked),
      resolve: (_root, args, context, info) =>
        run(args.input, context, info).catch((error: unknown) => {
          if (error instanceof Failure) context.visit.failed(name, error.code);
          return refusalOf(error);
        }),
    }),
  );
}

const isRefusal = (value: object): value is Refusal => 'refusal' in value;

export const idempotencyKeyDescription =
  'A key of your own, 1 to 200 characters: the same input under it is done once, however often it is sent within 24 hours.';

export const idempotencyKeyRule = z
  .string()
  .min(1, 'Takes 1 to 200 characters.')
  .max(200, 'Takes 1 to 200 characters.')
  .nullish();

export const confirmDescription =
  'That it is really meant. Without it nothing is done, and the result says what would be.';

/** Refuses what the caller has no right to, before anything else is said. */
export function authorize(visit: Visit, need: Need): void {
  if (!visit.allows(need)) throw forbidden();
}

/** The same for a right that may reach no further than the caller's own teams: which those are. */
export function authorizeInSomeTeam(visit: Visit, need: Need): Teams {
  const teams = visit.teamsFor(need);
  if (teams === null) throw forbidden();
  return teams;
}

export const forbidden = (): Failure => new Failure('FORBIDDEN', 'Your role or scopes do not allow this.');

/** Reads an id of the input; what is wrong with it is told at its place. */
export function readAt<Value>(path: string, read: () => Value): Value {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof Failure) || error.code !== 'BAD_USER_INPUT') throw error;
    throw invalidInput([{ path: [path], message: error.message }]);
  }
}

/** The rule of an id that decides no right: what is wrong with it is told with all else. */
export function idRule<Value>(read: (id: string) => Value) {
  return z.string().transform((id, context) => {
    try {
      return read(id);
    } catch (error) {
      if (!(error instanceof Failure) || error.code !== 'BAD_USER_INPUT') throw error;
      context.addIssue({ code: 'custom', message: error.message });
      return z.NEVER;
    }
  });
}

/** The input as its rules read it; every fault at once, each at its place. */
export function checked<Output>(rules: z.ZodType<Output>, input: unknown): Output {
  const result = rules.safeParse(input);
  if (result.success) return result.data;
  throw invalidInput(result.error.issues.map(({ path, message }) => ({ path: path.map(String), message })));
}

export function invalidInput(faults: readonly FieldFault[]): Failure {
  return new Failure('BAD_USER_INPUT', 'The input is not as it is accepted: see faults.', { faults });
}

/** Faults that the upstream named by its own fields are told at the places that those have in our input. */
export async function withFaultsAt<Value>(
  places: Readonly<Record<string, readonly string[]>>,
  change: Promise<Value>,
): Promise<Value> {
  try {
    return await change;
  } catch (error) {
    if (!(error instanceof Failure) || error.details.faults === undefined) throw error;
    const faults = error.details.faults.map(({ path: [field = '', ...rest], message }) => ({
      path: [...(places[field] ?? [field]), ...rest].filter((part) => part !== ''),
      message,
    }));
    throw new Failure(error.code, error.message, { ...error.details, faults }, { cause: error });
  }
}

/** What cannot be undone is done only when confirmed. */
export function confirmed(
  confirm: boolean | null | undefined,
  effect: string,
  affected?: number | null,
): void {
  if (confirm === true) return;
  throw new Failure('CONFIRMATION_REQUIRED', `${effect} Send it again with confirm: true.`, {
    effect,
    ...(affected != null && { affected }),
  });
}
