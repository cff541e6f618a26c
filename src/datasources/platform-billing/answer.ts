import { z } from 'zod';
import type { Answer } from '../../upstream/call.ts';
import { failed } from '../../upstream/failure-of-reply.ts';
import { orNull, rowsOf, wholeNumber } from '../wire.ts';

/** `{ status: "success", data: { plan: … } }`: every answer is wrapped twice. */
export function inData<Value>(name: string, shape: z.ZodType<Value>) {
  return z
    .object({ data: z.record(z.string(), z.unknown()) })
    .transform(({ data }) => data[name])
    .pipe(shape);
}

const paginationShape = orNull(z.object({ total: orNull(wholeNumber) }));

/** A page of a list: the platform puts its rows under a name of their own, and the pagination beside them. */
export function pageInData<Row>(name: string, row: z.ZodType<Row>) {
  return z
    .object({ data: z.looseObject({ pagination: paginationShape }) })
    .transform(({ data }) => ({ rows: data[name], total: data.pagination?.total ?? null }))
    .pipe(z.object({ rows: rowsOf('platform-billing', row), total: wholeNumber.nullable() }));
}

/** Whoever knows an id may not see what it names unless that is the customer's. */
export async function ofCustomer<Value extends { readonly customerId: string }>(
  customer: string,
  asked: Promise<Answer<Value>>,
): Promise<Answer<Value>> {
  const answer = await asked;
  if (answer.value.customerId === customer) return answer;
  throw failed('NOT_FOUND', { upstream: 'platform-billing' });
}
