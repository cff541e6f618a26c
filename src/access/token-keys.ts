import { createLocalJWKSet, type JWTVerifyGetKey } from 'jose';
import { JWKSNoMatchingKey } from 'jose/errors';
import { z } from 'zod';
import type { Clock } from '../domain/clock.ts';

/** After this long the set is asked for again, so that keys the provider has withdrawn are let go of. */
const freshMs = 10 * 60_000;
/** An unknown key id asks for the set at most this often: anybody can send one. */
const pauseMs = 30_000;
/** A provider that cannot be reached is believed for this long. */
const keptMs = 24 * 3_600_000;
const patienceMs = 5000;
const largestBytes = 256 * 1024;

const jwksShape = z.object({ keys: z.array(z.looseObject({ kty: z.string() })).max(100) });

interface KeySet {
  readonly find: JWTVerifyGetKey;
  readonly readAt: number;
}

/**
 * The provider's public keys, read when they are first needed. A new key is found when its id is first met; while the
 * provider cannot be reached, the last set that it gave is used.
 */
export function createTokenKeys(
  url: string,
  clock: Clock,
  onFailure: (error: unknown) => void,
): JWTVerifyGetKey {
  let known: KeySet | undefined;
  let askedAt = Number.NEGATIVE_INFINITY;
  let asking: Promise<void> | undefined;

  async function ask(): Promise<void> {
    askedAt = clock.now();
    try {
      const keys = await readKeys(url);
      known = { find: createLocalJWKSet(keys), readAt: clock.now() };
    } catch (error) {
      onFailure(error);
    }
  }

  /** Joins a request that is under way; none is begun in the pause after another. */
  async function renew(): Promise<void> {
    if (asking === undefined && clock.now() - askedAt < pauseMs) return;
    asking ??= ask().finally(() => {
      asking = undefined;
    });
    await asking;
  }

  return async (header, token) => {
    if (known === undefined || clock.now() - known.readAt >= freshMs) await renew();
    if (known === undefined || clock.now() - known.readAt >= keptMs) throw new JWKSNoMatchingKey();
    try {
      return await known.find(header, token);
    } catch (error) {
      if (!(error instanceof JWKSNoMatchingKey)) throw error;
      await renew();
      return known.find(header, token);
    }
  };
}

async function readKeys(url: string): Promise<z.output<typeof jwksShape>> {
  const response = await fetch(url, {
    headers: { accept: 'application/json' },
    redirect: 'error',
    signal: AbortSignal.timeout(patienceMs),
  });
  if (!response.ok) throw new Error(`the keys of the identity provider: status ${response.status}`);
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > largestBytes) throw new Error('the keys of the identity provider: too large');
    chunks.push(chunk);
  }
  return jwksShape.parse(JSON.parse(Buffer.concat(chunks).toString()));
}
