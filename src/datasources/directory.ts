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

/** Tokens that are kept beside the configuration, and go before it. */
export interface StoredTokens {
  /** Those that there were at the start, by Make's number of the organization. */
  readonly atStart: ReadonlyMap<number, string>;
  /** The one of now; null where there is none. `again`: the one before was refused. */
  readonly tokenOf: (organization: number, again: boolean) => Promise<string | null>;
}

export function createDirectory({ organizations, make }: Config, stored?: StoredTokens): Directory {
  const tokensOf = (id: number, configured: string | undefined): string[] =>
    [configured, stored?.atStart.get(id)].filter((token) => token !== undefined);

  /** Known at the start: who sets a token later sees to it that no other organization has it. */
  function hasOwnToken(id: number, configured: string | undefined): boolean {
    const own = new Set(tokensOf(id, configured));
    return organizations.every(
      (other) => other.id === id || !tokensOf(other.id, other.token).some((token) => own.has(token)),
    );
  }

  async function authorizationOf(id: number, token: string | undefined, again: boolean): Promise<string> {
    const current = (await stored?.tokenOf(id, again)) ?? token;
    if (current === undefined) throw new Failure('UPSTREAM_AUTH', 'The organization has no credential.');
    return `${make.scheme} ${current}`;
  }

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
          hasOwnToken: hasOwnToken(id, token),
          account: {
            key: `make:${id}`,
            baseUrl: make.url ?? `https://${zone}/api/v2`,
            authorization: (again) => authorizationOf(id, token, again),
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
