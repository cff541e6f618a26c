import { registrationOf } from '../datasources/directory.ts';
import type { MakeSubscription } from '../domain/subscription.ts';
import type { Answer, Errand } from '../upstream/call.ts';
import { type Loader, loadEach, orNull } from './each.ts';
import type { Sources } from './loaders.ts';

export function createSubscriptionLoader(
  { directory, makeBilling }: Sources,
  errand: Errand,
): Loader<number, Answer<MakeSubscription> | null> {
  return loadEach('subscription', (id) =>
    orNull(makeBilling.subscription(registrationOf(directory, id), errand)),
  );
}
