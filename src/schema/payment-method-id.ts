import { Failure } from '../domain/failure.ts';
import { decodeGlobalId, readCustomerOwnedId, readEitherId, readMemberId } from './global-id.ts';

/** Whose a payment method is, and its id in the system that charges it. */
type MethodPlace =
  | { readonly organization: number; readonly upstreamId: string }
  | { readonly customer: string; readonly upstreamId: string };

/** A `paymentMethodId` argument that takes a global id alone: whose the method is stands in it. */
export function readMethodPlace(id: string): MethodPlace {
  const decoded = decodeGlobalId(id);
  const place = decoded.typename === 'PaymentMethod' ? placeWithin(decoded.id) : null;
  if (place !== null) return place;
  throw new Failure('BAD_USER_INPUT', 'The id is that of something else than a payment method.');
}

/** The same where the organization is known: the global id of one of its methods, or Make's own; null for any other. */
export function readMakeMethodId(id: string, organization: number): string | null {
  try {
    const inside = readEitherId(id, 'PaymentMethod');
    if (inside === id) return id;
    const place = placeWithin(inside);
    return place && 'organization' in place && place.organization === organization ? place.upstreamId : null;
  } catch (error) {
    if (error instanceof Failure) return null;
    throw error;
  }
}

/** What stands inside of a global id: `make/1001/pm_1`, `platform/cus_1/pm_1`. */
function placeWithin(id: string): MethodPlace | null {
  const [, source, owned = ''] = /^(make|platform)\/(.+)$/.exec(id) ?? [];
  if (source === undefined) return null;
  return source === 'make' ? readMemberId(owned) : readCustomerOwnedId(owned);
}
