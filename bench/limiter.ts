import Bottleneck from 'bottleneck';
import type { Clock } from '../src/domain/clock.ts';
import { createLimiter, type Ticket } from '../src/upstream/limiter.ts';
import { bytesInUse, nanoseconds, type Row, report, rounded } from './report.ts';
import { type Pacer, saturate } from './saturation.ts';

const bucket = 'make:1001';

export async function runLimiter(): Promise<void> {
  report('limiter', {
    'one grant': await measureGrants(),
    'ten simulated minutes of saturation, limit 60 a minute, round trip 400 ms': await measureSaturation(),
    'a call that waits': await measureWaiting(),
  });
}

/** A clock that is set by hand, so that only the limiter is measured. */
function createHandClock(): Clock & { set: (now: number) => void } {
  let now = 0;
  return { now: () => now, after: () => () => {}, set: (to) => (now = to) };
}

function ticketOf(caller: string): Ticket {
  const { signal } = new AbortController();
  return { priority: 'query', deadline: 1e15, organization: '', caller, signal, changed: undefined };
}

async function measureGrants(): Promise<Row[]> {
  const clock = createHandClock();
  const limiter = createLimiter({ clock });
  limiter.learnLimit(bucket, 100_000, 'configuration');
  const ticket = ticketOf('someone');
  let now = 0;
  const free = await nanoseconds(100_000, async () => {
    // One a millisecond fills the window with 60,000 places.
    clock.set((now += 1));
    (await limiter.acquire(bucket, ticket)).end();
  });
  const rows = [row('no one waits', free)];
  for (const waiting of [100, 10_000])
    rows.push(row(`${waiting} wait, of 100 callers`, await measureHandovers(waiting)));
  const bottleneck = new Bottleneck({ reservoir: 1e9 });
  const batch = Array.from({ length: 100 }, () => async () => {});
  const perBatch = await nanoseconds(2, () => Promise.all(batch.map((send) => bottleneck.schedule(send))));
  await bottleneck.disconnect();
  rows.push(row('bottleneck, a hundred at a time', perBatch / batch.length));
  return rows;
}

/** A place that goes from one call to the next while many wait. */
function measureHandovers(waiting: number): Promise<number> {
  const rounds = 20_000;
  const limiter = createLimiter({ clock: createHandClock(), maxQueued: waiting });
  limiter.learnLimit(bucket, 1, 'configuration');
  // The callers come in turn, so that the calls are served as they came.
  const tickets = Array.from({ length: waiting + 5 * rounds }, (_, number) =>
    ticketOf(`caller ${number % 100}`),
  );
  const join = (ticket: Ticket) => limiter.acquire(bucket, ticket);
  const places = tickets.slice(0, waiting).map(join);
  let served = 0;
  return nanoseconds(rounds, async () => {
    places.push(...tickets.slice(waiting + served, waiting + served + 1).map(join));
    (await places[served])?.cancel();
    served += 1;
  });
}

function row(what: string, perGrant: number): Row {
  return { what, 'ns per grant': rounded(perGrant), 'grants per second': rounded(1e9 / perGrant) };
}

async function measureSaturation(): Promise<Row[]> {
  const limit = 60;
  const target = 48;
  const roundTripMs = 400;
  const minutes = 10;
  const pacers: Readonly<Record<string, () => Pacer>> = {
    Tollgate: () => {
      const after: Clock['after'] = (ms, action) => {
        const timer = setTimeout(action, ms);
        return () => clearTimeout(timer);
      };
      const limiter = createLimiter({ clock: { now: () => Date.now(), after } });
      limiter.learnLimit(bucket, limit, 'configuration');
      return async (send) => {
        const place = await limiter.acquire(bucket, ticketOf('someone'));
        await send();
        place.end();
      };
    },
    'serial queue (one call, then a pause of 60/48 s)': () => {
      let last: Promise<unknown> = Promise.resolve();
      return (send) => {
        const sent = last.then(send);
        last = sent.then(() => new Promise((resolve) => setTimeout(resolve, 60_000 / target)));
        return sent;
      };
    },
    'bottleneck, evenly spaced (minTime)': () => {
      const bottleneck = new Bottleneck({ minTime: 60_000 / target });
      return (send) => bottleneck.schedule(send);
    },
    'bottleneck, reservoir refreshed each minute': () => {
      const bottleneck = new Bottleneck({
        reservoir: target,
        reservoirRefreshAmount: target,
        reservoirRefreshInterval: 60_000,
      });
      return (send) => bottleneck.schedule(send);
    },
  };
  const rows: Row[] = [];
  for (const [who, createPacer] of Object.entries(pacers)) {
    const { shareOfTarget, peak60s, refused, burstSeconds } = await saturate(createPacer, {
      limit,
      target,
      roundTripMs,
      minutes,
    });
    rows.push({
      who,
      '% of the target used': rounded(100 * shareOfTarget),
      'peak in any 60 s': peak60s,
      'refused (429)': refused,
      [`s until ${target / 2} calls are answered`]: rounded(burstSeconds),
    });
  }
  return rows;
}

async function measureWaiting(): Promise<Row[]> {
  const count = 50_000;
  const limiter = createLimiter({ clock: createHandClock(), maxQueued: count });
  limiter.learnLimit(bucket, 1, 'configuration');
  const signal = new AbortController().signal;
  await limiter.acquire(bucket, ticketOf('first'));
  const tickets = Array.from({ length: count }, (_, number) => ({
    ...ticketOf(`caller ${number % 100}`),
    signal,
  }));
  const before = bytesInUse();
  const waiting = tickets.map((ticket) => limiter.acquire(bucket, ticket));
  const bytes = (bytesInUse() - before) / waiting.length;
  return [{ what: 'memory of one call that waits, without its ticket', bytes: Math.round(bytes) }];
}
