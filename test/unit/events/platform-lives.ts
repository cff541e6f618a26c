import { createHmac } from 'node:crypto';
import { setImmediate as turn } from 'node:timers/promises';
import fc from 'fast-check';
import { expect } from 'vitest';
import { readAnnouncement } from '../../../src/datasources/platform-billing/announcements.ts';
import type { Noted, RecordedEvent } from '../../../src/domain/event.ts';
import { platformInvoicesOf } from '../../../src/events/detectors/invoices.ts';
import { detectInList, listSnapshotShape } from '../../../src/events/detectors/list.ts';
import { platformSubscriptionsOf } from '../../../src/events/detectors/subscriptions.ts';
import { openEventLog } from '../../../src/events/event-log.ts';
import { type Finding, findingOf } from '../../../src/events/finding.ts';
import { createHub } from '../../../src/events/hub.ts';
import { findingOfNote } from '../../../src/events/notes.ts';
import { createRecorder } from '../../../src/events/recorder.ts';
import type { PolledSources } from '../../../src/events/sections.ts';
import { openWebhookIntake } from '../../../src/events/webhook-intake.ts';
import { openStore, type Store } from '../../../src/store/store.ts';
import { createFakeClock } from '../fake-clock.ts';

// One subscription and one invoice of the platform live their lives, while everything that can tell of them does: polls,
// whose answers are read at one moment and arrive at another, webhooks in any order and more than once, the gateway's own
// changes; in one gateway or in two over one store, which takes its time.

const organization = 1001;
const customer = 'cus_1';
const secret = 'secret';

type Wire = Readonly<Record<string, unknown>>;
export type Kind = 'subscription' | 'invoice';
export const kinds = ['subscription', 'invoice'] as const;

/** What happens to one, in this order: what becomes of it, and which webhook tells so. */
interface Step {
  readonly becomes: Wire;
  readonly webhook?: string;
  /** The gateway makes it, where it is chosen to. */
  readonly canBeOwn?: boolean;
}

const subscription = {
  id: 'sub_1',
  customer_id: customer,
  plan_id: 'small',
  plan_name: 'Small',
  trial_end: null,
  cancel_at_period_end: false,
  created_at: '2026-11-15T10:00:00Z',
};
const invoice = {
  id: 'inv_1',
  customer_id: customer,
  subscription_id: null,
  total: 2900,
  subtotal: 2900,
  tax: 0,
  currency: 'USD',
  due_date: '2026-12-01T00:00:00Z',
  paid_at: null,
  created_at: '2026-11-15T10:00:00Z',
};

export const lives: Readonly<Record<Kind, readonly Step[]>> = {
  subscription: [
    {
      becomes: { ...subscription, status: 'trialing' },
      webhook: 'customer.subscription.created',
      canBeOwn: true,
    },
    { becomes: { status: 'active' } },
    { becomes: { plan_id: 'large' }, canBeOwn: true },
    { becomes: { status: 'past_due' } },
    { becomes: { status: 'canceled', cancel_at_period_end: true }, canBeOwn: true },
    { becomes: {}, webhook: 'customer.subscription.deleted' },
  ],
  invoice: [
    { becomes: { ...invoice, status: 'open' }, webhook: 'invoice.created', canBeOwn: true },
    { becomes: {}, webhook: 'invoice.payment_failed' },
    { becomes: { status: 'overdue' } },
    { becomes: {}, webhook: 'invoice.payment_failed' },
    { becomes: { status: 'paid' }, webhook: 'invoice.payment_succeeded', canBeOwn: true },
  ],
};

const ops = [
  'step',
  'ownStep',
  'readBack',
  'note',
  'startPoll',
  'readPoll',
  'endPoll',
  'deliver',
  'deliver',
] as const;
export const plans = fc.record({
  ops: fc.array(
    fc.record({
      op: fc.constantFrom(...ops),
      kind: fc.constantFrom<Kind>('subscription', 'invoice'),
      gateway: fc.nat(1),
      pick: fc.nat(9),
    }),
    { minLength: 10, maxLength: 120, size: 'max' },
  ),
  /** How many turns the store takes for what it is asked, one after the other. */
  delays: fc.array(fc.nat(3), { minLength: 1, maxLength: 20 }),
});
type Plan = typeof plans extends fc.Arbitrary<infer Value> ? Value : never;

