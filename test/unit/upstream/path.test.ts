import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Failure } from '../../../src/domain/failure.ts';
import { pathOf } from '../../../src/upstream/path.ts';

const endpoint = { path: '/organizations/{organizationId}/payments/{paymentId}' };

test('parameters and query names are encoded, lists repeat their name, what is undefined is left out', () => {
  const params = { organizationId: 1001, paymentId: 'in_1 ü?#&' };
  const query = { 'pg[limit]': 25, 'event[]': ['a b', 'c&d'], confirmed: true, text: undefined };
  expect(pathOf({ endpoint, params, query })).toBe(
    '/organizations/1001/payments/in_1%20%C3%BC%3F%23%26?pg%5Blimit%5D=25&event%5B%5D=a%20b&event%5B%5D=c%26d&confirmed=true',
  );
});

test.each([
  '',
  '.',
  '..',
  '../1002',
  'a/b',
  'a\\b',
  '%2e%2e',
  '%2f',
  'a\nb',
  'a\u0000b',
  'a\u2028b',
  '\ud800',
  'x'.repeat(201),
])('the id %j is refused as bad input', (paymentId) => {
  expect(() => pathOf({ endpoint, params: { organizationId: 1, paymentId } })).toThrow(
    expect.objectContaining({
      code: 'BAD_USER_INPUT',
      details: { faults: [expect.objectContaining({ path: ['paymentId'] })] },
    }),
  );
});

test('whatever is sent as an id, no other path is reached', () => {
  const anything = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.string({
      unit: fc.constantFrom('.', '/', '%', '2', 'e', 'f', '\\', '?', '#', ';', ':', '@', '\n', 'a'),
    }),
  );
  fc.assert(
    fc.property(anything, anything, (organizationId, paymentId) => {
      let path: string;
      try {
        path = pathOf({ endpoint, params: { organizationId, paymentId }, query: { q: paymentId } });
      } catch (error) {
        expect(error).toBeInstanceOf(Failure);
        return;
      }
      const { pathname, host, hash } = new URL(`https://eu1.make.com/api/v2${path}`);
      const segments = pathname.split('/');
      expect(host).toBe('eu1.make.com');
      expect(hash).toBe('');
      expect(segments).toHaveLength(7);
      expect([segments[3], segments[5]]).toEqual(['organizations', 'payments']);
      expect(segments.map(decodeURIComponent).slice(4)).toEqual([organizationId, 'payments', paymentId]);
      expect(segments.map(decodeURIComponent).map(decodeURIComponent).join('/').split('/')).toHaveLength(7);
    }),
    { numRuns: 2_000 },
  );
});
