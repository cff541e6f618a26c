import type { MakePrice } from '../../domain/make-price.ts';
import type { Answer, Errand } from '../../upstream/call.ts';
import { failed } from '../../upstream/failure-of-reply.ts';
import type { Rows } from '../read.ts';

/** This dialect does not tell what is sold: the configuration does. */
export async function readPricesDocumented(
  catalogue: readonly MakePrice[],
  errand: Errand,
): Promise<Answer<Rows<MakePrice>>> {
  return known({ rows: catalogue, total: catalogue.length }, errand);
}

export async function readPriceDocumented(
  catalogue: readonly MakePrice[],
  priceId: string,
  errand: Errand,
): Promise<Answer<MakePrice>> {
  const price = catalogue.find((each) => each.priceId === priceId);
  if (price === undefined) throw failed('NOT_FOUND', { upstream: 'make-billing' });
  return known(price, errand);
}

/** Known without asking: as fresh as the operation. */
function known<Value>(value: Value, { startedAt }: Errand): Answer<Value> {
  return { value, fetchedAt: startedAt, isStale: false };
}
