import { createSandbox, type Sandbox } from '../../../sandbox/sandbox.ts';

export const presentDay = '2026-03-05T09:00:00.000Z';

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The body; null where it is not JSON. */
  readonly json: ReturnType<typeof JSON.parse>;
}

interface Asked {
  readonly method?: string;
  /** The whole `authorization` header. */
  readonly authorization?: string;
  /** Sent as JSON. */
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
}

/** The token of an organization; `kind` is the digit that makes it a member's, an expired one, and so on. */
export function makeToken(organizationId: number, kind = 0): string {
  return `Token 00000000-0000-4000-800${kind}-${String(organizationId).padStart(12, '0')}`;
}

export const platformKey = 'Bearer sandbox-platform-key';

export async function ask(
  url: string,
  { method, authorization, body, headers }: Asked = {},
): Promise<Answer> {
  const response = await fetch(url, {
    method: method ?? (body === undefined ? 'GET' : 'POST'),
    redirect: 'manual',
    headers: {
      ...(authorization === undefined ? {} : { authorization }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, json: parse(text) };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** A sandbox on a day of its own, with a wall clock that moves only when it is told to. */
export async function startOnWall(
  options: Parameters<typeof createSandbox>[0] = {},
): Promise<Sandbox & { readonly wall: { now: number } }> {
  const wall = { now: Date.parse(presentDay) };
  const sandbox = await createSandbox({ now: presentDay, wallNow: () => wall.now, ...options });
  return Object.assign(sandbox, { wall });
}
