import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { DetectedEvent } from '../../../src/domain/event.ts';
import type { PaymentMethod } from '../../../src/domain/payment-method.ts';
import {
  detectHidden,
  detectInList,
  detectTold,
  type Fields,
  type ListKind,
  type ListSnapshot,
  listSnapshotShape,
} from '../../../src/events/detectors/list.ts';
import { readListing } from '../../../src/events/read-list.ts';

interface Row {
  readonly key: string;
  readonly at: number;
  readonly status: string;
}

const kind: ListKind<Row> = {
  name: 'row',
  keyOf: ({ key }) => key,
  atOf: ({ at }) => at,
  fieldsOf: ({ status }) => ({ status }),
  isOpen: ({ status }) => status === 'PENDING',
  added: 'PAYMENT_METHOD_ADDED',
  changed: [{ type: 'PAYMENT_METHOD_CHANGED', fields: ['status'] }],
  removed: 'PAYMENT_METHOD_REMOVED',
  objectOf: ({ key }) => ({ kind: 'make-payment-method', id: key, value: null }),
  goneObjectOf: (key) => ({ kind: 'make-payment-method', id: key, value: null }),
};

const growing: ListKind<Row> = { ...kind, removed: null };

const row = (key: string, at: number, status = 'PAID'): Row => ({ key, at, status });
const glance = (rows: readonly Row[], startedAt: number) => ({
  rows,
  isWhole: true,
  isOneGlance: true,
  startedAt,
  endedAt: startedAt,
});
/** Through the store and back. */
const kept = (snapshot: ListSnapshot): ListSnapshot =>
  listSnapshotShape.parse(JSON.parse(JSON.stringify(snapshot)));
const keyIn = ({ object }: DetectedEvent): string => (object.kind === 'make-payment-method' ? object.id : '');
const fieldsIn = ({ items }: ListSnapshot): Record<string, Fields> =>
  Object.fromEntries(Object.entries(items).map(([key, { fields }]) => [key, fields]));

function replay(state: Record<string, Fields>, events: readonly DetectedEvent[]): Record<string, Fields> {
  const after = { ...state };
  for (const event of events) {
    const key = keyIn(event);
    if (event.type === 'PAYMENT_METHOD_REMOVED') delete after[key];
    else {
      const changes = event.changes.map(({ field, after }) => [field, after]);
      after[key] = { ...after[key], ...Object.fromEntries(changes) };
    }
  }
  return after;
}

/** A list over which things happen: rows come, change, go, and come back. */
const histories = fc.array(
  fc.array(
    fc.record({
      what: fc.constantFrom('put', 'put', 'remove'),
      key: fc.integer({ min: 0, max: 12 }),
      status: fc.constantFrom('PENDING', 'PAID', 'FAILED'),
    }),
    { maxLength: 6 },
  ),
  { minLength: 1, maxLength: 12 },
);

