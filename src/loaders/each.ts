import DataLoader, { type BatchLoadFn, type Options } from 'dataloader';
import { Failure } from '../domain/failure.ts';

/** For what goes on to read after what it read first. */
export { askingAtMost } from '../upstream/foresight.ts';

/** Reads by key: each key once, however often it is asked for. */
export interface Loader<Key, Value> {
  load(key: Key): Promise<Value>;
}

/** A loader of keys that are asked for together. Made with its first key: an operation uses few of those there are. */
export function loadTogether<Key, Value, CacheKey = Key>(
  loadBatch: BatchLoadFn<Key, Value>,
  options: Options<Key, Value, CacheKey>,
): Loader<Key, Value> {
  let loader: DataLoader<Key, Value, CacheKey> | undefined;
  return {
    load(key) {
      loader ??= new DataLoader(loadBatch, options);
      return loader.load(key);
    },
  };
}

/** A loader over an upstream that answers one key at a time: one request a key, whoever asks how often. */
export function loadEach<Key, Value>(name: string, load: (key: Key) => Promise<Value>): Loader<Key, Value> {
  return loadTogether(
    (keys) => Promise.all(keys.map((key) => load(key).catch((error: unknown) => asError(error)))),
    { name },
  );
}

/** The same where a key has several parts: keys that read alike are one. */
export function loadEachAlike<Key extends readonly unknown[], Value>(
  name: string,
  load: (...key: Key) => Promise<Value>,
): (...key: Key) => Promise<Value> {
  const loader = loadTogether<Key, Value, string>(
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
