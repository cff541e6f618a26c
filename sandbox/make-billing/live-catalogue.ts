import { type Call, type Endpoint, ok, Refusal, type Reply } from '../kernel/endpoint.ts';
import { idOf, optionalEnum, queryInteger } from '../kernel/fields.ts';
import { requireAccess } from '../organizations/access.ts';
import {
  findPrice,
  isPlanPrice,
  operationsPerExtra,
  type Price,
  type Product,
  planLimits,
  prices,
  products,
} from './catalogue.ts';
import { decimalOf } from './money.ts';

export const liveCatalogue: readonly Endpoint[] = [
  { method: 'GET', template: '/cashier/products', handle: listProducts },
  { method: 'GET', template: '/cashier/prices/{priceId}', handle: getPrice },
];

/** All that is sold; with an organization, in its currency; with a related price, in that one's currency and interval. */
function listProducts(call: Call): Reply {
  const { query } = call;
  const type = optionalEnum({ type: query.get('type') ?? undefined }, 'type', ['PLAN', 'EXTRA']);
  const organizationId = queryInteger(query, 'organizationId', { min: 1 });
  const relatedId = queryInteger(query, 'relatedPriceId', { min: 1 });
  const organization = organizationId === undefined ? undefined : requireAccess(call, organizationId);
  const related = relatedId === undefined ? undefined : requirePrice(relatedId);
  const offered = prices.filter(
    (price) =>
      (organization === undefined || price.currency === organization.currency) &&
      (related === undefined ||
        (price.currency === related.currency &&
          (price.interval === null || related.interval === null || price.interval === related.interval))),
  );
  return ok({
    products: products
      .filter((product) => type === undefined || typeOf(product) === type)
      .map((product) =>
        productRow(
          product,
          offered.filter((price) => price.product === product),
        ),
      ),
  });
}

function getPrice({ path }: Call): Reply {
  const price = requirePrice(idOf(path['priceId']));
  return ok({
    ...priceRow(price),
    productId: price.product.id,
    price: decimalOf(price.amount, price.currency),
  });
}

function productRow(product: Product, offered: readonly Price[]): object {
  return {
    id: product.id,
    name: { cs: product.name, en: product.name },
    description: { cs: product.description, en: product.description },
    descriptionHover: { cs: product.description, en: product.description },
    additionalInfo: { cs: featuresOf(product), en: featuresOf(product) },
    priority: product.id,
    visible: true,
    config: productConfig(product),
    type: typeOf(product),
    comparisonId: product.id,
    prices: offered.map((price) => ({
      ...priceRow(price),
      price: Number(decimalOf(price.amount, price.currency)),
    })),
  };
}

function priceRow(price: Price): object {
  return {
    id: price.id,
    config: priceConfig(price),
    period: price.interval,
    default: price.interval !== 'year',
    visible: true,
    priority: price.product.id,
    currencyCode: price.currency,
  };
}

function featuresOf({ plan }: Product): readonly string[] {
  return plan === null ? [] : planLimits(plan).features;
}

function productConfig({ plan }: Product): object {
  if (plan === null) return {};
  const limits = planLimits(plan);
  return {
    teams: limits.teams,
    users: limits.users,
    fslimit: limits.fileSize,
    apiLimit: limits.apiLimit,
    fulltext: plan !== 'core',
    interval: limits.interval,
    priority: plan === 'core' ? 'medium' : 'high',
    retention: limits.retention,
    scenarios: limits.scenarios ?? -1,
    gracePeriod: 0,
    executionTime: limits.executionTime,
  };
}

function priceConfig(price: Price): object {
  if (!isPlanPrice(price)) return { operations: operationsPerExtra };
  const limits = planLimits(price.product.plan);
  return {
    dslimit: limits.storage,
    iolimit: 50,
    dsslimit: limits.storage,
    transfer: limits.dataTransfer,
    dlqStorage: limits.dlqStorage,
    operations: limits.operations,
    restartPeriod: '1 month',
  };
}

function typeOf({ plan }: Product): 'PLAN' | 'EXTRA' {
  return plan === null ? 'EXTRA' : 'PLAN';
}

function requirePrice(id: number): Price {
  const price = findPrice(id);
  if (price !== undefined) return price;
  throw new Refusal(404, 'SC404', 'The price does not exist.');
}
