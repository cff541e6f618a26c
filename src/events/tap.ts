import type { Sink } from './audience.ts';

interface Tap<Value> {
  readonly sink: Sink<Value>;
  readonly values: AsyncIterableIterator<Value, undefined>;
}

/** What is given, to be taken one after the other. No generator: `return` has to end a `next` that waits. */
export function createTap<Value>(): Tap<Value> {
  const done = { value: undefined, done: true } as const;
  const given: Value[] = [];
  let taker: PromiseWithResolvers<IteratorResult<Value, undefined>> | null = null;
  let makeRoom = (): void => {};
  let stop = (): void => {};
  let isOver = false;
  let failure: unknown;

  function over(): Promise<IteratorResult<Value, undefined>> {
    const error = failure;
    failure = undefined;
    return error === undefined ? Promise.resolve(done) : Promise.reject(error);
  }

  return {
    sink: {
      begin(stopSource) {
        stop = stopSource;
        if (isOver) stop();
      },
      give(value) {
        if (taker === null) {
          given.push(value);
          return false;
        }
        const { resolve } = taker;
        taker = null;
        resolve({ value, done: false });
        return true;
      },
      room: () =>
        given.length === 0 ? Promise.resolve() : new Promise((resolve) => void (makeRoom = resolve)),
      end(error) {
        isOver = true;
        failure = error;
        taker?.resolve(over());
        taker = null;
      },
    },
    values: {
      next() {
        const value = given.shift();
        if (value !== undefined) {
          makeRoom();
          return Promise.resolve({ value, done: false });
        }
        if (isOver) return over();
        taker = Promise.withResolvers();
        return taker.promise;
      },
      return() {
        isOver = true;
        given.length = 0;
        stop();
        makeRoom();
        taker?.resolve(done);
        taker = null;
        return Promise.resolve(done);
      },
      [Symbol.asyncIterator]() {
        return this;
      },
    },
  };
}
