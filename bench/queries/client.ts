import { Pool } from 'undici';
import { z } from 'zod';
import type { Workload } from './workloads.ts';

/** Asks one gateway as its clients would. */
export interface Client extends AsyncDisposable {
  /** Does the work once. What came: of each page its data, and the paths of its errors. */
  run(workload: Workload, isCold: boolean): Promise<readonly Answer[]>;
}

export interface Answer {
  readonly data: unknown;
  /** An operation that was refused as a whole has failed at the empty path. */
  readonly failedAt: readonly string[];
}

/** How a client says that nothing is to be shown that was kept: in the document, or by a header. */
export type Freshness = 'directive' | 'header';

const reply = z.object({
  data: z.unknown().optional(),
  errors: z.array(z.object({ path: z.array(z.union([z.string(), z.number()])).default([]) })).default([]),
});
const cursorsOf = z.object({
  organization: z.object({
    invoices: z.object({ pageInfo: z.object({ endCursor: z.string().nullable() }) }),
  }),
});

export function createClient(url: string, freshness: Freshness): Client {
  const { origin, pathname } = new URL(url);
  const pool = new Pool(origin, { connections: 64 });

  async function ask(query: string, variables: object, isFresh: boolean): Promise<Answer> {
    const { body } = await pool.request({
      method: 'POST',
      path: pathname,
      headers: {
        'content-type': 'application/json',
        authorization: 'Bearer sandbox-operator',
        ...(isFresh && freshness === 'header' && { 'cache-control': 'no-cache' }),
      },
      body: JSON.stringify({ query, variables }),
    });
    const { data, errors } = reply.parse(await body.json());
    return { data, failedAt: errors.map(({ path }) => path.join('.')).toSorted() };
  }

  return {
    async run({ document, variables, pages }, isCold) {
      const answers: Answer[] = [];
      let after: string | null = null;
      for (let page = 0; page < pages; page += 1) {
        // what is kept by the first page serves the others
        const isFresh = isCold && page === 0;
        const query = document(isFresh && freshness === 'directive' ? ' @fresh(maxAge: 0)' : '');
        const answer = await ask(query, { ...variables, after }, isFresh);
        answers.push(answer);
        if (pages > 1) after = cursorsOf.parse(answer.data).organization.invoices.pageInfo.endCursor;
      }
      return answers;
    },
    [Symbol.asyncDispose]: () => pool.close(),
  };
}
