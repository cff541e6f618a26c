import type { CustomerSubscription } from '../domain/customer.ts';
import type { Noted } from '../domain/event.ts';
import { Failure } from '../domain/failure.ts';
import type { PlatformInvoice } from '../domain/platform-invoice.ts';
import { errandFor } from '../loaders/platform.ts';
import type { Doing } from './actions.ts';

// A customer that is linked to no organization has nobody who follows it.

/** Tells those who follow events of a subscription that was made. */
export function noteNewSubscription(
  doing: Doing,
  customer: string,
  value: CustomerSubscription,
): Promise<void> {
  return note(doing, customer, { section: 'platform-subscriptions', value, isNew: true });
}

/** The same for an invoice that was made. */
export function noteNewInvoice(doing: Doing, customer: string, value: PlatformInvoice): Promise<void> {
  return note(doing, customer, { section: 'platform-invoices', value, isNew: true });
}

/** Tells them what a change made of a subscription. What cannot be read now, a poll finds later. */
export async function noteChangedSubscription(doing: Doing, customer: string, id: string): Promise<void> {
  if (doing.sources.links.organizationOf(customer) === null) return;
  const on = errandFor(customer, doing.sources, doing.errand);
  const value = await readIfPossible(doing.platform().subscription(customer, id, on));
  if (value !== null) await note(doing, customer, { section: 'platform-subscriptions', value, isNew: false });
}

/** The same for an invoice. */
export async function noteChangedInvoice(doing: Doing, customer: string, id: string): Promise<void> {
  if (doing.sources.links.organizationOf(customer) === null) return;
  const on = errandFor(customer, doing.sources, doing.errand);
  const value = await readIfPossible(doing.platform().invoice(customer, id, on));
  if (value !== null) await note(doing, customer, { section: 'platform-invoices', value, isNew: false });
}

async function note({ sources }: Doing, customer: string, noted: Noted): Promise<void> {
  const organization = sources.links.organizationOf(customer);
  if (organization !== null) await sources.events.noteChange(organization, noted);
}

async function readIfPossible<Value>(reading: Promise<{ readonly value: Value }>): Promise<Value | null> {
  try {
    return (await reading).value;
  } catch (error) {
    if (error instanceof Failure) return null;
    throw error;
  }
}
