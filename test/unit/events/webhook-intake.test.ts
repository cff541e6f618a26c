import { createHmac } from 'node:crypto';
import { expect, test } from 'vitest';
import { openEventLog } from '../../../src/events/event-log.ts';
import { createHub } from '../../../src/events/hub.ts';
import { createRecorder } from '../../../src/events/recorder.ts';
import type { PolledSources } from '../../../src/events/sections.ts';
import { openWebhookIntake } from '../../../src/events/webhook-intake.ts';
import { openStore, type Store } from '../../../src/store/store.ts';
import { createFakeClock } from '../fake-clock.ts';

const secrets = ['new secret', 'old secret'];

async function setUp({ store = openStore('memory:'), secrets: given = secrets } = {}) {
  const clock = createFakeClock();
  const log = await openEventLog(store, clock, { maxEvents: 1000, retentionMs: 1e12 });
  const recorder = createRecorder(store, log, createHub(), clock);
  const changed: string[] = [];
  const hastened: string[] = [];
  const errors: unknown[] = [];
  const intake = await openWebhookIntake({
    store,
    clock,
    recorder,
    secrets: given,
    sources: {
      platformBilling: { changed: (customer: string) => changed.push(customer) },
      links: { organizationOf: (customer: string) => (customer === 'cus_1' ? 1001 : null) },
    } as unknown as PolledSources,
    pollers: { hasten: (_organization, sections) => hastened.push(...sections) },
    onError: (error) => errors.push(error),
  });
  const at = (offsetMs = 0): string => new Date(clock.now() + offsetMs).toISOString();
  const events = async () => {
    await intake.settle();
    return (await log.read(1001, 0, 100)).map(({ event }) => event);
  };
  return { store, clock, intake, changed, hastened, errors, at, events, log };
}

type SetUp = Awaited<ReturnType<typeof setUp>>;

const invoice = (status: string, customer = 'cus_1') => ({
  id: 'inv_1',
  customer_id: customer,
  subscription_id: 'sub_1',
  status,
  total: 2900,
  subtotal: 2900,
  tax: 0,
  currency: 'USD',
  due_date: '2026-12-01T00:00:00Z',
  paid_at: status === 'paid' ? '2026-11-15T10:00:00Z' : null,
  created_at: '2026-11-15T09:00:00Z',
});

const subscription = (status: string) => ({
  id: 'sub_1',
  customer_id: 'cus_1',
  plan_id: 'plan_1',
  plan_name: 'Pro',
  status,
  current_period_start: '2026-11-15T09:00:00Z',
  current_period_end: '2026-12-15T09:00:00Z',
  trial_end: null,
  cancel_at_period_end: false,
  created_at: '2026-11-15T09:00:00Z',
});

function body({ at }: Pick<SetUp, 'at'>, type: string, object: object, more: object = {}): string {
  return JSON.stringify({
    id: `evt_${type}`,
    type,
    created_at: at(),
    sent_at: at(),
    data: { object },
    ...more,
  });
}

function send({ intake }: Pick<SetUp, 'intake'>, text: string, secret = 'new secret') {
  const signature = `sha256=${createHmac('sha256', secret).update(text).digest('hex')}`;
  return intake.receive(Buffer.from(text), signature);
}

test('either of two secrets will do while one replaces the other', async () => {
  const given = await setUp();
  for (const [index, secret] of secrets.entries()) {
    const text = body(given, 'invoice.created', invoice('open'), { id: `evt_${index}` });
    expect(await send(given, text, secret)).toMatchObject({ status: 200, body: { status: 'accepted' } });
  }
});

test.each([
  ['a wrong secret', 'another secret', (text: string) => text, 401],
  ['what is no JSON', 'new secret', () => '{', 400],
  ['what is no webhook', 'new secret', () => '{"id":"evt_1"}', 400],
])('%s is refused', async (_name, secret, spoil, status) => {
  const given = await setUp();
  const text = spoil(body(given, 'invoice.created', invoice('open')));
  expect(await send(given, text, secret)).toMatchObject({ status, body: { status: 'refused' } });
  expect(await given.events()).toEqual([]);
});

test.each([undefined, '', 'sha256=', 'sha256=zz', `md5=${'0'.repeat(64)}`])(
  'the signature %j is refused',
  async (signature) => {
    const given = await setUp();
    const text = body(given, 'invoice.created', invoice('open'));
    expect((await given.intake.receive(Buffer.from(text), signature)).status).toBe(401);
  },
);

test('a body that was changed after it was signed is refused', async () => {
  const { intake, ...given } = await setUp();
  const text = body(given, 'invoice.created', invoice('open'));
  const signature = `sha256=${createHmac('sha256', 'new secret').update(text).digest('hex')}`;
  expect((await intake.receive(Buffer.from(`${text} `), signature)).status).toBe(401);
});

test('without a secret nothing is taken in', async () => {
  const given = await setUp({ secrets: [] });
  expect((await send(given, body(given, 'invoice.created', invoice('open')))).status).toBe(503);
});

test.each([
  [-299_000, 200],
  [-301_000, 400],
  [299_000, 200],
  [301_000, 400],
])('sent %i ms from now is answered with %i', async (offset, status) => {
  const given = await setUp();
  const text = body(given, 'invoice.created', invoice('open'), { sent_at: given.at(offset) });
  expect((await send(given, text)).status).toBe(status);
});

