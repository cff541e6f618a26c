import { z } from 'zod';

const accepted = 'Takes an object of up to 50 texts (up to 500 characters), numbers, booleans and nulls.';

/** What a client may note beside a thing of the platform. */
export const metadataRule = z
  .record(
    z.string().min(1, accepted).max(100, 'Takes names of up to 100 characters.'),
    z.union([z.string().max(500, accepted), z.number(), z.boolean(), z.null()], accepted),
    accepted,
  )
  .refine((notes) => Object.keys(notes).length <= 50, accepted)
  .nullish();

export const metadataDescription =
  'What is noted beside it: an object of up to 50 texts, numbers, booleans and nulls.';

export const metadataChangesDescription =
  'What is noted beside it, by the names that are given; other notes stay as they are.';
