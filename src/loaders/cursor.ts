import { crc32 } from 'node:zlib';
import { Failure } from '../domain/failure.ts';

/** Which list a cursor is good for. Neither text has a comma in it. */
export interface CursorScope {
  /** What is listed, and of whom: `payments:1001`. */
  readonly list: string;
  /** How it is filtered and ordered. */
  readonly filterKey?: string;
}

/** Names a place of a list, in the list's own words. */
export function writeCursor({ list, filterKey = '' }: CursorScope, place: string): string {
  const text = `${list},${filterKey},${place}`;
  return Buffer.from(`${sumOf(text)},${text}`).toString('base64url');
}

/** The place that a cursor names. Refuses one that the list never gave: one that it gave is at worst stale. */
export function readCursor({ list, filterKey = '' }: CursorScope, cursor: string): string {
  const written = Buffer.from(cursor, 'base64url').toString();
  const [, sum, text = ''] = /^(\w+),(.*)$/s.exec(written) ?? [];
  const [, givenBy, givenFor, place] = /^([^,]*),([^,]*),(.*)$/s.exec(text) ?? [];
  if (sum !== sumOf(text) || givenBy !== list || place === undefined) throw notOfThisList();
  if (givenFor === filterKey) return place;
  throw new Failure('BAD_USER_INPUT', 'The cursor was given for another filter. Begin anew with this one.');
}

export const notOfThisList = (): Failure =>
  new Failure(
    'BAD_USER_INPUT',
    'The cursor is not one that this list gave. Takes a cursor of its edges or its pageInfo, as it was.',
  );

/** By it a cursor that was cut or changed on its way is told from one whose row is gone. */
const sumOf = (text: string): string => crc32(text).toString(36);
