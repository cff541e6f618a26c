import { expect, test } from 'vitest';
import type { MakePayment } from '../../../src/domain/payment.ts';
import { detectInList, listSnapshotShape } from '../../../src/events/detectors/list.ts';
import { makePayments } from '../../../src/events/detectors/payments.ts';
import { findingOfNote } from '../../../src/events/notes.ts';
import { findingOf } from '../../../src/events/sections.ts';

const payment = (upstreamId: string, status: MakePayment['status']): MakePayment => ({
  upstreamId,
  invoiceNumber: null,
  createdAt: new Date('2026-11-15T10:00:00Z'),
  status,
  rawStatus: status.toLowerCase(),
  method: null,
  card: null,
  rawType: null,
  amount: { minorUnits: 100, currency: 'USD' },
  description: null,
  invoiceUrl: null,
  hostedUrl: null,
  periodStart: null,
  periodEnd: null,
});

const poll = (rows: readonly MakePayment[], startedAt: number) =>
  findingOf(listSnapshotShape, (previous) =>
    detectInList(makePayments, 1001, previous, { rows, isWhole: true, isOneGlance: true, startedAt }),
  );
const at = (now: number) => ({ organization: 1001, customer: '', now });
const typesOf = ({ events }: ReturnType<ReturnType<typeof poll>>): string[] => events.map(({ type }) => type);

test('what the gateway itself changed is told at once, and no poll repeats it', () => {
  const first = poll([payment('a', 'PENDING')], 1)(null);
  const isNew = findingOfNote({ section: 'payments', value: payment('b', 'PENDING'), isNew: true }, at(10));
  const made = isNew(first.snapshot);
  expect(typesOf(made)).toEqual(['PAYMENT_RECORDED']);
  const change = findingOfNote({ section: 'payments', value: payment('a', 'PAID'), isNew: false }, at(20));
  const changed = change(made.snapshot);
  expect(typesOf(changed)).toEqual(['PAYMENT_STATUS_CHANGED']);
  const late = poll([payment('a', 'PENDING')], 15)(changed.snapshot);
  const next = poll([payment('b', 'PENDING'), payment('a', 'PAID')], 30)(late.snapshot);
  expect([typesOf(late), typesOf(next)]).toEqual([[], []]);
});

test('a poll that saw the same first and a note have the same event', () => {
  const first = poll([payment('a', 'PENDING')], 1)(null);
  const seen = poll([payment('a', 'PAID')], 20)(first.snapshot);
  const noted = findingOfNote({ section: 'payments', value: payment('a', 'PAID'), isNew: false }, at(20));
  expect(noted(first.snapshot).events.map(({ id }) => id)).toEqual(seen.events.map(({ id }) => id));
});
