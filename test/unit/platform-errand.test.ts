import { expect, test } from 'vitest';
import { errandFor } from '../../src/loaders/platform.ts';
import { createMeter, type Errand } from '../../src/upstream/call.ts';

const links = {
  customerOf: () => null,
  organizationOf: (customer: string) => (customer === 'cus_1001' ? 1001 : null),
  link: (_organization: number, make: () => Promise<string>) => make(),
};

const errand: Errand = {
  signal: new AbortController().signal,
  deadline: 1000,
  priority: 'query',
  caller: 'somebody',
  startedAt: 0,
  meter: createMeter(),
};

test('what is read of a customer counts as its organization’s share of the platform’s budget', () => {
  expect(errandFor('cus_1001', { links }, errand)).toEqual({ ...errand, organization: '1001' });
  expect(errandFor('cus_of_nobody', { links }, errand)).toEqual(errand);
});
