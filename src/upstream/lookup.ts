import type { LookupAddress } from 'node:dns';
import { lookup } from 'node:dns/promises';
import type { LookupFunction } from 'node:net';
import { callbackify } from 'node:util';
import type { Clock } from '../domain/clock.ts';

/** The addresses of a host, in the order in which to try them. */
export type Resolve = (hostname: string) => Promise<readonly LookupAddress[]>;

interface LookupSettings {
  readonly clock: Clock;
  readonly resolve?: Resolve | undefined;
  /** How long to wait for an answer when there is an earlier one to go by. */
  readonly patienceMs: number;
}

/** How long a host is sought where it was last, while nobody can say where it is. */
const rememberedMs = 15 * 60_000;

const resolveBySystem: Resolve = (hostname) => lookup(hostname, { all: true });

/**
 * Asks for every new connection, once for all who ask at the same time: each question holds one of the few threads
 * that also decompress. While there is no answer, the last good one stands in.
 */
export function createLookup({
  clock,
  resolve = resolveBySystem,
  patienceMs,
}: LookupSettings): LookupFunction {
  const underWay = new Map<string, Promise<readonly LookupAddress[]>>();
  const remembered = new Map<string, { addresses: readonly LookupAddress[]; until: number }>();

  async function ask(hostname: string): Promise<readonly LookupAddress[]> {
    const addresses = await resolve(hostname);
    remembered.set(hostname, { addresses, until: clock.now() + rememberedMs });
    return addresses;
  }

  function addressesOf(hostname: string): Promise<readonly LookupAddress[]> {
    const asking = underWay.get(hostname) ?? ask(hostname).finally(() => underWay.delete(hostname));
    underWay.set(hostname, asking);
    const last = remembered.get(hostname);
    if (!last || clock.now() >= last.until) return asking;
    return new Promise((settle) => {
      const fallBack = (): void => settle(last.addresses);
      const cancel = clock.after(patienceMs, fallBack);
      asking.then(settle, fallBack).finally(cancel);
    });
  }

  const lookUp = callbackify(addressesOf);
  return (hostname, { all }, callback) =>
    lookUp(hostname, (error, addresses) => {
      const [first] = addresses ?? [];
      if (error || !first) callback(error ?? new Error('no address'), '');
      else if (all) callback(null, [...addresses]);
      else callback(null, first.address, first.family);
    });
}
