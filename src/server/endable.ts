/** Results that can be told to end from outside, whatever their source is waiting for. */
export interface Endable<Value> extends AsyncIterable<Value>, AsyncIterator<Value, undefined> {
  /** Lets go of the source at once. Whoever waits for a value gets `last`, where one is given, and then the end. */
  end(last?: Value): void;
  return(): Promise<IteratorResult<Value, undefined>>;
}

/** `onOver` is called once: when the source ends or fails, or is let go of. */
export function endable<Value>(
  source: AsyncIterable<Value>,
  read: (value: Value) => Value,
  onOver: () => void,
): Endable<Value> {
  const values = source[Symbol.asyncIterator]();
  let isOver = false;
  let last: Value | undefined;
  let wake: ((result: IteratorResult<Value, undefined>) => void) | undefined;

  function finish(): boolean {
    if (isOver) return false;
    isOver = true;
    onOver();
    return true;
  }

  function ending(): IteratorResult<Value, undefined> {
    if (last === undefined) return { done: true, value: undefined };
    const value = last;
    last = undefined;
    return { done: false, value };
  }

  const stream: Endable<Value> = {
    next() {
      if (isOver) return Promise.resolve(ending());
      return new Promise((resolve, reject) => {
        wake = resolve;
        values.next().then(
          (result) => {
            if (isOver) return;
            wake = undefined;
            if (result.done !== true) return resolve({ done: false, value: read(result.value) });
            finish();
            resolve({ done: true, value: undefined });
          },
          (error: unknown) => {
            finish();
            reject(error);
          },
        );
      });
    },
    return() {
      stream.end();
      return Promise.resolve({ done: true, value: undefined });
    },
    end(value) {
      if (!finish()) return;
      last = value;
      // how a source fares that nobody waits for any more is its own business
      values.return?.().catch(() => {});
      wake?.(ending());
    },
    [Symbol.asyncIterator]: () => stream,
  };
  return stream;
}
