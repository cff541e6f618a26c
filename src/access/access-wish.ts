import { z } from 'zod';
import { roles } from './rights.ts';

/** What a credential opens, as the configuration, an API key and a token's claim write it. */
export const accessWishShape = {
  operator: z.boolean().default(false),
  organizations: z
    .array(
      z.strictObject({
        /** Make's number. */
        id: z.number().int().positive().max(Number.MAX_SAFE_INTEGER),
        role: z.enum(roles),
        teams: z.array(z.number().int().positive()).default([]),
        user: z.number().int().positive().optional(),
      }),
    )
    .default([]),
};

const accessWish = z.object(accessWishShape);
export type AccessWish = z.output<typeof accessWish>;
