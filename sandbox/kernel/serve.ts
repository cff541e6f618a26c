import { parseBody, type ReceivedBody } from './body.ts';
import type { Dialect } from './dialect.ts';
import { type Call, type Caller, type Endpoint, Refusal, type Reply } from './endpoint.ts';
import { type Outcome, plain, play } from './played-fault.ts';
import type { Route, Router } from './router.ts';
import type { Run } from './run.ts';

export interface Incoming {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly authorization: string | undefined;
  readonly body: ReceivedBody | undefined;
  readonly origin: string;
}

const nobody: Caller = { organizationId: null, role: 'member', canWrite: false };

/** The rules that every call goes through: route, credential, limit, fault, visibility, endpoint. */
export function serve(run: Run, dialect: Dialect, router: Router, incoming: Incoming): Outcome {
  try {
    run.world.timeline.catchUp();
    const match = router.find(incoming.method, incoming.path);
    if (match === null) throw new Refusal(404, 'not_found', 'There is nothing at this path');
    if ('allow' in match) return { reply: wrongMethod(dialect, match.allow), delivery: plain };

    const { key, endpoint } = match.route;
    run.requests.set(key, (run.requests.get(key) ?? 0) + 1);
    const isOpen = endpoint.isOpen === true;
    const call: Call = {
      world: run.world,
      caller: isOpen ? nobody : dialect.authenticate(incoming.authorization, incoming.method, run.world),
      path: match.path,
      query: new URLSearchParams(incoming.query),
      body: parseBody(incoming.body, { takesForms: isOpen }),
      origin: incoming.origin,
    };
    if (isOpen) return { reply: answerOf(dialect, endpoint, call), delivery: plain };
    return serveWithinLimit(run, dialect, match.route, call);
  } catch (error) {
    return { reply: dialect.refuse(refusalOf(error)), delivery: plain };
  }
}

function serveWithinLimit(run: Run, dialect: Dialect, { key, endpoint }: Route, call: Call): Outcome {
  const bucket = dialect.bucketOf(call, endpoint);
  const withStanding = ({ reply, delivery }: Outcome): Outcome => {
    const headers = { ...reply.headers, ...dialect.limitHeaders(run.limits.standing(bucket)) };
    return { reply: { ...reply, headers }, delivery };
  };
  if (!run.limits.hasRoom(bucket, dialect.window)) {
    run.limits.reject(bucket);
    return withStanding({ reply: dialect.tooManyRequests(bucket), delivery: plain });
  }
  const fault = run.faults.next(key, bucket);
  if (fault?.name === '429') run.limits.reject(bucket);
  else run.limits.accept(bucket);

  const { query } = call;
  if (fault === undefined) return withStanding({ reply: answerOf(dialect, endpoint, call), delivery: plain });
  const answer = (other: URLSearchParams): Reply => answerOf(dialect, endpoint, { ...call, query: other });
  return withStanding(play(fault, { dialect, bucket, query, answer }));
}

function answerOf(dialect: Dialect, endpoint: Endpoint, call: Call): Reply {
  try {
    dialect.admit(call);
    return endpoint.handle(call);
  } catch (error) {
    return dialect.refuse(refusalOf(error));
  }
}

function wrongMethod(dialect: Dialect, allow: readonly string[]): Reply {
  const allowed = allow.join(', ');
  const reply = dialect.refuse(new Refusal(405, 'method_not_allowed', `This path takes ${allowed}`));
  return { ...reply, headers: { ...reply.headers, allow: allowed } };
}

/** Anything but a refusal is a fault of the sandbox itself. */
export function refusalOf(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  console.error(error);
  return new Refusal(500, 'internal_error', 'The sandbox failed; its log says why');
}