test('one that comes again, later and signed anew, has no second effect', async () => {
  const given = await setUp();
  const first = await send(given, body(given, 'invoice.created', invoice('open')));
  await given.clock.pass(60_000);
  const again = await send(given, body(given, 'invoice.created', invoice('open')));
  expect([first.body.status, again.body.status]).toEqual(['accepted', 'known']);
  expect(await given.events()).toHaveLength(1);
});

test('the five events become events of the organization, and drop what the cache has of the customer', async () => {
  const given = await setUp();
  const told = [
    ['customer.subscription.created', subscription('active')],
    ['invoice.created', invoice('open')],
    ['invoice.payment_failed', invoice('open')],
    ['invoice.payment_succeeded', invoice('paid')],
    ['customer.subscription.deleted', subscription('canceled')],
  ] as const;
  for (const [type, object] of told) {
    await send(given, body(given, type, object));
    await given.intake.settle();
  }
  expect((await given.events()).map(({ type, source }) => `${type} ${source}`)).toEqual([
    'SUBSCRIPTION_CREATED WEBHOOK',
    'INVOICE_CREATED WEBHOOK',
    'INVOICE_STATUS_CHANGED WEBHOOK',
    'INVOICE_STATUS_CHANGED WEBHOOK',
    'SUBSCRIPTION_STATUS_CHANGED WEBHOOK',
    'SUBSCRIPTION_ENDED WEBHOOK',
  ]);
  expect((await given.events())[2]?.changes).toMatchObject([{ field: 'paymentFailedAt', before: null }]);
  expect(given.changed).toEqual(Array.from({ length: 5 }, () => 'cus_1'));
  expect(given.errors).toEqual([]);
});

test('what arrives out of order is told, and takes nothing back', async () => {
  const given = await setUp();
  for (const [type, status] of [
    ['invoice.payment_succeeded', 'paid'],
    ['invoice.payment_failed', 'open'],
    ['invoice.created', 'open'],
  ] as const) {
    await send(given, body(given, type, invoice(status)));
    await given.intake.settle();
  }
  expect((await given.events()).map(({ type, changes }) => [type, ...changes])).toEqual([
    ['INVOICE_STATUS_CHANGED', { field: 'status', before: null, after: 'PAID' }],
    ['INVOICE_STATUS_CHANGED', { field: 'paymentFailedAt', before: null, after: given.at() }],
    ['INVOICE_CREATED', { field: 'status', before: null, after: 'OPEN' }],
  ]);
});

test('the beginning of a subscription that arrives late changes nothing of what has become of it', async () => {
  const given = await setUp();
  for (const [type, status] of [
    ['customer.subscription.created', 'trialing'],
    ['customer.subscription.deleted', 'canceled'],
    ['customer.subscription.created', 'trialing'],
  ] as const) {
    const id = `evt_${type}_${given.hastened.length}`;
    await send(given, body(given, type, subscription(status), { id }));
    await given.intake.settle();
  }
  expect((await given.events()).map(({ type }) => type)).toEqual([
    'SUBSCRIPTION_CREATED',
    'SUBSCRIPTION_STATUS_CHANGED',
    'SUBSCRIPTION_ENDED',
  ]);
});

test('what another gateway over the same store took in drops what this one has cached, and is told once', async () => {
  const store = openStore('memory:');
  const [one, other] = [await setUp({ store }), await setUp({ store })];
  const text = body(one, 'invoice.created', invoice('open'));
  const receipts = [await send(one, text), await send(other, text), await send(other, text)];
  expect(receipts.map((receipt) => receipt.body.status)).toEqual(['accepted', 'known', 'known']);
  expect(await one.events()).toHaveLength(1);
  expect([one.changed, other.changed]).toEqual([['cus_1'], ['cus_1']]);
});

test('what another gateway has taken in, and is at work on, is recorded once', async () => {
  const store = openStore('memory:');
  const one = await setUp({ store });
  const failed = (id: string, created_at: string) =>
    body(one, 'invoice.payment_failed', invoice('open'), { id, created_at });
  await send(one, failed('evt_1', '2026-11-15T10:00:00Z'));
  const other = await setUp({ store });
  await send(one, failed('evt_2', '2026-11-15T10:00:05Z'));
  await one.intake.settle();
  const events = await other.events();
  expect(events.map(({ changes }) => changes[0]?.after)).toEqual([
    '2026-11-15T10:00:00.000Z',
    '2026-11-15T10:00:05.000Z',
  ]);
});

test('a customer that is linked to no organization only has its cached answers dropped', async () => {
  const given = await setUp();
  await send(given, body(given, 'invoice.created', invoice('open', 'cus_9')));
  expect(await given.events()).toEqual([]);
  expect(given.changed).toEqual(['cus_9']);
});

test('an event of another kind is taken in, and does nothing', async () => {
  const given = await setUp();
  expect((await send(given, body(given, 'customer.deleted', {}))).status).toBe(200);
  expect([await given.events(), given.changed, given.errors]).toEqual([[], [], []]);
});

test('what was taken in before the process ended is worked on by the next', async () => {
  const store: Store = openStore('memory:');
  const before = await setUp({ store });
  const text = body(before, 'invoice.created', invoice('open'));
  const note = { receivedAt: before.clock.now(), body: JSON.parse(text) };
  await store.set('webhook:evt_invoice.created', JSON.stringify(note));
  const after = await setUp({ store });
  expect((await after.events()).map(({ type }) => type)).toEqual(['INVOICE_CREATED']);
  expect((await send(after, text)).body.status).toBe('known');
});
