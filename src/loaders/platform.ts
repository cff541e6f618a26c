import type { PlatformBilling } from '../datasources/platform-billing/platform-billing.ts';
import { Failure } from '../domain/failure.ts';
import type { Errand } from '../upstream/call.ts';
import type { Sources } from './loaders.ts';

/** The platform Billing API, where there is one. */
export function platformOf({ platformBilling }: Pick<Sources, 'platformBilling'>): PlatformBilling {
  if (platformBilling !== null) return platformBilling;
  throw new Failure('NOT_SUPPORTED_BY_UPSTREAM', 'No platform Billing API is configured here.', {
    upstream: 'platform-billing',
  });
}

/** The errand as one of the customer's organization, which shares the platform's budgets fairly with the others. */
export function errandFor(customer: string, { links }: Pick<Sources, 'links'>, errand: Errand): Errand {
  const organization = links.organizationOf(customer);
  return organization === null ? errand : { ...errand, organization: String(organization) };
}
