import { type JWTPayload, type JWTVerifyOptions, jwtVerify } from 'jose';
import { JOSEError } from 'jose/errors';
import { z } from 'zod';
import type { Clock } from '../domain/clock.ts';
import { accessWishShape } from './access-wish.ts';
import { type Caller, callerOf } from './caller.ts';
import { type Scope, scopes } from './rights.ts';
import { createTokenKeys } from './token-keys.ts';
import type { TokenSettings } from './token-settings.ts';

const accessClaim = z.strictObject(accessWishShape).prefault({});
const scopesClaim = z.union([z.string(), z.array(z.string())]).default([]);
const nameClaim = z.string().min(1).max(200);

/** Reads who a token stands for; undefined for every token that is not to be believed, whatever is wrong with it. */
export function createTokenReader(
  settings: TokenSettings,
  clock: Clock,
  onFailure: (error: unknown) => void,
): (token: string) => Promise<Caller | undefined> {
  const { issuer, audience, algorithms, clockToleranceSeconds, jwksUrl, secret } = settings;
  const secretBytes = new TextEncoder().encode(secret);
  const findKey = jwksUrl === undefined ? () => secretBytes : createTokenKeys(jwksUrl, clock, onFailure);

  return async (token) => {
    if (!/^[\w-]+\.[\w-]+\.[\w-]+$/.test(token)) return undefined;
    const options: JWTVerifyOptions = {
      issuer,
      audience,
      algorithms,
      clockTolerance: clockToleranceSeconds,
      currentDate: new Date(clock.now()),
      requiredClaims: ['exp', settings.claims.name],
    };
    try {
      const { payload } = await jwtVerify(token, findKey, options);
      return callerFrom(payload, settings);
    } catch (error) {
      if (error instanceof JOSEError) return undefined;
      throw error;
    }
  };
}

function callerFrom(payload: JWTPayload, settings: TokenSettings): Caller | undefined {
  const { claims, clockToleranceSeconds } = settings;
  const name = nameClaim.safeParse(payload[claims.name]);
  const granted = claims.scopes.map((claim) => payload[claim]).find((value) => value !== undefined);
  const wanted = scopesClaim.safeParse(granted);
  const access = accessClaim.safeParse(payload[claims.access]);
  if (!name.success || !wanted.success || !access.success || payload.exp === undefined) return undefined;
  const named = new Set(typeof wanted.data === 'string' ? wanted.data.split(' ') : wanted.data);
  const own = scopes.filter((scope): scope is Scope => named.has(scope));
  return callerOf(name.data, own, access.data, (payload.exp + clockToleranceSeconds) * 1000);
}
