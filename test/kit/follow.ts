import { expect } from 'vitest';
import type { TestGateway } from './gateway.ts';
import { readEvents } from './read-events.ts';

export interface SeenEvent {
  readonly __typename: string;
  readonly id: string;
  readonly cursor: string;
  readonly type: string;
  readonly occurredAt: string | null;
  readonly source: string;
  readonly changes?: readonly { readonly field: string; readonly before: unknown; readonly after: unknown }[];
  readonly [field: string]: unknown;
}

export interface Following extends AsyncDisposable {
  /** The next event. Fails where there is an error in its place. */
  next(): Promise<SeenEvent>;
  /** The next result as it came. */
  result(): Promise<unknown>;
  leave(): void;
}

const common = '__typename id cursor type occurredAt source';

/** Follows the events of organization 1004 (unless told), from a snapshot on unless there is a cursor. */
export async function follow(
  gateway: TestGateway,
  {
    field = 'organizationEvents',
    organization = 1004,
    types,
    after,
    selection = '',
    caller = 'sandbox-owner',
  }: {
    readonly field?: string;
    readonly organization?: number;
    readonly types?: readonly string[];
    readonly after?: string;
    readonly selection?: string;
    readonly caller?: string;
  } = {},
): Promise<Following> {
  const args = [
    `organizationId: "${organization}"`,
    ...(types ? [`types: [${types.join(' ')}]`] : []),
    'after: $after, includeSnapshot: $includeSnapshot',
  ].join(', ');
  const reader = await readEvents(`${gateway.url}/graphql`, {
    method: 'POST',
    headers: { authorization: `Bearer ${caller}` },
    body: JSON.stringify({
      query: `subscription ($after: String, $includeSnapshot: Boolean) { event: ${field}(${args}) { ${common} ${selection} } }`,
      variables: { after: after ?? null, includeSnapshot: after === undefined },
    }),
  });
  const result = async (): Promise<unknown> => {
    for (;;) {
      const read = await reader.next();
      if (read === undefined || read.event === 'complete') return undefined;
      if (read.data !== undefined) return read.data;
    }
  };
  return {
    result,
    async next() {
      const { data, errors } = ((await result()) ?? {}) as { data?: { event: SeenEvent }; errors?: unknown };
      expect(errors).toBeUndefined();
      if (!data) throw new Error('The stream has ended.');
      return data.event;
    },
    leave: () => reader.leave(),
    async [Symbol.asyncDispose]() {
      reader.leave();
    },
  };
}
