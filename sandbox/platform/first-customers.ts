import { dayMs } from '../kernel/time.ts';
import type { Organization } from '../organizations/organizations.ts';
import type { World } from '../world.ts';
import { addCustomer, type Profile } from './customers.ts';
import { addPaymentMethod } from './payment-methods.ts';
import type { Address, Customer, Habit, PaymentMethod } from './state.ts';

type Place = Pick<Required<Address>, 'city' | 'state' | 'postal_code'>;

const places: Readonly<Record<string, Place>> = {
  US: { city: 'San Francisco', state: 'CA', postal_code: '94105' },
  CA: { city: 'Vancouver', state: 'BC', postal_code: 'V6B 1A1' },
  DE: { city: 'Hamburg', state: 'HH', postal_code: '20095' },
  JP: { city: 'Osaka', state: 'Osaka', postal_code: '530-0001' },
  GB: { city: 'London', state: 'England', postal_code: 'EC1A 1BB' },
  CZ: { city: 'Praha', state: 'Praha', postal_code: '110 00' },
  FR: { city: 'Lyon', state: 'Rhône', postal_code: '69002' },
  DK: { city: 'Aarhus', state: 'Midtjylland', postal_code: '8000' },
};

/** How much of the limits of its plan a customer uses. */
export type Use = 'light' | 'usual' | 'heavy';

const habits: Readonly<
  Record<Use, Pick<Habit, 'apiCallsPerDay' | 'storage' | 'storageGrowth' | 'projects'>>
> = {
  light: { apiCallsPerDay: 240, storage: 480, storageGrowth: 1, projects: 2 },
  usual: { apiCallsPerDay: 1300, storage: 2150, storageGrowth: 4, projects: 8 },
  heavy: { apiCallsPerDay: 2350, storage: 3825, storageGrowth: 9, projects: 31 },
};

/** The customer that an organization is linked to: of its name, place and accountant. */
export function addLinkedCustomer(world: World, organization: Organization, use: Use): Customer {
  const { id, name, country, users, slug } = organization;
  const contact = users.find(({ role }) => role === 'accountant') ?? users[0];
  const place = places[country.code];
  return addCustomer(world, {
    id: organization.customerId ?? undefined,
    email: contact.email,
    name,
    description: `Billing account of ${name}`,
    address: { line1: `${id - 1000} Harbour Street`, ...place, country: country.code },
    phone: `+1-555-01${String(id - 1000).padStart(2, '0')}`,
    tax: {
      taxId: `${country.code}${String(id * 7919).padStart(9, '0')}`,
      isExempt: false,
      exemptionType: null,
    },
    metadata: { source: 'web_signup', website: `https://${slug}.example` },
    habit: habitOf(world, name, use),
  });
}

export function addUnlinkedCustomer(
  world: World,
  { name, email, use, address }: Pick<Profile, 'name' | 'email' | 'address'> & { readonly use: Use },
): Customer {
  return addCustomer(world, {
    email,
    name,
    description: null,
    address,
    phone: null,
    tax: { taxId: null, isExempt: false, exemptionType: null },
    metadata: { source: 'sales' },
    habit: habitOf(world, name, use),
  });
}

const brands = [
  { brand: 'visa', last4: '4242' },
  { brand: 'mastercard', last4: '5555' },
  { brand: 'amex', last4: '0005' },
] as const;

/** A default card, good for years where nothing else is said. The number picks its brand and the month it ends in. */
export function addCard(
  world: World,
  customer: Customer,
  number: number,
  card: Partial<Pick<PaymentMethod, 'expiry' | 'declinesWhenCharged'>> = {},
): void {
  const { brand, last4 } = brands[number % brands.length] ?? brands[0];
  addPaymentMethod(world, customer, {
    brand,
    last4,
    expiry: { month: 1 + (number % 12), year: new Date(world.historyEndsAt).getUTCFullYear() + 4 },
    declinesWhenCharged: null,
    ...card,
    billingAddress: customer.address,
    metadata: {},
    isDefault: true,
  });
}

function habitOf(world: World, name: string, use: Use): Habit {
  const seed = world.random.fork(`platform habit ${name}`).int(1, 2 ** 31 - 1);
  return { ...habits[use], since: world.timeline.now() - dayMs, seed };
}
