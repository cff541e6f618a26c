import { z } from 'zod';
import { orNull } from '../wire.ts';

export const addressShape = z.object({
  line1: orNull(z.string()),
  line2: orNull(z.string()),
  city: orNull(z.string()),
  state: orNull(z.string()),
  postalCode: orNull(z.string()),
  country: orNull(z.string()),
});