describe('a list', () => {
  test('events replayed over the first snapshot give the last, and none comes twice', () => {
    fc.assert(
      fc.property(histories, fc.array(fc.boolean(), { minLength: 12, maxLength: 12 }), (history, glances) => {
        const rows = new Map<string, Row>();
        const all: DetectedEvent[] = [];
        let first: Record<string, Fields> | null = null;
        let snapshot: ListSnapshot | null = null;
        const look = (time: number, isOneGlance: boolean): void => {
          const listing = { ...glance([...rows.values()], time), isOneGlance };
          const found = detectInList(kind, 1, snapshot, listing);
          snapshot = kept(found.snapshot);
          all.push(...found.events);
          first ??= fieldsIn(snapshot);
        };
        history.forEach((steps, time) => {
          for (const { what, key, status } of steps) {
            const name = `r${key}`;
            if (what === 'remove') rows.delete(name);
            else rows.set(name, row(name, rows.get(name)?.at ?? time, status));
          }
          look(time * 10, glances[time] ?? true);
        });
        look(history.length * 10, true);
        look(history.length * 10 + 1, false);
        expect(replay(first ?? {}, all)).toEqual(
          Object.fromEntries([...rows].map(([key, { status }]) => [key, { status }])),
        );
        expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
      }),
    );
  });

  test('whoever sees the same history finds events with the same ids', () => {
    fc.assert(
      fc.property(histories, (history) => {
        const run = (): string[] => {
          const rows = new Map<string, Row>();
          let snapshot: ListSnapshot | null = null;
          return history.flatMap((steps, time) => {
            for (const { what, key, status } of steps) {
              if (what === 'remove') rows.delete(`r${key}`);
              else rows.set(`r${key}`, row(`r${key}`, time, status));
            }
            const found: ReturnType<typeof detectInList> = detectInList(
              kind,
              1,
              snapshot,
              glance([...rows.values()], time),
            );
            snapshot = kept(found.snapshot);
            return found.events.map(({ id }) => id);
          });
        };
        expect(run()).toEqual(run());
      }),
    );
  });

  test('what came to its end is told so once, whether it is shown as such, or not at all, or comes so', () => {
    const ending: ListKind<Row> = {
      ...kind,
      changed: [
        ...kind.changed,
        { type: 'PAYMENT_METHOD_REMOVED', fields: ['status'], when: ({ status }) => status === 'OVER' },
      ],
    };
    let snapshot: ListSnapshot | null = null;
    const look = (rows: readonly Row[], time: number): string[] => {
      const found: ReturnType<typeof detectInList> = detectInList(ending, 1, snapshot, glance(rows, time));
      snapshot = kept(found.snapshot);
      return found.events.map((event) => `${event.type.slice('PAYMENT_METHOD_'.length)} ${keyIn(event)}`);
    };
    look([row('a', 1), row('b', 2)], 5);
    expect(look([row('a', 1, 'OVER'), row('b', 2)], 6)).toEqual(['CHANGED a', 'REMOVED a']);
    expect(look([], 7)).toEqual(['REMOVED b']);
    expect(look([row('c', 8, 'OVER')], 9)).toEqual(['ADDED c', 'REMOVED c']);
    expect(look([], 10)).toEqual([]);
  });

  test('what happened at one moment is told in the order that the list has it, which is newest first', () => {
    const { snapshot } = detectInList(growing, 1, null, glance([row('a', 1)], 1));
    const rows = [row('d', 3), row('c', 2), row('b', 2), row('a', 1)];
    const { events } = detectInList(growing, 1, snapshot, glance(rows, 2));
    expect(events.map(keyIn)).toEqual(['b', 'c', 'd']);
  });

  test('what comes into a list that cannot be seen is news once it can, and what was there before is not', () => {
    const { snapshot } = detectHidden(null, 10);
    expect(detectHidden(snapshot, 20).snapshot).toEqual(snapshot);
    const { events } = detectInList(growing, 1, snapshot, glance([row('b', 11), row('a', 9)], 30));
    expect(events.map(keyIn)).toEqual(['b']);
  });

  test('the first sight of a list is no news', () => {
    expect(detectInList(kind, 1, null, glance([row('a', 1), row('b', 2)], 5)).events).toEqual([]);
  });

  test('what was not read, because part of it could not be, is not taken for gone', () => {
    const first = detectInList(kind, 1, null, glance([row('a', 1), row('b', 2)], 5));
    const partial = detectInList(kind, 1, first.snapshot, { ...glance([row('b', 2)], 6), isWhole: false });
    expect(partial.events).toEqual([]);
    expect(Object.keys(partial.snapshot.items)).toEqual(['a', 'b']);
  });

  test('a row that one reading of several pages lacks is gone only when the next lacks it too', () => {
    const first = detectInList(kind, 1, null, glance([row('a', 1), row('b', 2)], 5));
    const lacking = { ...glance([row('b', 2)], 6), isOneGlance: false };
    const once = detectInList(kind, 1, first.snapshot, lacking);
    expect(once.events).toEqual([]);
    const back = detectInList(kind, 1, kept(once.snapshot), glance([row('a', 1), row('b', 2)], 7));
    expect(back.events).toEqual([]);
    const again = detectInList(kind, 1, kept(once.snapshot), { ...lacking, startedAt: 8 });
    expect(again.events.map(({ type }) => type)).toEqual(['PAYMENT_METHOD_REMOVED']);
  });

  test('a poll that began before a change was told does not take it back', () => {
    const first = detectInList(kind, 1, null, glance([row('a', 1, 'PENDING')], 5));
    const told = detectTold(kind, 1, first.snapshot, {
      row: row('a', 1, 'PAID'),
      startedAt: 20,
      endedAt: 20,
      isNew: false,
    });
    expect(told.events.map(({ type }) => type)).toEqual(['PAYMENT_METHOD_CHANGED']);
    const late = detectInList(kind, 1, told.snapshot, glance([row('a', 1, 'PENDING')], 10));
    expect(late.events).toEqual([]);
    const next = detectInList(kind, 1, late.snapshot, glance([row('a', 1, 'PAID')], 30));
    expect(next.events).toEqual([]);
  });

  test('something told of a list that was never read is news, and the first reading does not repeat it', () => {
    const told = detectTold(kind, 1, null, { row: row('n', 9), startedAt: 10, endedAt: 10, isNew: true });
    expect(told.events.map(({ type }) => type)).toEqual(['PAYMENT_METHOD_ADDED']);
    const first = detectInList(kind, 1, kept(told.snapshot), glance([row('a', 1), row('n', 9)], 20));
    expect(first.events).toEqual([]);
    expect(first.snapshot.isSeeded).toBe(true);
  });

  test('old rows beyond what was first read are not news when they come into view', () => {
    const newest = [row('c', 30), row('b', 20)];
    const first = detectInList(growing, 1, null, { ...glance(newest, 40), isWhole: false });
    const deeper = [row('d', 35), ...newest, row('a', 10)];
    const next = detectInList(growing, 1, first.snapshot, { ...glance(deeper, 50), isWhole: false });
    expect(next.events.map(keyIn)).toEqual(['d']);
  });

  test('what is remembered is bounded, and keeps what is open', () => {
    const rows = Array.from({ length: 3000 }, (_, at) => row(`r${at}`, at, at === 3 ? 'PENDING' : 'PAID'));
    const { snapshot } = detectInList(growing, 1, null, glance(rows, 5000));
    expect(Object.keys(snapshot.items)).toHaveLength(1001);
    expect(snapshot.items['r3']?.fields).toEqual({ status: 'PENDING' });
    expect(detectInList(growing, 1, snapshot, glance(rows, 6000)).events).toEqual([]);
  });
});

