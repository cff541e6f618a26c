import { isDeepStrictEqual } from 'node:util';
import { Failure } from '../domain/failure.ts';
import type { SinglePayment } from '../domain/make-order.ts';
import type { Doing } from './actions.ts';

/** A payment that was made just now stands among the newest. */
const newest = { offset: 0, limit: 20 };

/**
 * Tells those who follow events of a payment that was made at Make. Its list names payments by their invoices, so it is
 * known by what was paid: one that was told of before is no news. What cannot be read now, a poll finds later.
 */
export async function notePayment(
  { sources, errand, organization: registered, note }: Doing,
  organization: number,
  { status, amount }: SinglePayment,
): Promise<void> {
  try {
    const { value } = await sources.makeBilling.payments(registered(organization), newest, errand);
    const made = value.rows
      .flatMap((row) => (row instanceof Failure ? [] : [row]))
      .find((row) => row.status === status && isDeepStrictEqual(row.amount, amount));
    if (made === undefined) return;
    await note({ section: 'payments', value: made, isNew: true });
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
  }
}
