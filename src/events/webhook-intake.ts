import { createHmac, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { type Announcement, readAnnouncement } from '../datasources/platform-billing/announcements.ts';
import type { Clock } from '../domain/clock.ts';
import type { Store } from '../store/store.ts';
import { isFurther, platformInvoicesOf } from './detectors/invoices.ts';
import { detectTold, type Fields, listSnapshotShape } from './detectors/list.ts';
import { platformSubscriptionsOf } from './detectors/subscriptions.ts';
import { type Finding, findingOf } from './finding.ts';
import type { Pollers } from './pollers.ts';
import type { Recorder, Task } from './recorder.ts';
import type { PolledSources } from './sections.ts';

/** What is answered to a webhook. */
export interface Receipt {
  readonly status: 200 | 400 | 401 | 503;
  readonly body: { readonly status: 'accepted' | 'known' | 'refused'; readonly message: string };
}

export interface WebhookIntake {
  /** Answers as soon as the webhook is written down; what follows from it comes after. */
  receive(body: Uint8Array, signature: string | undefined): Promise<Receipt>;
  /** Resolves once what was taken in has been worked on. */
  settle(): Promise<void>;
}

interface IntakeParts {
  readonly store: Store;
  readonly sources: PolledSources;
  readonly recorder: Pick<Recorder, 'record'>;
  readonly pollers: Pick<Pollers, 'hasten'>;
  readonly clock: Clock;
  /** Several while they are being changed. */
  readonly secrets: readonly string[];
  readonly onError: (error: unknown) => void;
}

/** How far `sent_at` may lie from the gateway's time. */
const windowMs = 5 * 60_000;
/** How long ids are known. */
const rememberedMs = 7 * 24 * 60 * 60_000;
const sweepEveryMs = 60 * 60_000;

const bodyShape = z.object({
  id: z.string().min(1).max(200),
  type: z.string().min(1),
  created_at: z.iso.datetime({ offset: true }),
  sent_at: z.iso.datetime({ offset: true }),
  data: z.object({ object: z.unknown() }),
});
type Body = z.output<typeof bodyShape>;

/** A webhook that was taken in; its body until it has been worked on. */
const noteShape = z.object({ receivedAt: z.number(), body: bodyShape.nullable() });
type Note = z.output<typeof noteShape>;

const prefix = 'webhook:';

/** Goes on with what was taken in before the process ended. */
export async function openWebhookIntake(parts: IntakeParts): Promise<WebhookIntake> {
  const { store, sources, clock, secrets, onError } = parts;
  const underWay = new Set<Promise<void>>();
  /** Since the last sweep, by this process. */
  const takenHere = new Set<string>();
  let sweptAt = Number.NEGATIVE_INFINITY;

  function begin(text: string, body: Body, receivedAt: number): void {
    const work = workOn(text, body, receivedAt)
      .catch(onError)
      .finally(() => underWay.delete(work));
    underWay.add(work);
  }

  async function workOn(open: string, body: Body, receivedAt: number): Promise<void> {
    const announcement = readAnnouncement(body.type, body.data.object);
    const done = JSON.stringify({ receivedAt, body: null } satisfies Note);
    const task = { key: prefix + body.id, open, done };
    const isRecorded = announcement !== null && (await act(parts, announcement, { body, receivedAt, task }));
    if (!isRecorded) await store.set(task.key, done);
  }

  /** What another process over the same store has taken in is news to this one's cache, once. */
  function dropCached({ id, type, data }: Body): void {
    if (takenHere.has(id)) return;
    takenHere.add(id);
    const announcement = readAnnouncement(type, data.object);
    if (announcement !== null) sources.platformBilling?.changed(announcement.object.customerId);
  }

  async function sweep(now: number): Promise<void> {
    if (now - sweptAt < sweepEveryMs) return;
    sweptAt = now;
    takenHere.clear();
    for (const [key, text] of await store.list(prefix)) {
      const note = noteShape.safeParse(JSON.parse(text)).data;
      if (note === undefined || now - note.receivedAt > rememberedMs) await store.delete(key);
    }
  }

  for (const text of (await store.list(prefix)).values()) {
    const note = noteShape.safeParse(JSON.parse(text)).data;
    if (note?.body != null) begin(text, note.body, note.receivedAt);
  }

  return {
    async receive(raw, signature) {
      if (secrets.length === 0) {
        return refuse(503, 'No webhook secret is configured: webhooks.secrets.');
      }
      if (!isSigned(raw, signature, secrets)) {
        return refuse(401, 'The signature is missing or wrong: sha256=<hex HMAC-SHA256 of the body>.');
      }
      const body = readBody(raw);
      if (body === null) {
        return refuse(400, 'Not a webhook: a JSON object with id, type, created_at, sent_at and data.');
      }
      const now = clock.now();
      if (Math.abs(now - Date.parse(body.sent_at)) > windowMs) {
        return refuse(400, 'sent_at lies more than five minutes from the present.');
      }
      await sweep(now);
      const text = JSON.stringify({ receivedAt: now, body } satisfies Note);
      const isNew = await store.setIfAbsent(prefix + body.id, text);
      if (!isNew) {
        dropCached(body);
        return { status: 200, body: { status: 'known', message: 'It was taken in before.' } };
      }
      takenHere.add(body.id);
      begin(text, body, now);
      return { status: 200, body: { status: 'accepted', message: 'It was taken in.' } };
    },
    async settle() {
      await Promise.all(underWay);
    },
  };
}

function refuse(status: 400 | 401 | 503, message: string): Receipt {
  return { status, body: { status: 'refused', message } };
}

/** Compares in a time that tells nothing of the right signature. */
function isSigned(raw: Uint8Array, signature: string | undefined, secrets: readonly string[]): boolean {
  const hex = /^sha256=([0-9a-f]{64})$/i.exec(signature?.trim() ?? '')?.[1];
  if (hex === undefined) return false;
  const given = Buffer.from(hex, 'hex');
  const matches = secrets.map((secret) =>
    timingSafeEqual(given, createHmac('sha256', secret).update(raw).digest()),
  );
  return matches.includes(true);
}

function readBody(raw: Uint8Array): Body | null {
  try {
    return (
      bodyShape.safeParse(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(raw))).data ?? null
    );
  } catch {
    return null;
  }
}

