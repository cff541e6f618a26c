import { createHash } from 'node:crypto';
import type { Config } from '../config.ts';
import type { Caller } from './caller.ts';

/** Finds who sends an `authorization` header; undefined for a missing, malformed or unknown credential. */
export type Authenticate = (authorization: string | undefined) => Caller | undefined;

/** Keys are compared by their hashes, so that the time of an answer tells nothing of a key. */
export function createAuthenticate(callers: Config['callers']): Authenticate {
  const byDigest = new Map(
    callers.map(({ name, key, operator, scopes, organizations }): [string, Caller] => [
      digestOf(key),
      {
        name,
        isOperator: operator,
        scopes: new Set(scopes),
        grants: new Map(
          organizations.map(({ id, role, teams, user }) => [
            id,
            { role, teams: new Set(teams), ...(user !== undefined && { user }) },
          ]),
        ),
      },
    ]),
  );

  return (authorization) => {
    const key = /^Bearer +([\x21-\x7e]{1,4096}) *$/i.exec(authorization ?? '')?.[1];
    return key === undefined ? undefined : byDigest.get(digestOf(key));
  };
}

const digestOf = (key: string): string => createHash('sha256').update(key).digest('base64');
