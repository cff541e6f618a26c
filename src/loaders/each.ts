import DataLoader from 'dataloader';
import { Failure } from '../domain/failure.ts';

/** For what goes on to read after what it read first. */
export { askingAtMost } from '../upstream/foresight.ts';

/** A loader over an upstream that answers one key at a time: one request a key, whoever asks how often. */
export function loadEach<Key, Value>(
  name: string,
  load: (key: Key) => Promise<Value>,
): DataLoader<Key, Value> {
  return new DataLoader(
    (keys) => Promise.all(keys.map((key) => load(key).catch((error: unknown) => asError(error)))),
    { name },
  );
}

/** The same where a key has several parts: keys that read alike are one. */
export function loadEachAlike<Key extends readonly unknown[], Value>(
  name: string,
  load: (...key: Key) => Promise<Value>,
): (...key: Key) => Promise<Value> {
  const loader = new DataLoader<Key, Value, string>(
    (keys) => Promise.all(keys.map((key) => load(...key).catch((error: unknown) => asError(error)))),
    { name, cacheKeyFn: (key) => JSON.stringify(key) },
  );
  return (...key) => loader.load(key);
}

/** What the upstream does not have is null. */
export function orNull<Value>(answer: Promise<Value>): Promise<Value | null> {
  return answer.catch((error: unknown) => {
    if (error instanceof Failure && error.code === 'NOT_FOUND') return null;
    throw error;
  });
}

/** What is read side by side is awaited to its end, also where a part of it fails: what was asked for is then counted. */
export async function allOf<const Parts extends readonly Promise<unknown>[]>(
  parts: Parts,
): Promise<{ -readonly [Place in keyof Parts]: Awaited<Parts[Place]> }> {
  await Promise.allSettled(parts);
  return Promise.all(parts);
}

export const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)));
