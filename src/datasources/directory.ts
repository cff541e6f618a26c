import type { Config } from '../config.ts';
import { Failure } from '../domain/failure.ts';
import type { Account } from '../upstream/call.ts';

/** An organization that the gateway serves, as the configuration names it. Known without asking anyone. */
export interface Registration {
  /** Make's number. */
  readonly id: number;
  readonly name: string | null;
  readonly zone: string | null;
  /** The platform customer that it is linked to. */
  readonly customer: string | null;
  readonly requestsPerMinute: number | null;
  /** No other organization here has its token: what the token may reach is its own. */
  readonly hasOwnToken: boolean;
  /** Under which Make is called for it. */
  readonly account: Account;
}

export type Directory = ReadonlyMap<number, Registration>;

export function createDirectory({ organizations, make }: Config): Directory {
  return new Map(
    organizations
      .toSorted((one, other) => one.id - other.id)
      .map(({ id, name, zone, token, customer, requestsPerMinute }) => [
        id,
        {
          id,
          name: name ?? null,
          zone: zone ?? null,
          customer: customer ?? null,
          requestsPerMinute: requestsPerMinute ?? null,
          hasOwnToken: organizations.every((other) => other.id === id || other.token !== token),
          account: {
            key: `make:${id}`,
            baseUrl: make.url ?? `https://${zone}/api/v2`,
            authorization: () => `${make.scheme} ${token}`,
          },
        },
      ]),
  );
}

/** An organization that is known to be there: callers have been checked against the directory before. */
export function registrationOf(directory: Directory, id: number): Registration {
  const registration = directory.get(id);
  if (registration === undefined) throw new Failure('NOT_FOUND', 'There is no such organization.');
  return registration;
}
