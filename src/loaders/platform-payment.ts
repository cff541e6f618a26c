import type { PlatformPaymentDetail } from '../domain/platform-payment.ts';
import type { Answer, Errand } from '../upstream/call.ts';
import { askingAtMost } from '../upstream/foresight.ts';
import { orNull } from './each.ts';
import type { Sources } from './loaders.ts';
import { errandFor, platformOf } from './platform.ts';

/** A payment of a customer; null where the customer has no such payment. */
export type PlatformPaymentReader = (
  customer: string,
  id: string,
) => Promise<Answer<PlatformPaymentDetail> | null>;

export function createPlatformPaymentReader(sources: Sources, errand: Errand): PlatformPaymentReader {
  // its invoice is read as well, which tells whose it is
  return (customer, id) =>
    askingAtMost(2, async () =>
      orNull(platformOf(sources).payment(customer, id, errandFor(customer, sources, errand))),
    );
}
