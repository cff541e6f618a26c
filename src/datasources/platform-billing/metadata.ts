import { z } from 'zod';
import type { Annotated, Metadata } from '../../domain/metadata.ts';
import { orNull } from '../wire.ts';

/** The name under which our key travels among a client's own notes. */
const keyName = 'tollgate_key';

export const annotations = orNull(z.record(z.string(), z.unknown())).transform((wire): Annotated => {
  if (wire === null) return { metadata: null, idempotencyKey: null };
  const { [keyName]: key, ...notes } = wire;
  const metadata = Object.fromEntries(Object.entries(notes).map(([name, note]) => [name, plain(note)]));
  return { metadata, idempotencyKey: typeof key === 'string' ? key : null };
});

/** What is no plain value is kept as its JSON. */
function plain(note: unknown): Metadata[string] {
  const isPlain = typeof note === 'string' || typeof note === 'number' || typeof note === 'boolean';
  return isPlain || note === null ? note : JSON.stringify(note);
}

/** For a body. No client can pass off a key of its own as ours. */
export function annotated({
  metadata,
  idempotencyKey,
}: {
  readonly metadata?: Metadata | undefined;
  readonly idempotencyKey?: string | undefined;
}): Metadata | undefined {
  const { [keyName]: _, ...notes } = metadata ?? {};
  if (idempotencyKey !== undefined) return { ...notes, [keyName]: idempotencyKey };
  return metadata && notes;
}