/** A store that takes its time. */
function slow(store: Store, delays: readonly number[]): Store {
  let asked = 0;
  const wait = async (): Promise<void> => {
    for (let left = delays[asked++ % delays.length] ?? 0; left > 0; left -= 1) await turn();
  };
  return new Proxy(store, {
    get:
      (target, name: keyof Store) =>
      async (...args: never[]) => {
        await wait();
        const answer: unknown = await (target[name] as (...given: never[]) => Promise<unknown>)(...args);
        await wait();
        return answer;
      },
  });
}

async function openGateway(store: Store, clock: ReturnType<typeof createFakeClock>) {
  const log = await openEventLog(store, clock, { maxEvents: 1000, retentionMs: 1e12 });
  const hub = createHub();
  const recorder = createRecorder(store, log, hub, clock);
  const errors: unknown[] = [];
  const intake = await openWebhookIntake({
    store,
    clock,
    recorder,
    secrets: [secret],
    sources: {
      platformBilling: { changed: () => {} },
      links: { organizationOf: () => organization },
    } as unknown as PolledSources,
    pollers: { hasten: () => {} },
    onError: (error) => errors.push(error),
  });
  await log.range(organization);
  const told: RecordedEvent[] = [];
  hub.listen(organization, ({ event }) => told.push(event));
  return { log, recorder, intake, told, errors };
}

const sectionOf = { subscription: 'platform-subscriptions', invoice: 'platform-invoices' } as const;

/** What the platform shows of one, as the datasource reads it. */
export function readWire(kind: Kind, wire: Wire) {
  const read = readAnnouncement(
    kind === 'invoice' ? 'invoice.created' : 'customer.subscription.created',
    wire,
  );
  if (read === null) throw new Error('The wire of this test does not fit.');
  return read;
}

function findingOfList(kind: Kind, wire: Wire | null, startedAt: number): Finding {
  const read = wire && readWire(kind, wire);
  const common = { isWhole: true, isOneGlance: true, startedAt };
  return findingOf(listSnapshotShape, (previous, endedAt) =>
    kind === 'invoice'
      ? detectInList(platformInvoicesOf(customer), organization, previous, {
          ...common,
          endedAt,
          rows: read?.kind === 'invoice' ? [read.object] : [],
        })
      : detectInList(platformSubscriptionsOf(customer), organization, previous, {
          ...common,
          endedAt,
          rows: read?.kind === 'subscription' ? [read.object] : [],
        }),
  );
}

