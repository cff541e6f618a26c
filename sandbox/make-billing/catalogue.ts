import type { CurrencyCode, Organization, PlanName } from '../organizations/organizations.ts';
import type { World } from '../world.ts';

export type PaidPlan = Exclude<PlanName, 'free'>;

/** Something that is sold: a plan, or extra operations. */
export interface Product {
  readonly id: number;
  readonly name: string;
  readonly description: string;
  /** Null: an extra, bought once. */
  readonly plan: PaidPlan | null;
}

export interface Price {
  /** `2<product><currency><interval>`: 2111 is Core in dollars by the month. */
  readonly id: number;
  readonly product: Product;
  readonly currency: CurrencyCode;
  /** Null: paid once. */
  readonly interval: 'month' | 'year' | null;
  /** Minor units. */
  readonly amount: number;
}

interface PlanLimits {
  /** Operations a month. */
  readonly operations: number;
  /** Bytes a month. */
  readonly dataTransfer: number;
  /** Bytes. */
  readonly dlqStorage: number;
  /** Bytes of data stores. */
  readonly storage: number;
  /** Bytes of the largest file. */
  readonly fileSize: number;
  /** Null: as many as are wanted. */
  readonly scenarios: number | null;
  /** Days that logs are kept. */
  readonly retention: number;
  readonly users: number;
  readonly teams: number;
  /** Shortest interval of a schedule, minutes. */
  readonly interval: number;
  /** Longest run, minutes. */
  readonly executionTime: number;
  /** Requests a minute. */
  readonly apiLimit: number;
  readonly features: readonly string[];
}

/** A price of a plan, paid again and again. */
export interface PlanPrice extends Price {
  readonly product: Product & { readonly plan: PaidPlan };
  readonly interval: 'month' | 'year';
}

/** What one unit of the extra brings. */
export const operationsPerExtra = 10_000;

const megabyte = 1_048_576;
const gigabyte = 1024 * megabyte;

const paid = { scenarios: null, retention: 30, interval: 1, executionTime: 40 } as const;
const coreFeatures = ['Scheduled scenarios', 'Make API access'];
const proFeatures = [...coreFeatures, 'Custom variables', 'Full-text log search'];
const teamsFeatures = [...proFeatures, 'Team roles', 'Scenario templates'];

const limits: Readonly<Record<PlanName, PlanLimits>> = {
  free: {
    operations: 1000,
    dataTransfer: 512 * megabyte,
    dlqStorage: megabyte,
    storage: megabyte,
    fileSize: 5 * megabyte,
    scenarios: 2,
    retention: 7,
    users: 2,
    teams: 1,
    interval: 15,
    executionTime: 5,
    apiLimit: 30,
    features: [],
  },
  core: {
    ...paid,
    operations: 10_000,
    dataTransfer: 5 * gigabyte,
    dlqStorage: 100 * megabyte,
    storage: 10 * megabyte,
    fileSize: 100 * megabyte,
    users: 5,
    teams: 2,
    apiLimit: 60,
    features: coreFeatures,
  },
  pro: {
    ...paid,
    operations: 40_000,
    dataTransfer: 20 * gigabyte,
    dlqStorage: 400 * megabyte,
    storage: 40 * megabyte,
    fileSize: 250 * megabyte,
    users: 10,
    teams: 3,
    apiLimit: 120,
    features: proFeatures,
  },
  teams: {
    ...paid,
    operations: 80_000,
    dataTransfer: 40 * gigabyte,
    dlqStorage: 800 * megabyte,
    storage: 80 * megabyte,
    fileSize: 500 * megabyte,
    users: 20,
    teams: 10,
    apiLimit: 240,
    features: teamsFeatures,
  },
  enterprise: {
    ...paid,
    operations: 500_000,
    dataTransfer: 250 * gigabyte,
    dlqStorage: 5 * gigabyte,
    storage: 500 * megabyte,
    fileSize: 1000 * megabyte,
    retention: 60,
    users: 100,
    teams: 50,
    apiLimit: 1000,
    features: [...teamsFeatures, 'Custom functions', 'Audit logs', 'Analytics dashboard', 'Single sign-on'],
  },
};

export function planLimits(plan: PlanName): PlanLimits {
  return limits[plan];
}

