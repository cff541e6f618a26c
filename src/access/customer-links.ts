import type { Store } from '../store/store.ts';

/** Which customer of the platform an organization is. What a caller may see of a customer is decided by it. */
export interface CustomerLinks {
  customerOf(organization: number): string | null;
  /** Null for a customer that is linked to none: operators alone see it. */
  organizationOf(customer: string): number | null;
  /** Kept over restarts. */
  link(organization: number, customer: string): Promise<void>;
}

interface Linkable {
  readonly id: number;
  readonly customer: string | null;
}

/** The links of the configuration, and those that were made since. */
export async function openCustomerLinks(
  store: Store,
  organizations: Iterable<Linkable>,
): Promise<CustomerLinks> {
  const customers = new Map<number, string>();
  for (const { id, customer } of organizations) {
    const linked = customer ?? (await store.get(keyOf(id)));
    if (linked !== undefined) customers.set(id, linked);
  }
  return {
    customerOf: (organization) => customers.get(organization) ?? null,
    organizationOf: (customer) =>
      Array.from(customers).find(([, linked]) => linked === customer)?.[0] ?? null,
    async link(organization, customer) {
      await store.set(keyOf(organization), customer);
      customers.set(organization, customer);
    },
  };
}

const keyOf = (organization: number): string => `customer-link:${organization}`;