export async function play(
  { ops, delays }: Plan,
  { gateways: count, isPolled }: { gateways: number; isPolled: boolean },
) {
  const clock = createFakeClock();
  const store = openStore('memory:');
  const gateways = await Promise.all(
    Array.from({ length: count }, () => openGateway(slow(store, delays), clock)),
  );
  const working: Promise<unknown>[] = [];
  const world: Record<Kind, { wire: Wire | null; next: number; failures: string[] }> = {
    subscription: { wire: null, next: 0, failures: [] },
    invoice: { wire: null, next: 0, failures: [] },
  };
  const webhooks: { readonly body: Wire; readonly gateway: number; times: number }[] = [];
  const polls = new Map<
    string,
    { startedAt: number; read?: { wire: Wire | null }; over?: Promise<unknown> }
  >();
  const own = new Map<Kind, { readBack: () => void; note: () => void; wire?: Wire; isNoting: boolean }>();
  /** What only the gateway's own change can have told. */
  const toldByGateway: { kind: Kind; wire: Wire }[] = [];

  function step(kind: Kind): Step | undefined {
    const one = world[kind];
    const happening = lives[kind][one.next];
    if (happening === undefined) return undefined;
    one.next += 1;
    one.wire = { ...one.wire, ...happening.becomes };
    // seconds alone are told
    const created_at = new Date(clock.now() + one.next * 1000).toISOString();
    if (happening.webhook === 'invoice.payment_failed') one.failures.push(created_at);
    if (happening.webhook !== undefined) {
      const body = {
        id: `evt_${kind}_${one.next}`,
        type: happening.webhook,
        created_at,
        data: { object: one.wire },
      };
      webhooks.push(...gateways.map((_, gateway) => ({ body, gateway, times: 0 })));
    }
    return happening;
  }

  function change(kind: Kind): void {
    const happening = lives[kind][world[kind].next];
    if (happening?.canBeOwn !== true || own.has(kind)) return;
    const isNew = world[kind].wire === null;
    const reading = Promise.withResolvers<void>();
    const noting = Promise.withResolvers<void>();
    const state = { readBack: reading.resolve, note: noting.resolve, isNoting: false };
    own.set(kind, state);
    const { recorder } = gateways[0]!;
    const changing = recorder.whileChanging(organization, async (startedAt) => {
      step(kind);
      const made = world[kind].wire;
      await reading.promise;
      const wire = world[kind].wire!;
      if (wire === made) toldByGateway.push({ kind, wire });
      await noting.promise;
      const { object: value } = readWire(kind, wire);
      const noted = { section: sectionOf[kind], value, isNew } as Noted;
      const finding = findingOfNote(noted, { organization, customer, startedAt, teams: new Map() });
      await recorder.record(organization, noted.section, finding, {
        source: 'GATEWAY',
        asOf: new Date(startedAt),
      });
    });
    working.push(changing.then(() => own.delete(kind)));
  }

  async function deliver(pick: number): Promise<void> {
    const webhook = webhooks[pick % Math.max(1, webhooks.length)];
    if (webhook === undefined || webhook.times > 1) return;
    webhook.times += 1;
    const text = JSON.stringify({ ...webhook.body, sent_at: new Date(clock.now()).toISOString() });
    const signature = `sha256=${createHmac('sha256', secret).update(text).digest('hex')}`;
    const receipt = await gateways[webhook.gateway]!.intake.receive(Buffer.from(text), signature);
    expect(receipt.status).toBe(200);
  }

  async function poll(op: 'startPoll' | 'readPoll' | 'endPoll', kind: Kind, at: number): Promise<void> {
    const key = `${kind}/${at}`;
    const present = polls.get(key);
    if (op === 'startPoll' && present === undefined) polls.set(key, { startedAt: clock.now() });
    else if (op === 'readPoll' && present?.read === undefined && present !== undefined) {
      present.read = { wire: world[kind].wire };
    } else if (op === 'endPoll' && present?.read !== undefined && present.over === undefined) {
      const finding = findingOfList(kind, present.read.wire, present.startedAt);
      present.over = gateways[at]!.recorder.record(organization, sectionOf[kind], finding, {
        source: 'POLL',
        asOf: new Date(present.startedAt),
      });
      await present.over;
      polls.delete(key);
    }
  }

  async function lookAtAll(): Promise<void> {
    for (const [at] of gateways.entries()) {
      for (const kind of kinds) {
        for (const op of ['startPoll', 'readPoll', 'endPoll'] as const) {
          await poll(op, kind, at);
          await clock.pass(1);
        }
      }
    }
  }

  if (isPolled) await lookAtAll();
  for (const { op, kind, gateway, pick } of ops) {
    await clock.pass(1);
    if (op === 'step') step(kind);
    else if (op === 'ownStep') {
      if (isPolled) change(kind);
    } else if (op === 'readBack') own.get(kind)?.readBack();
    else if (op === 'note') own.get(kind)?.note();
    else if (op === 'deliver') working.push(deliver(pick));
    else if (isPolled) working.push(poll(op, kind, gateway % count));
  }
  for (const kind of kinds) {
    own.get(kind)?.readBack();
    await clock.pass(1);
    own.get(kind)?.note();
  }
  await Promise.all(working);
  for (const [place, { times }] of webhooks.entries()) if (times === 0) await deliver(place);
  await Promise.all(gateways.map(({ intake }) => intake.settle()));
  await clock.pass(1);
  if (isPolled) {
    for (const kind of kinds) {
      for (const [at] of gateways.entries()) {
        for (const op of ['readPoll', 'endPoll'] as const) await poll(op, kind, at);
      }
    }
    await clock.pass(1);
    await lookAtAll();
  }
  for (const { recorder } of gateways) await recorder.catchUp(organization);
  expect(gateways.flatMap(({ errors }) => errors)).toEqual([]);
  const events = (await gateways[0]!.log.read(organization, 0, 1000)).map(({ event }) => event);
  for (const { told } of gateways) expect(told.map(({ id }) => id)).toEqual(events.map(({ id }) => id));
  return { events, world, toldByGateway };
}
