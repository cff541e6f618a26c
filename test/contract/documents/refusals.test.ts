import { expect, test } from 'vitest';
import { change } from '../../kit/change.ts';
import type { Json } from '../../kit/raw.ts';
import { startWitnessedGateway, type Watched } from '../../kit/witnessed-gateway.ts';

interface Refusal {
  readonly watched: Watched;
  readonly mutation: string;
  readonly input: object;
  /** What the upstream answers, as its document prints errors. */
  readonly says: { readonly status: number; readonly body: Json };
  /** What becomes of it. */
  readonly shows: Json;
}

const text = expect.any(String);
const lineItems = [{ description: 'Work', quantity: '1', unitPrice: { minorUnits: 100, currency: 'USD' } }];

const refusals: readonly Refusal[] = [
  {
    watched: 'documented',
    mutation: 'applyCoupon',
    input: { organizationId: '1001', couponCode: 'NOSUCH' },
    says: {
      status: 400,
      body: {
        error: 400,
        message: text,
        code: 'coupon_invalid',
        details: { field: 'couponCode', reason: 'there is no coupon NOSUCH' },
      },
    },
    shows: {
      __typename: 'InvalidInput',
      upstreamCode: 'coupon_invalid',
      faults: [{ path: ['couponCode'], message: 'there is no coupon NOSUCH' }],
    },
  },
  {
    watched: 'documented',
    mutation: 'createSubscription',
    input: { organizationId: '1001', priceId: '2211' },
    says: {
      status: 409,
      body: { error: 409, message: text, code: 'subscription_exists', details: { reason: text } },
    },
    shows: { __typename: 'Conflict', upstreamCode: 'subscription_exists' },
  },
  {
    watched: 'live',
    mutation: 'updateSubscription',
    input: { organizationId: '1001', priceId: '77' },
    says: {
      status: 400,
      body: {
        detail: text,
        message: 'Bad Request',
        code: 'SC400',
        suberrors: [{ message: text, field: text }],
      },
    },
    shows: { __typename: 'InvalidInput', upstreamCode: 'SC400', faults: expect.anything() },
  },
  {
    watched: 'platform',
    mutation: 'createInvoice',
    input: { customerId: 'cus_none', lineItems },
    says: {
      status: 400,
      body: {
        status: 'error',
        error: {
          code: 'invalid_customer',
          message: text,
          details: { field: 'customer_id', reason: 'does not exist' },
        },
      },
    },
    shows: {
      __typename: 'InvalidInput',
      upstreamCode: 'invalid_customer',
      faults: [{ path: ['customerId'], message: 'does not exist' }],
    },
  },
];

test.each(refusals)(
  '$watched: what is wrong with $mutation is told with its code, field and reason',
  async ({ watched, mutation, input, says, shows }) => {
    await using own = await startWitnessedGateway(watched);
    const { result } = await change(own.gateway, mutation, input, { caller: 'sandbox-operator' });
    const { status, answer } = own.witness.exchanges.at(-1) ?? { status: 0, answer: '{}' };
    expect({ status, body: JSON.parse(answer) }).toEqual(says);
    expect(result).toMatchObject(shows);
  },
);
