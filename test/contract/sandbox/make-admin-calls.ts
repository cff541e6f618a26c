import { createSandbox, type Sandbox } from '../../../sandbox/sandbox.ts';
import { ask, makeToken, presentDay } from './requests.ts';

interface Sent {
  readonly method?: string;
  readonly body?: unknown;
  /** The organization whose token it is, and the digit that makes it another role's. */
  readonly token?: readonly [organizationId: number, kind?: number];
}

/** A sandbox without limits whose time stands still until it is advanced, and both dialects of its Make API. */
export async function startAdmin() {
  const sandbox = await createSandbox({
    now: presentDay,
    wallNow: () => Date.parse(presentDay),
    limits: 'off',
  });
  const api =
    (origin: string) =>
    (path: string, { method, body, token = [1004] }: Sent = {}) =>
      ask(`${origin}/api/v2${path}`, {
        authorization: makeToken(...token),
        ...(method !== undefined && { method }),
        ...(body !== undefined && { body }),
      });
  const control = async (path: string, body: unknown) =>
    (await ask(`${sandbox.origins.platform}/__sandbox${path}`, { body })).json;
  return {
    sandbox,
    documented: api(sandbox.origins.makeDocumented),
    live: api(sandbox.origins.makeLive),
    advance: (by: string) => control('/clock', { advance: by }),
    change: (order: unknown) => control('/world', order),
    [Symbol.asyncDispose]: () => sandbox.close(),
  };
}

/** The first active scenario of the Enterprise organization, which has the most incomplete executions. */
export const busiestScenario = 1004001;

/** An incomplete execution of a kind that nobody works on. */
export function openExecution({ world }: Sandbox, errorType: string): string {
  const execution = world.makeAdmin.incompleteExecutions
    .values()
    .find(
      (each) => each.organizationId === 1004 && each.status === 'pending' && each.errorType === errorType,
    );
  if (execution === undefined) throw new Error(`no pending ${errorType}`);
  return execution.id;
}
