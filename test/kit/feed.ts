/** A source of values that is blocked until it is given one, and tells when it was let go of. */
export interface Feed<Value> extends AsyncIterable<Value> {
  give(value: Value): void;
  end(): void;
  fail(error: Error): void;
  readonly released: Promise<void>;
  /** How many values were taken so far. */
  readonly taken: () => number;
}

export function createFeed<Value>(): Feed<Value> {
  const given: (Value | Error)[] = [];
  let taken = 0;
  const takers: PromiseWithResolvers<IteratorResult<Value, undefined>>[] = [];
  const release = Promise.withResolvers<void>();
  let isOver = false;

  function end(): void {
    isOver = true;
    for (const taker of takers.splice(0)) taker.resolve({ done: true, value: undefined });
  }

  return {
    give(value) {
      const taker = takers.shift();
      if (taker === undefined) given.push(value);
      else taker.resolve({ done: false, value });
    },
    end,
    fail(error) {
      const taker = takers.shift();
      if (taker === undefined) given.push(error);
      else taker.reject(error);
    },
    released: release.promise,
    taken: () => taken,
    [Symbol.asyncIterator]: () => ({
      next() {
        const value = given.shift();
        if (value instanceof Error) return Promise.reject(value);
        if (value !== undefined) taken += 1;
        if (value !== undefined) return Promise.resolve({ done: false, value });
        if (isOver) return Promise.resolve({ done: true, value: undefined });
        const taker = Promise.withResolvers<IteratorResult<Value, undefined>>();
        takers.push(taker);
        return taker.promise;
      },
      return() {
        end();
        release.resolve();
        return Promise.resolve({ done: true, value: undefined });
      },
    }),
  };
}
