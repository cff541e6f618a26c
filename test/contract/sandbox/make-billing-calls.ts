import { ask, makeToken, startOnWall } from './requests.ts';

type Answer = Awaited<ReturnType<typeof ask>>;

type Send = (method: string, path: string, body?: unknown, authorization?: string) => Promise<Answer>;

interface Billing extends AsyncDisposable {
  readonly documented: Send;
  readonly live: Send;
  /** Opens a page as a browser does; with an outcome, presses one of its buttons. */
  readonly open: (url: string, outcome?: 'pay' | 'decline') => Promise<Answer>;
  readonly advance: (duration: string) => Promise<void>;
  readonly change: (order: object) => Promise<Answer['json']>;
}

/** A sandbox without limits whose both Make listeners are called with the token of all organizations. */
export async function startBilling(now?: string): Promise<Billing> {
  const sandbox = await startOnWall({ limits: 'off', ...(now === undefined ? {} : { now }) });
  const { makeDocumented, makeLive } = sandbox.origins;
  const sendTo =
    (origin: string): Send =>
    (method, path, body, authorization = makeToken(0)) =>
      ask(`${origin}/api/v2${path}`, { method, authorization, body });
  const control = async (path: string, body: unknown): Promise<Answer['json']> => {
    const { status, json, text } = await ask(`${makeDocumented}/__sandbox${path}`, { body });
    if (status !== 200) throw new Error(text);
    return json;
  };
  return {
    documented: sendTo(makeDocumented),
    live: sendTo(makeLive),
    async open(url, outcome) {
      const response = await fetch(
        url,
        outcome === undefined ? {} : { method: 'POST', body: new URLSearchParams({ outcome }) },
      );
      const text = await response.text();
      return { status: response.status, headers: response.headers, text, json: null };
    },
    async advance(duration) {
      await control('/clock', { advance: duration });
    },
    change: (order) => control('/world', order),
    [Symbol.asyncDispose]: () => sandbox.close(),
  };
}

/** What a refusal says, in both dialects: status, code and the field at fault. */
export function refusal({ status, json }: Answer): readonly unknown[] {
  return [status, json.code, json.details?.field ?? json.suberrors?.[0]?.field].filter(
    (part) => part !== undefined,
  );
}
