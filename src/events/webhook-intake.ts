import { createHmac, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { type Announcement, readAnnouncement } from '../datasources/platform-billing/announcements.ts';
import type { Clock } from '../domain/clock.ts';
import type { Store } from '../store/store.ts';
import { isFurther, platformInvoicesOf } from './detectors/invoices.ts';
import { detectTold, type Fields, listSnapshotShape } from './detectors/list.ts';
import { platformSubscriptionsOf } from './detectors/subscriptions.ts';
import type { Pollers } from './pollers.ts';
import type { Recorder } from './recorder.ts';
import { type Finding, findingOf, type PolledSources } from './sections.ts';

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
  readonly recorder: Recorder;
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
  const { store, clock, secrets, onError } = parts;
  const underWay = new Set<Promise<void>>();
  let sweptAt = Number.NEGATIVE_INFINITY;

  function begin(body: Body, receivedAt: number): void {
    const work = workOn(body, receivedAt)
      .catch(onError)
      .finally(() => underWay.delete(work));
    underWay.add(work);
  }

  async function workOn(body: Body, receivedAt: number): Promise<void> {
    const announcement = readAnnouncement(body.type, body.data.object);
    if (announcement !== null) await act(parts, announcement, body, receivedAt);
    await store.set(prefix + body.id, JSON.stringify({ receivedAt, body: null } satisfies Note));
  }

  async function sweep(now: number): Promise<void> {
    if (now - sweptAt < sweepEveryMs) return;
    sweptAt = now;
    for (const [key, text] of await store.list(prefix)) {
      const note = noteShape.safeParse(JSON.parse(text)).data;
      if (note === undefined || now - note.receivedAt > rememberedMs) await store.delete(key);
    }
  }

  for (const text of (await store.list(prefix)).values()) {
    const note = noteShape.safeParse(JSON.parse(text)).data;
    if (note?.body != null) begin(note.body, note.receivedAt);
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
      const note: Note = { receivedAt: now, body };
      if (!(await store.setIfAbsent(prefix + body.id, JSON.stringify(note)))) {
        return { status: 200, body: { status: 'known', message: 'It was taken in before.' } };
      }
      begin(body, now);
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

/** Drops what the cache has of the customer, and records what was told. */
async function act(
  { sources, recorder, pollers }: IntakeParts,
  announcement: Announcement,
  body: Body,
  receivedAt: number,
): Promise<void> {
  const { customerId } = announcement.object;
  sources.platformBilling?.changed(customerId);
  const organization = sources.links.organizationOf(customerId);
  if (organization === null || sources.platformBilling === null) return;
  const section = announcement.kind === 'invoice' ? 'platform-invoices' : 'platform-subscriptions';
  const finding = findingOfAnnouncement(announcement, organization, body, receivedAt);
  await recorder.record(organization, section, finding, 'WEBHOOK');
  // a payment that fails or succeeds may change what its subscription is
  pollers.hasten(organization, ['platform-subscriptions']);
}

function findingOfAnnouncement(
  announcement: Announcement,
  organization: number,
  { type, created_at }: Body,
  startedAt: number,
): Finding {
  if (announcement.kind === 'invoice') {
    const row = announcement.object;
    const told = {
      row,
      startedAt,
      isNew: type === 'invoice.created',
      follows: isFurther(row.status),
      ...moreOf(type, row.status, created_at),
    };
    return findingOf(listSnapshotShape, (previous) =>
      detectTold(platformInvoicesOf(row.customerId), organization, previous, told),
    );
  }
  const row = announcement.object;
  const isEnd = type === 'customer.subscription.deleted';
  const told = {
    row,
    startedAt,
    isNew: !isEnd,
    // its beginning may arrive after its end
    follows: ({ status }: Fields) => isEnd || status !== 'CANCELLED',
    ...(isEnd && { more: { status: row.status } }),
  };
  return findingOf(listSnapshotShape, (previous) =>
    detectTold(platformSubscriptionsOf(row.customerId), organization, previous, told),
  );
}

/** What the event itself says beside its object. */
function moreOf(type: string, status: string, createdAt: string): { readonly more?: Fields } {
  if (type === 'invoice.payment_failed') {
    return { more: { paymentFailedAt: new Date(createdAt).toISOString() } };
  }
  return type === 'invoice.payment_succeeded' ? { more: { status } } : {};
}
