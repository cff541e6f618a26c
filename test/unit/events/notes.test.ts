import { expect, test } from 'vitest';
import type { Noted } from '../../../src/domain/event.ts';
import type { MakePayment } from '../../../src/domain/payment.ts';
import { detectInList, listSnapshotShape } from '../../../src/events/detectors/list.ts';
import { makePayments } from '../../../src/events/detectors/payments.ts';
import { type Finding, findingOf } from '../../../src/events/finding.ts';
import { findingOfNote } from '../../../src/events/notes.ts';

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
  atOnce(
    startedAt,
    findingOf(listSnapshotShape, (previous, endedAt) => {
      const listing = { rows, isWhole: true, isOneGlance: true, startedAt, endedAt };
      return detectInList(makePayments, 1001, previous, listing);
    }),
  );
const atOnce = (time: number, finding: Finding) => (snapshot: string | null) => finding(snapshot, time);
const note = (noted: Noted, startedAt: number) =>
  atOnce(startedAt, findingOfNote(noted, { organization: 1001, customer: '', startedAt, teams: new Map() }));
const typesOf = ({ events }: ReturnType<ReturnType<typeof poll>>): string[] => events.map(({ type }) => type);

test('what the gateway itself changed is told at once, and no poll repeats it', () => {
  const first = poll([payment('a', 'PENDING')], 1)(null);
  const isNew = note({ section: 'payments', value: payment('b', 'PENDING'), isNew: true }, 10);
  const made = isNew(first.snapshot);
  expect(typesOf(made)).toEqual(['PAYMENT_RECORDED']);
  const change = note({ section: 'payments', value: payment('a', 'PAID'), isNew: false }, 20);
  const changed = change(made.snapshot);
  expect(typesOf(changed)).toEqual(['PAYMENT_STATUS_CHANGED']);
  const late = poll([payment('a', 'PENDING')], 15)(changed.snapshot);
  const next = poll([payment('b', 'PENDING'), payment('a', 'PAID')], 30)(late.snapshot);
  expect([typesOf(late), typesOf(next)]).toEqual([[], []]);
});

test('a poll that saw the same first and a note have the same event', () => {
  const first = poll([payment('a', 'PENDING')], 1)(null);
  const seen = poll([payment('a', 'PAID')], 20)(first.snapshot);
  const noted = note({ section: 'payments', value: payment('a', 'PAID'), isNew: false }, 20);
  expect(noted(first.snapshot).events.map(({ id }) => id)).toEqual(seen.events.map(({ id }) => id));
});
