import { z } from 'zod';
import { Failure } from '../../domain/failure.ts';
import type { MakePrice } from '../../domain/make-price.ts';
import type { Answer, Endpoint, Errand, Upstream } from '../../upstream/call.ts';
import type { Registration } from '../directory.ts';
import type { Rows } from '../read.ts';
import {
  currencyCode,
  decimalText,
  exactMoney,
  localizedText,
  orNull,
  rowsOf,
  textOrNumber,
  wholeNumber,
} from '../wire.ts';
import { periodFrom } from './subscription-live.ts';

const priceShape = z
  .object({
    id: textOrNumber,
    productId: orNull(textOrNumber),
    price: decimalText,
    currencyCode,
    period: orNull(z.string()),
    visible: orNull(z.boolean()),
    config: orNull(z.object({ operations: orNull(wholeNumber) })),
  })
  .transform(({ id, productId, price, currencyCode, period, visible, config }, context) => ({
    isVisible: visible ?? true,
    price: {
      priceId: id,
      productId,
      planName: null,
      description: null,
      amount: exactMoney(price, currencyCode, context),
      ...(period === null ? { interval: null, intervalCount: null } : periodFrom(period)),
      operations: config?.operations ?? null,
    } satisfies MakePrice,
  }));

const productShape = z
  .object({
    id: textOrNumber,
    name: localizedText,
    description: orNull(localizedText),
    visible: orNull(z.boolean()),
    prices: rowsOf('make-billing', priceShape),
  })
  .transform(({ id, name, description, visible, prices }): readonly (MakePrice | Failure)[] => {
    if (visible === false) return [];
    return prices.flatMap((row): (MakePrice | Failure)[] => {
      if (row instanceof Failure) return [row];
      return row.isVisible ? [{ ...row.price, productId: id, planName: name, description }] : [];
    });
  });

const listEndpoint: Endpoint<Rows<MakePrice>> = {
  method: 'GET',
  path: '/cashier/products',
  answer: z.object({ products: rowsOf('make-billing', productShape) }).transform(({ products }) => {
    const rows = products.flatMap((product) => product);
    return { rows, total: rows.length };
  }),
  cache: 'prices',
  group: 'account',
};

/** In the organization's own currency. */
export function readPricesLive(
  upstream: Upstream,
  { id, account }: Registration,
  errand: Errand,
): Promise<Answer<Rows<MakePrice>>> {
  return upstream.request({ endpoint: listEndpoint, account, query: { organizationId: id } }, errand);
}

const oneEndpoint: Endpoint<MakePrice> = {
  method: 'GET',
  path: '/cashier/prices/{priceId}',
  answer: priceShape.transform(({ price }) => price),
  cache: 'prices',
  group: 'account',
};

/** Without the name of the plan. */
export function readPriceLive(
  upstream: Upstream,
  { account }: Registration,
  priceId: string,
  errand: Errand,
): Promise<Answer<MakePrice>> {
  return upstream.request({ endpoint: oneEndpoint, account, params: { priceId } }, errand);
}
