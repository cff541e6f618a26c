import { registrationOf } from '../datasources/directory.ts';
import type { Rows } from '../datasources/read.ts';
import type { PaymentMethod, PaymentMethodOption } from '../domain/payment-method.ts';
import type { PlatformPaymentMethod } from '../domain/platform-payment-method.ts';
import type { Answer, Errand } from '../upstream/call.ts';
import { type Loader, loadEach } from './each.ts';
import type { Sources } from './loaders.ts';
import { errandFor, platformOf } from './platform.ts';

export interface PaymentMethodLoaders {
  readonly ofOrganization: Loader<number, Answer<Rows<PaymentMethod>>>;
  readonly ofCustomer: Loader<string, Answer<Rows<PlatformPaymentMethod>>>;
  /** The kinds that an organization may use; null where the dialect does not tell. */
  readonly options: Loader<number, Answer<Rows<PaymentMethodOption>> | null>;
}

export function createPaymentMethodLoaders(sources: Sources, errand: Errand): PaymentMethodLoaders {
  const { directory, makeBilling } = sources;
  return {
    ofOrganization: loadEach('paymentMethods', (id) =>
      makeBilling.paymentMethods(registrationOf(directory, id), errand),
    ),
    ofCustomer: loadEach('customerPaymentMethods', async (customer) =>
      platformOf(sources).paymentMethods(customer, errandFor(customer, sources, errand)),
    ),
    options: loadEach('paymentMethodOptions', (id) =>
      makeBilling.paymentMethodOptions(registrationOf(directory, id), errand),
    ),
  };
}