interface Taken {
  readonly body: Body;
  readonly receivedAt: number;
  /** By which it is worked on once. */
  readonly task: Task;
}

/** Drops what the cache has of the customer, and records what was told; whether there was anybody to record it for. */
async function act(
  { sources, recorder, pollers }: IntakeParts,
  announcement: Announcement,
  { body, receivedAt, task }: Taken,
): Promise<boolean> {
  const { customerId } = announcement.object;
  sources.platformBilling?.changed(customerId);
  const organization = sources.links.organizationOf(customerId);
  if (organization === null || sources.platformBilling === null) return false;
  const section = announcement.kind === 'invoice' ? 'platform-invoices' : 'platform-subscriptions';
  const finding = findingOfAnnouncement(announcement, organization, body, receivedAt);
  await recorder.record(
    organization,
    section,
    finding,
    { source: 'WEBHOOK', asOf: new Date(receivedAt) },
    task,
  );
  // a payment that fails or succeeds may change what its subscription is
  pollers.hasten(organization, ['platform-subscriptions']);
  return true;
}

function findingOfAnnouncement(
  announcement: Announcement,
  organization: number,
  { type, created_at }: Body,
  receivedAt: number,
): Finding {
  // it shows its object as it was when it was first sent: what is known may be newer
  const span = { startedAt: receivedAt, endedAt: receivedAt };
  if (announcement.kind === 'invoice') {
    const row = announcement.object;
    const isNew = type === 'invoice.created';
    const told = {
      ...span,
      row,
      isNew,
      follows: (known: Fields) => !isNew && isFurther(row.status, known),
      ...(type === 'invoice.payment_succeeded' && { become: ['status'] }),
      ...(type === 'invoice.payment_failed' && {
        more: { paymentFailedAt: new Date(created_at).toISOString() },
      }),
    };
    return findingOf(listSnapshotShape, (previous) =>
      detectTold(platformInvoicesOf(row.customerId), organization, previous, told),
    );
  }
  const row = announcement.object;
  const isEnd = type === 'customer.subscription.deleted';
  const told = {
    ...span,
    row,
    isNew: !isEnd,
    follows: () => isEnd,
    ...(isEnd && { become: ['status'] }),
  };
  return findingOf(listSnapshotShape, (previous) =>
    detectTold(platformSubscriptionsOf(row.customerId), organization, previous, told),
  );
}
