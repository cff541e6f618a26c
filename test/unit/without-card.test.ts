import { expect, test } from 'vitest';
import { withoutCard } from '../../src/actions/without-card.ts';
import { Failure } from '../../src/domain/failure.ts';

const source = { card: { number: '4242424242424242', expiryMonth: 12, expiryYear: 2031, cvc: '737' } };

const echoing = new Failure(
  'BAD_USER_INPUT',
  'The upstream did not accept the input.',
  {
    upstream: 'make-billing',
    upstreamCode: 'invalid_payment_method',
    faults: [
      { path: ['card', 'cvc'], message: 'cvc 737 is wrong; 7370 is not it' },
      { path: ['card'], message: 'no card 4242 4242 4242 4242' },
    ],
  },
  { cause: new SyntaxError('{"number":"4242424242424242"}') },
);

async function thrownBy(
  send: () => Promise<never>,
  of: Parameters<typeof withoutCard>[0] = source,
): Promise<unknown> {
  try {
    return await withoutCard(of, send);
  } catch (error) {
    return error;
  }
}

test('what an upstream repeats of a card in its refusal goes no further, nor what it answered', async () => {
  const error = await thrownBy(() => Promise.reject(echoing));
  expect(error).toMatchObject({
    code: 'BAD_USER_INPUT',
    details: {
      upstreamCode: 'invalid_payment_method',
      faults: [
        { path: ['card', 'cvc'], message: 'cvc … is wrong; 7370 is not it' },
        { path: ['card'], message: '…' },
      ],
    },
  });
  expect((error as Error).cause).toBeUndefined();
});

test('other sources have nothing to hide, and other errors stay what they are', async () => {
  expect(await thrownBy(() => Promise.reject(echoing), { token: 'tok_visa' })).toBe(echoing);
  const unforeseen = new Error('Only a request would tell.');
  expect(await thrownBy(() => Promise.reject(unforeseen))).toBe(unforeseen);
});
