import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { openCustomerLinks } from '../../src/access/customer-links.ts';
import { openStore, type Store } from '../../src/store/store.ts';
import { createFakeClock } from './fake-clock.ts';

const folder = mkdtempSync(join(tmpdir(), 'tollgate-links-'));
afterAll(() => rmSync(folder, { recursive: true }));

const holdMs = 60_000;
const organizations = [{ id: 1001, customer: null }];

/** Two gateways over one store, each with a connection of its own. */
async function openTwo(name: string) {
  const clock = createFakeClock();
  const open = async () => {
    const store = openStore(`sqlite:${join(folder, name)}.db`);
    return { store, links: await openCustomerLinks({ store, clock, holdMs }, organizations) };
  };
  return { clock, one: await open(), other: await open() };
}

const never = () => new Promise<string>(() => {});
const reservations = (store: Store) => store.list('reserved:');

test('while one gateway makes the customer, another makes none, and afterwards knows which it is', async () => {
  const { one, other } = await openTwo('at-once');
  const made = Promise.withResolvers<string>();
  const linking = one.links.link(1001, () => made.promise);
  await expect(other.links.link(1001, async () => 'cus_other')).rejects.toMatchObject({ code: 'CONFLICT' });
  made.resolve('cus_one');
  expect(await linking).toBe('cus_one');
  await expect(other.links.link(1001, async () => 'cus_other')).rejects.toMatchObject({ code: 'CONFLICT' });
  expect([one.links.customerOf(1001), other.links.customerOf(1001)]).toEqual(['cus_one', 'cus_one']);
  expect((await reservations(one.store)).size).toBe(0);
});

test('a gateway that dies over it holds others up for a while and not for ever', async () => {
  const { clock, one, other } = await openTwo('crash');
  void one.links.link(1001, never);
  await clock.pass(holdMs - 1);
  await expect(other.links.link(1001, async () => 'cus_other')).rejects.toMatchObject({ code: 'CONFLICT' });
  await clock.pass(holdMs + 1);
  expect(await other.links.link(1001, async () => 'cus_other')).toBe('cus_other');
  expect((await reservations(other.store)).size).toBe(2);
  await openCustomerLinks({ store: other.store, clock, holdMs }, organizations);
  expect((await reservations(other.store)).size).toBe(0);
});

test('a customer that could not be made leaves nothing behind', async () => {
  const { one, other } = await openTwo('failed');
  await expect(one.links.link(1001, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(await other.links.link(1001, async () => 'cus_other')).toBe('cus_other');
});
