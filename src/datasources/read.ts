import { Failure } from '../domain/failure.ts';
import type { Answer, Errand } from '../upstream/call.ts';
import type { Registration } from './directory.ts';

/** A call of an organization, on somebody's errand. */
export type Read<Value, Arguments extends readonly unknown[] = []> = (
  organization: Registration,
  ...rest: [...Arguments, errand: Errand]
) => Promise<Answer<Value>>;

/** Null where the dialect has no such thing. */
export type ReadWhereOffered<Value, Arguments extends readonly unknown[] = []> = (
  organization: Registration,
  ...rest: [...Arguments, errand: Errand]
) => Promise<Answer<Value> | null>;

/** Rows of a list from an offset on. */
export interface Slice {
  readonly offset: number;
  readonly limit: number;
}

export interface Rows<Row> {
  /** A row that could not be read is a failure in its place. */
  readonly rows: readonly (Row | Failure)[];
  /** How many there are in all; null where the upstream does not tell. */
  readonly total: number | null;
}

/** The rows of a list without those that could not be read. */
export function readable<Row>(rows: readonly (Row | Failure)[]): Row[] {
  return rows.flatMap((row) => (row instanceof Failure ? [] : [row]));
}
