import { Failure } from '../domain/failure.ts';
import { errandFor } from '../loaders/platform.ts';
import type { Doing } from './actions.ts';

// A customer that is linked to no organization has nobody who follows it.

/** Tells those who follow events what a change made of a subscription. What cannot be read now, a poll finds later. */
export async function noteChangedSubscription(doing: Doing, customer: string, id: string): Promise<void> {
  if (doing.sources.links.organizationOf(customer) === null) return;
  const on = errandFor(customer, doing.sources, doing.errand);
  const value = await readIfPossible(doing.platform().subscription(customer, id, on));
  if (value !== null) await doing.note({ section: 'platform-subscriptions', value, isNew: false });
}

/** The same for an invoice. */
export async function noteChangedInvoice(doing: Doing, customer: string, id: string): Promise<void> {
  if (doing.sources.links.organizationOf(customer) === null) return;
  const on = errandFor(customer, doing.sources, doing.errand);
  const value = await readIfPossible(doing.platform().invoice(customer, id, on));
  if (value !== null) await doing.note({ section: 'platform-invoices', value, isNew: false });
}

async function readIfPossible<Value>(reading: Promise<{ readonly value: Value }>): Promise<Value | null> {
  try {
    return (await reading).value;
  } catch (error) {
    if (error instanceof Failure) return null;
    throw error;
  }
}
