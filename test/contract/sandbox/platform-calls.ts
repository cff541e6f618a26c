import { once } from 'node:events';
import { createServer } from 'node:http';
import { expect } from 'vitest';
import { ask, platformKey, startOnWall } from './requests.ts';

type Ask = (path: string, body?: unknown) => ReturnType<typeof ask>;

export interface Platform extends AsyncDisposable {
  readonly get: Ask;
  readonly post: Ask;
  readonly put: Ask;
  readonly remove: Ask;
  /** World time moves by an ISO 8601 duration. */
  advance(duration: string): Promise<void>;
}

/** The platform API of a sandbox, called with the key that may do everything; paths are those below `/billing`. */
export async function startPlatform(options: Parameters<typeof startOnWall>[0] = {}): Promise<Platform> {
  const sandbox = await startOnWall({ limits: 'off', ...options });
  const origin = sandbox.origins.platform;
  const calling =
    (method: string): Ask =>
    (path, body) =>
      ask(`${origin}/billing${path}`, { method, authorization: platformKey, body });
  return {
    get: calling('GET'),
    post: calling('POST'),
    put: calling('PUT'),
    remove: calling('DELETE'),
    async advance(duration) {
      const { status } = await ask(`${origin}/__sandbox/clock`, { body: { advance: duration } });
      expect(status).toBe(200);
    },
    [Symbol.asyncDispose]: () => sandbox.close(),
  };
}

/** The id of the one thing that an answer holds. */
export function idOf({ status, json }: Awaited<ReturnType<Ask>>): string {
  expect([200, 201]).toContain(status);
  const [thing] = Object.values<{ id: string }>(json.data);
  return thing?.id ?? '';
}

/** Status, code and field of a refusal. */
export function refusalOf({ status, json }: Awaited<ReturnType<Ask>>) {
  expect(json.status).toBe('error');
  expect(json.error.message).toEqual(expect.any(String));
  return [status, json.error.code, json.error.details?.field];
}

export const anywhere = { line1: '1 Quiet Road', country: 'IS' };

export async function addCustomer(platform: Platform, customer: object = {}): Promise<string> {
  const profile = { email: 'ann@example.com', name: 'Ann', address: anywhere, ...customer };
  return idOf(await platform.post('/customers', { customer: profile }));
}

/** Cards as numbers or as tokens. */
export async function addCard(platform: Platform, customerId: string, card = 'tok_visa', asDefault = true) {
  const fields = card.startsWith('tok_')
    ? { token: card }
    : { number: card, exp_month: 12, exp_year: 2031, cvc: '123' };
  const body = { payment_method: { type: 'card', card: fields, set_as_default: asDefault } };
  return idOf(await platform.post(`/customers/${customerId}/payment-methods`, body));
}

export async function addPlan(platform: Platform, pricing: object, plan: object = {}): Promise<string> {
  const priced = { amount: 3000, currency: 'USD', interval: 'month', ...pricing };
  return idOf(await platform.post('/plans', { plan: { name: 'Basic', pricing: priced, ...plan } }));
}

export async function subscribe(
  platform: Platform,
  customerId: string,
  planId: string,
  subscription: object = {},
): Promise<string> {
  const body = { subscription: { customer_id: customerId, plan_id: planId, ...subscription } };
  return idOf(await platform.post('/subscriptions', body));
}

interface Webhook {
  readonly type: string;
  readonly data: { readonly object: { readonly id: string; readonly customer_id: string } & object };
}

/** Takes webhooks in, and gives them out one by one. */
export async function receiveWebhooks() {
  const received: Webhook[] = [];
  const server = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk) => {
      text += chunk;
    });
    request.on('end', () => {
      received.push(JSON.parse(text));
      response.end('{}');
      server.emit('received');
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = address !== null && typeof address === 'object' ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}/`,
    /** The events of a customer, in whatever order they came, once there are so many. */
    async of(customerId: string, count: number): Promise<Webhook[]> {
      const mine = () => received.filter(({ data }) => data.object.customer_id === customerId);
      while (mine().length < count) await once(server, 'received');
      return mine();
    },
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
