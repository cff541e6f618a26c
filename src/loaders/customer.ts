import type { CustomerDetail } from '../domain/customer.ts';
import type { CustomerUsage, UsageFilter } from '../domain/customer-usage.ts';
import type { Answer, Errand } from '../upstream/call.ts';
import { type Loader, loadEach, orNull } from './each.ts';
import type { Sources } from './loaders.ts';
import { errandFor, platformOf } from './platform.ts';

/** By the platform's id; null for a customer that the platform does not know. */
export function createCustomerLoader(
  sources: Sources,
  errand: Errand,
): Loader<string, Answer<CustomerDetail> | null> {
  return loadEach('customer', async (id) =>
    orNull(platformOf(sources).customer(id, errandFor(id, sources, errand))),
  );
}

/** Null for a customer that the platform does not know. */
export type CustomerUsageReader = (
  customer: string,
  filter: UsageFilter,
) => Promise<Answer<CustomerUsage> | null>;

export function createCustomerUsageReader(sources: Sources, errand: Errand): CustomerUsageReader {
  return async (customer, filter) =>
    orNull(platformOf(sources).usage(customer, filter, errandFor(customer, sources, errand)));
}
