import { readable } from '../datasources/read.ts';
import { Failure } from '../domain/failure.ts';
import type { Doing } from './actions.ts';

/** Tells those who follow events what a change made of the payment methods, where Make answers nothing of them. */
export async function notePaymentMethods(
  { sources, errand, organization, note }: Doing,
  id: number,
): Promise<void> {
  try {
    const { value } = await sources.makeBilling.paymentMethods(organization(id), errand);
    for (const method of readable(value.rows)) {
      await note({ section: 'payment-methods', value: method, isNew: false });
    }
  } catch (error) {
    // what cannot be read now, a poll finds later
    if (!(error instanceof Failure)) throw error;
  }
}