describe('reading a list', () => {
  const pages = (rows: readonly Row[]) => {
    const asked: number[] = [];
    return {
      asked,
      page: async ({ offset, limit }: { offset: number; limit: number }) => {
        asked.push(offset);
        const value = { rows: rows.slice(offset, offset + limit), total: rows.length };
        return { value, fetchedAt: 0, isStale: false };
      },
    };
  };
  const reading = async (
    known: ListSnapshot | null,
    startedAt: number,
    page: ReturnType<typeof pages>['page'],
  ) => ({ ...(await readListing(growing, known, startedAt, page)), endedAt: startedAt });
  const newestFirst = (count: number): Row[] =>
    Array.from({ length: count }, (_, index) => row(`r${count - index}`, count - index));

  test('goes on until it meets what it knows', async () => {
    const before = pages(newestFirst(500));
    const first = detectInList(growing, 1, null, await reading(null, 1, before.page));
    expect(before.asked).toEqual([0]);
    const after = pages(newestFirst(750));
    const listing = await reading(first.snapshot, 2, after.page);
    expect(after.asked).toEqual([0, 100, 200]);
    expect(detectInList(growing, 1, first.snapshot, listing).events).toHaveLength(250);
  });

  test('sees what is open again, where newer rows have pushed it to a later page', async () => {
    const old = [row('open', 1, 'PENDING')];
    const first = detectInList(growing, 1, null, glance(old, 1));
    const later = pages([...newestFirst(150).map((each) => ({ ...each, at: each.at + 1 })), row('open', 1)]);
    const seen = detectInList(growing, 1, first.snapshot, await reading(first.snapshot, 2, later.page));
    const changes = seen.events.filter(({ type }) => type === 'PAYMENT_METHOD_CHANGED');
    expect(changes.map(keyIn)).toEqual(['open']);
  });

  test('an empty page where there is more is a failure, and never a list that has become empty', async () => {
    const empty = async () => ({ value: { rows: [], total: 7 }, fetchedAt: 0, isStale: false });
    await expect(readListing(kind, null, 1, empty)).rejects.toMatchObject({ code: 'UPSTREAM_BAD_RESPONSE' });
  });
});

// the kinds that the gateway has compare what they show
test('fields that are compared are plain JSON', async () => {
  const { makePaymentMethods } = await import('../../../src/events/detectors/payment-methods.ts');
  const method: PaymentMethod = {
    upstreamId: 'pm_1',
    type: 'CARD',
    rawType: 'card',
    isDefault: true,
    isDefaultForExtras: null,
    isValid: true,
    isImmediate: null,
    brand: 'visa',
    last4: '4242',
    expiryMonth: 1,
    expiryYear: 2030,
    bankName: null,
    email: null,
    billingAddress: null,
    createdAt: new Date(0),
  };
  const fields = makePaymentMethods.fieldsOf(method);
  expect(JSON.parse(JSON.stringify(fields))).toEqual(fields);
});
