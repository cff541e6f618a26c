import type { Clock } from '../domain/clock.ts';
import { Failure } from '../domain/failure.ts';
import { forgetReservations, reserve } from '../store/reserve.ts';
import type { Store } from '../store/store.ts';

/** Which customer of the platform an organization is. What a caller may see of a customer is decided by it. */
export interface CustomerLinks {
  customerOf(organization: number): string | null;
  /** Null for a customer that is linked to none: operators alone see it. */
  organizationOf(customer: string): number | null;
  /**
   * Links an organization to the customer that is made for it, which is kept over restarts. Nothing is made where it is a
   * customer already, or is being made one, here or by another process of the same store: that is a `CONFLICT`.
   */
  link(organization: number, make: () => Promise<string>): Promise<string>;
}

interface Linkable {
  readonly id: number;
  readonly customer: string | null;
}

interface Kept {
  readonly store: Store;
  readonly clock: Clock;
  /** Longer than it takes to make a customer: after a crash nobody makes one for up to twice as long. */
  readonly holdMs: number;
}

/** The links of the configuration, and those that were made since. */
export async function openCustomerLinks(
  { store, clock, holdMs }: Kept,
  organizations: Iterable<Linkable>,
): Promise<CustomerLinks> {
  await forgetReservations(store, clock);
  const customers = new Map<number, string>();
  for (const { id, customer } of organizations) {
    const linked = customer ?? (await store.get(keyOf(id)));
    if (linked !== undefined) customers.set(id, linked);
  }
  return {
    customerOf: (organization) => customers.get(organization) ?? null,
    organizationOf: (customer) =>
      Array.from(customers).find(([, linked]) => linked === customer)?.[0] ?? null,
    async link(organization, make) {
      const release = await reserve(store, clock, keyOf(organization), holdMs);
      if (release === null) throw conflict('The organization is being made a customer of the platform.');
      try {
        // another process may have linked it since this one began
        const linked = customers.get(organization) ?? (await store.get(keyOf(organization)));
        if (linked !== undefined) {
          customers.set(organization, linked);
          throw conflict('The organization is a customer of the platform already.');
        }
        const customer = await make();
        await store.set(keyOf(organization), customer);
        customers.set(organization, customer);
        return customer;
      } finally {
        await release();
      }
    },
  };
}

const keyOf = (organization: number): string => `customer-link:${organization}`;

const conflict = (message: string): Failure => new Failure('CONFLICT', message);
