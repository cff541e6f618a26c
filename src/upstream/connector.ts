import { buildConnector } from 'undici';
import type { Clock } from '../domain/clock.ts';
import { createLookup, type Resolve } from './lookup.ts';

export interface ConnectorOptions {
  readonly clock: Clock;
  readonly connectTimeoutMs: number;
  /** Left out: as the operating system does. */
  readonly resolve?: Resolve | undefined;
}

/** Connects within the time for it, the lookup and the handshake of TLS included. */
export function createConnector({
  clock,
  connectTimeoutMs,
  resolve,
}: ConnectorOptions): buildConnector.connector {
  const lookup = createLookup({ clock, resolve, patienceMs: connectTimeoutMs / 2 });
  // undici's own timer may come a second late: it only clears away what was given up.
  const connect = buildConnector({ allowH2: false, timeout: connectTimeoutMs, lookup });

  return (target, callback) => {
    let isOver = false;
    const finish: buildConnector.Callback = (...result) => {
      if (isOver) result[1]?.destroy();
      else callback(...result);
      isOver = true;
      cancel();
    };
    const cancel = clock.after(connectTimeoutMs, () => finish(new Error('no connection in time'), null));
    connect(target, finish);
  };
}
