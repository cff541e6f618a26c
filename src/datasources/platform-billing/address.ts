import { z } from 'zod';
import type { Address, NewAddress } from '../../domain/address.ts';
import { orNull } from '../wire.ts';

export const addressShape = orNull(
  z
    .object({
      line1: orNull(z.string()),
      line2: orNull(z.string()),
      city: orNull(z.string()),
      state: orNull(z.string()),
      postal_code: orNull(z.string()),
      country: orNull(z.string()),
    })
    .transform(({ postal_code, ...address }): Address => ({ ...address, postalCode: postal_code })),
);

export function wireAddress(address: NewAddress | undefined) {
  if (address === undefined) return undefined;
  const { postalCode, ...rest } = address;
  return { ...rest, postal_code: postalCode };
}
