import { createHmac } from 'node:crypto';
import { createRandom } from './random.ts';
import { iso } from './time.ts';

const maxAttempts = 6;
const attemptTimeoutMs = 10_000;
const maxInFlightPerUrl = 8;
const rememberedDeliveries = 500;

interface Attempt {
  readonly at: string;
  /** The answer's status, or what kept the event from being delivered. */
  readonly outcome: number | string;
}

interface Delivery {
  readonly id: string;
  readonly type: string;
  readonly url: string;
  status: 'waiting' | 'delivered' | 'given up';
  readonly attempts: Attempt[];
}

export interface WebhookSender {
  announce(event: { readonly type: string; readonly data: unknown }): void;
  urls(): readonly string[];
  setUrls(urls: readonly string[]): void;
  /** The latest deliveries, newest first. */
  deliveries(): readonly Delivery[];
  /** Drops what has not been delivered. */
  stop(): void;
}

interface Settings {
  readonly urls: readonly string[];
  readonly secret: string;
  /** Waited before the second attempt, and twice as long before each further one. */
  readonly retryMs: number;
  /** Event ids follow from it. */
  readonly worldId: string;
  readonly worldNow: () => number;
  readonly wallNow: () => number;
}

/** Sends each event, signed, to every URL until it is accepted or given up. Never holds the world up. */
export function createWebhookSender(settings: Settings): WebhookSender {
  const { secret, worldNow, wallNow, retryMs } = settings;
  const random = createRandom(`${settings.worldId}/webhooks`);
  const stopped = new AbortController();
  const waiting = new Map<string, (() => Promise<void>)[]>();
  const inFlight = new Map<string, number>();
  const remembered: Delivery[] = [];
  let urls = settings.urls;

  function enqueue(url: string, send: () => Promise<void>): void {
    const queue = waiting.get(url) ?? [];
    waiting.set(url, queue);
    queue.push(send);
    drain(url, queue);
  }

  function drain(url: string, queue: (() => Promise<void>)[]): void {
    const active = inFlight.get(url) ?? 0;
    if (active >= maxInFlightPerUrl || stopped.signal.aborted) return;
    const send = queue.shift();
    if (send === undefined) return;
    inFlight.set(url, active + 1);
    void send().finally(() => {
      inFlight.set(url, (inFlight.get(url) ?? 1) - 1);
      drain(url, queue);
    });
  }

  async function attempt(delivery: Delivery, event: object): Promise<void> {
    const now = wallNow();
    const outcome = await post(delivery.url, { ...event, sent_at: seconds(now) });
    delivery.attempts.push({ at: iso(now), outcome });
    if (typeof outcome === 'number' && outcome >= 200 && outcome < 300) delivery.status = 'delivered';
    else if (delivery.attempts.length >= maxAttempts) delivery.status = 'given up';
    else if (!stopped.signal.aborted) {
      const delayMs = retryMs * 2 ** (delivery.attempts.length - 1);
      setTimeout(() => enqueue(delivery.url, () => attempt(delivery, event)), delayMs).unref();
    }
  }

  async function post(url: string, event: object): Promise<number | string> {
    const body = JSON.stringify(event);
    const signature = createHmac('sha256', secret).update(body).digest('hex');
    try {
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-signature': `sha256=${signature}` },
        body,
        redirect: 'manual',
        signal: AbortSignal.any([stopped.signal, AbortSignal.timeout(attemptTimeoutMs)]),
      });
      await response.body?.cancel();
      return response.status;
    } catch (error) {
      return error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error);
    }
  }

  return {
    announce({ type, data }) {
      const event = { id: `evt_${random.hex(24)}`, type, created_at: seconds(worldNow()), data };
      for (const url of urls) {
        const delivery: Delivery = { id: event.id, type, url, status: 'waiting', attempts: [] };
        remembered.push(delivery);
        if (remembered.length > rememberedDeliveries) remembered.shift();
        enqueue(url, () => attempt(delivery, event));
      }
    },
    urls: () => urls,
    setUrls(next) {
      urls = next;
    },
    deliveries: () => remembered.toReversed(),
    stop() {
      stopped.abort();
      waiting.clear();
    },
  };
}

/** ISO 8601 to the second. */
const seconds = (at: number): string => `${iso(at).slice(0, 19)}Z`;
