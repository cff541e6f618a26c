import { billingSources } from '../domain/billing-source.ts';
import { describedEnum } from './described-enum.ts';

export const BillingSource = describedEnum('BillingSource', 'The system that bills.', billingSources, {
  MAKE: "Make.com, for the organization's plan there.",
  PLATFORM: 'The platform Billing API, for what its customers subscribe to.',
});
