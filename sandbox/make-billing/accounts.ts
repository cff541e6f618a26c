import { dayMs } from '../kernel/time.ts';
import type { Organization } from '../organizations/organizations.ts';
import type { World } from '../world.ts';
import { addMethod, type NewMethod } from './payment-methods.ts';
import type { Account, Address, PaymentMethod } from './state.ts';

const addresses: Readonly<Record<string, Address>> = {
  US: {
    line1: '410 Alder Street',
    line2: 'Suite 300',
    city: 'Portland',
    state: 'OR',
    postalCode: '97205',
    country: 'US',
  },
  CA: { line1: '88 Water Street', city: 'Vancouver', state: 'BC', postalCode: 'V6B 1A4', country: 'CA' },
  GB: { line1: '14 Paternoster Row', city: 'London', postalCode: 'EC4M 7DX', country: 'GB' },
  DE: { line1: 'Lindenallee 7', city: 'Leipzig', postalCode: '04105', country: 'DE' },
  FR: { line1: '22 rue des Tanneurs', city: 'Lyon', postalCode: '69002', country: 'FR' },
  CZ: { line1: 'Korunní 810/104', city: 'Praha', postalCode: '101 00', country: 'CZ' },
  DK: { line1: 'Havnegade 31', city: 'Aarhus', postalCode: '8000', country: 'DK' },
  AT: { line1: 'Bergstraße 12', city: 'Innsbruck', postalCode: '6020', country: 'AT' },
  JP: { line1: '2-11-3 Meguro', city: 'Tokyo', postalCode: '153-0063', country: 'JP' },
};

const nowhere: Address = { line1: '1 Main Street', city: 'Springfield', postalCode: '00001', country: 'US' };

/** An account as it is when its organization is founded: nothing bought, nothing to pay with. */
export function beginAccount(world: World, organization: Organization): Account {
  const { id, name, slug, currency, country, users } = organization;
  const email = `billing@${slug}.example`;
  const accountant = users.find((user) => user.role === 'accountant');
  const taxDigits = world.random.fork(`tax id ${id}`).int(100_000_000, 999_999_999);
  const account: Account = {
    organizationId: id,
    currency,
    customerId: 500_000 + id,
    invoicePrefix: world.random.fork(`invoice prefix ${id}`).hex(8).toUpperCase(),
    profile: {
      name,
      email,
      address: addresses[country.code] ?? nowhere,
      taxId: ['US', 'CA', 'JP'].includes(country.code) ? null : `${country.code}${taxDigits}`,
      invoiceEmailRecipients: accountant === undefined ? [email] : [email, accountant.email],
    },
    subscription: null,
    invoices: [],
    methods: [],
    defaultMethodId: null,
    extrasMethodId: null,
    credit: 0,
    extras: [],
  };
  world.makeBilling.accounts.set(id, account);
  return account;
}

export function addSampleCard(
  world: World,
  account: Account,
  brand: 'visa' | 'mastercard' | 'amex',
  expiresAt = world.historyEndsAt + 1100 * dayMs,
): PaymentMethod {
  const date = new Date(expiresAt);
  return add(world, account, {
    type: 'card',
    brand,
    last4: { visa: '4242', mastercard: '4444', amex: '0005' }[brand],
    expiryMonth: date.getUTCMonth() + 1,
    expiryYear: date.getUTCFullYear(),
  });
}

export function addSampleBankAccount(world: World, account: Account): PaymentMethod {
  const random = world.random.fork(`bank account ${account.organizationId}`);
  return add(world, account, {
    type: 'bank_account',
    bankName: account.currency === 'USD' ? 'First Harbor Bank' : 'Banque du Rhône',
    last4: String(random.int(1000, 9999)),
  });
}

export function addSamplePayPal(world: World, account: Account): PaymentMethod {
  return add(world, account, { type: 'paypal', email: account.profile.email });
}

type Sample<T> = T extends NewMethod ? Omit<T, 'billingAddress' | 'declines'> : never;

function add(world: World, account: Account, method: Sample<NewMethod>): PaymentMethod {
  return addMethod(
    world,
    account,
    { ...method, billingAddress: account.profile.address, declines: null },
    false,
  );
}