/** Operations a month: the plan's, and the extra ones bought for the month that runs. */
export function includedOperations({ makeBilling, timeline }: World, { id, plan }: Organization): number {
  const now = timeline.now();
  const extras = makeBilling.accounts.get(id)?.extras ?? [];
  return extras.reduce(
    (sum, extra) => (extra.until > now ? sum + extra.operations : sum),
    limits[plan].operations,
  );
}

const planProducts: readonly PlanPrice['product'][] = [
  { id: 1, name: 'Core', plan: 'core', description: 'For individuals who automate simple work' },
  { id: 2, name: 'Pro', plan: 'pro', description: 'For individuals with advanced and frequent automations' },
  { id: 3, name: 'Teams', plan: 'teams', description: 'For several teams that share their automations' },
  { id: 4, name: 'Enterprise', plan: 'enterprise', description: 'For organizations with strict demands' },
];

const extraProduct: Product = {
  id: 9,
  name: 'Extra 10,000 operations',
  plan: null,
  description: 'Operations beyond the plan, until the end of the month that runs',
};

const currencyDigits: Readonly<Record<CurrencyCode, number>> = { USD: 1, EUR: 2, GBP: 3, JPY: 4 };

type Amounts = Readonly<Record<CurrencyCode, number>>;

/** Minor units a month; a year costs ten months. */
const monthly: Readonly<Record<PaidPlan, Amounts>> = {
  core: { USD: 1059, EUR: 989, GBP: 859, JPY: 1590 },
  pro: { USD: 1882, EUR: 1759, GBP: 1529, JPY: 2820 },
  teams: { USD: 3412, EUR: 3189, GBP: 2779, JPY: 5110 },
  enterprise: { USD: 150_000, EUR: 140_000, GBP: 121_000, JPY: 225_000 },
};
const extraAmounts: Amounts = { USD: 900, EUR: 840, GBP: 730, JPY: 1350 };

const currencies: readonly CurrencyCode[] = ['USD', 'EUR', 'GBP', 'JPY'];

export const products: readonly Product[] = [...planProducts, extraProduct];

const planPrices: readonly PlanPrice[] = planProducts.flatMap((product) =>
  currencies.flatMap((currency): readonly PlanPrice[] => {
    const amount = monthly[product.plan][currency];
    return [
      { id: priceId(product, currency, 1), product, currency, interval: 'month', amount },
      { id: priceId(product, currency, 2), product, currency, interval: 'year', amount: amount * 10 },
    ];
  }),
);

const extraPrices: readonly Price[] = currencies.map((currency) => ({
  id: priceId(extraProduct, currency, 0),
  product: extraProduct,
  currency,
  interval: null,
  amount: extraAmounts[currency],
}));

export const prices: readonly Price[] = [...planPrices, ...extraPrices];

function priceId(product: Product, currency: CurrencyCode, intervalDigit: 0 | 1 | 2): number {
  return 2000 + product.id * 100 + currencyDigits[currency] * 10 + intervalDigit;
}

const pricesById = new Map(prices.map((price) => [price.id, price]));

export function findPrice(id: number): Price | undefined {
  return pricesById.get(id);
}

export function isPlanPrice(price: Price): price is PlanPrice {
  return price.product.plan !== null && price.interval !== null;
}

/** The price at which a plan is sold. */
export function planPrice(
  plan: PaidPlan,
  currency: CurrencyCode,
  interval: PlanPrice['interval'],
): PlanPrice {
  const price = planPrices.find(
    (each) => each.product.plan === plan && each.currency === currency && each.interval === interval,
  );
  if (price === undefined) throw new Error(`${plan} has no price in ${currency} by the ${interval}`);
  return price;
}

/** The price of extra operations. */
export function extraPrice(currency: CurrencyCode): Price {
  const price = extraPrices.find((each) => each.currency === currency);
  if (price === undefined) throw new Error(`extra operations have no price in ${currency}`);
  return price;
}

/** Positive where the first price is of the higher plan, or of the same plan for longer. */
export function comparePlans(one: PlanPrice, other: PlanPrice): number {
  return one.product.id - other.product.id || monthsOf(one) - monthsOf(other);
}

export function monthsOf({ interval }: PlanPrice): number {
  return interval === 'year' ? 12 : 1;
}
