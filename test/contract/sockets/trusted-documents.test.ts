import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ConfigFaults, readConfig } from '../../../src/config.ts';
import { schema } from '../../../src/schema/index.ts';
import { readTrustedDocuments } from '../../../src/server/trusted-documents.ts';
import { type FeedServer, startFeedServer } from '../../kit/feed-server.ts';
import { startTestGateway } from '../../kit/gateway.ts';
import { openGreetedSocket } from '../../kit/raw-socket.ts';
import { readEvents } from '../../kit/read-events.ts';

const folder = mkdtempSync(join(tmpdir(), 'tollgate-manifest-'));
afterAll(() => rmSync(folder, { recursive: true }));

function manifestOf(name: string, content: unknown): string {
  const path = join(folder, name);
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

const text = 'query Hello { hello }';
const plainText = '{ again: hello }';
const hashOf = (document: string): string => createHash('sha256').update(document).digest('hex');
const documentId = `sha256:${hashOf(text)}`;
const plainId = hashOf(plainText);
const unknownId = `sha256:${hashOf('unknown')}`;

interface Told {
  readonly data?: unknown;
  readonly errors?: readonly { readonly extensions: { readonly code: string } }[];
}
interface Params {
  readonly query?: string;
  readonly documentId?: string;
}

const headers = { authorization: 'Bearer sandbox-owner', 'content-type': 'application/json' };
const search = (params: Params): string => new URLSearchParams({ ...params }).toString();

/** The four ways in: what is told, and the HTTP status where there is one. */
const waysIn: Readonly<Record<string, (url: string, params: Params) => Promise<[Told, number]>>> = {
  async POST(url, params) {
    const answer = await fetch(`${url}/graphql`, { method: 'POST', headers, body: JSON.stringify(params) });
    return [(await answer.json()) as Told, answer.status];
  },
  async GET(url, params) {
    const answer = await fetch(`${url}/graphql?${search(params)}`, { headers });
    return [(await answer.json()) as Told, answer.status];
  },
  async 'an event stream by POST'(url, params) {
    const stream = await readEvents(`${url}/graphql`, { method: 'POST', body: JSON.stringify(params) });
    return [(await stream.next())?.data as Told, stream.status];
  },
  async 'an event stream by GET'(url, params) {
    const stream = await readEvents(`${url}/graphql?${search(params)}`);
    return [(await stream.next())?.data as Told, stream.status];
  },
  async WebSocket(url, params) {
    const client = await openGreetedSocket(url);
    client.send({ type: 'subscribe', id: '1', payload: params });
    const { type, payload } = await client.next();
    client.socket.close();
    return type === 'next' ? [payload as Told, 200] : [{ errors: payload as Told['errors'] } as Told, 400];
  },
};

const servers: Partial<Record<'off' | 'prefer' | 'only', FeedServer>> = {};
beforeAll(async () => {
  const manifest = manifestOf('good.json', { [documentId]: text, [plainId]: plainText });
  for (const mode of ['off', 'prefer', 'only'] as const) {
    servers[mode] = await startFeedServer({
      settings: { operations: 'all' },
      trustedDocuments: { mode, manifest },
    });
  }
});
afterAll(() => Promise.all(Object.values(servers).map((server) => server.close())));

const hello = { data: { hello: 'hello' } };
const again = { data: { again: 'hello' } };

describe.for(Object.entries(waysIn))('by %s', ([, ask]) => {
  test.for([
    ['off', 'a text', { query: text }, hello],
    ['off', 'an id', { documentId }, 'DOCUMENT_NOT_FOUND'],
    ['prefer', 'a text', { query: '{ hello }' }, hello],
    ['prefer', 'an id', { documentId }, hello],
    ['prefer', 'an id that the manifest has without its hash', { documentId: `sha256:${plainId}` }, again],
    ['prefer', 'an id without its hash', { documentId: plainId }, again],
    ['prefer', 'an unknown id', { documentId: unknownId }, 'DOCUMENT_NOT_FOUND'],
    ['prefer', 'an id with its text', { documentId, query: text }, hello],
    ['prefer', 'an id with another text', { documentId, query: plainText }, 'DOCUMENT_NOT_TRUSTED'],
    ['only', 'a text', { query: '{ hello }' }, 'DOCUMENT_NOT_TRUSTED'],
    ['only', 'the text of a trusted document', { query: text }, 'DOCUMENT_NOT_TRUSTED'],
    ['only', 'an id', { documentId }, hello],
    ['only', 'an id with its text', { documentId, query: text }, hello],
    ['only', 'an id with another text', { documentId, query: '{ hello }' }, 'DOCUMENT_NOT_TRUSTED'],
    ['only', 'an unknown id', { documentId: unknownId }, 'DOCUMENT_NOT_FOUND'],
    ['only', 'an unknown id with a text', { documentId: unknownId, query: text }, 'DOCUMENT_NOT_FOUND'],
  ] as const)('%s, %s', async ([mode, , params, expected]) => {
    const [told, status] = await ask(servers[mode]?.url ?? '', params);
    if (typeof expected === 'string') {
      expect(told.errors?.map(({ extensions }) => extensions.code)).toEqual([expected]);
      expect(status).toBe(400);
    } else {
      expect(told).toEqual(expected);
      expect(status).toBe(200);
    }
  });
});

test('a request with neither text nor id is told what is lacking', async () => {
  const [told, status] = await waysIn['POST']!(servers.only?.url ?? '', {});
  expect([told.errors?.[0]?.extensions.code, status]).toEqual(['BAD_USER_INPUT', 400]);
});

describe('a manifest that cannot be used stops the start', () => {
  test.for([
    ['missing', join(folder, 'nowhere.json'), 'which cannot be read'],
    ['broken', manifestOf('broken.json', '{'), 'which is not JSON'],
    ['a list', manifestOf('list.json', []), 'which is not a JSON object'],
    ['of numbers', manifestOf('numbers.json', { [documentId]: 5 }), 'no text'],
    ['with a broken document', manifestOf('syntax.json', { [documentId]: '{' }), 'Syntax Error'],
    ['of another graph', manifestOf('other.json', { [documentId]: '{ letters }' }), '"letters"'],
  ] as const)('%s', ([, manifest, found]) => {
    const read = (): unknown => readTrustedDocuments({ mode: 'only', manifest }, schema);
    expect(read).toThrow(ConfigFaults);
    expect(read).toThrow(found);
    expect(read).toThrow('TRUSTED_DOCUMENTS_MANIFEST');
  });

  test('none is named', () => {
    expect(() => readConfig({ TRUSTED_DOCUMENTS: 'only' })).toThrow('TRUSTED_DOCUMENTS=only');
  });
});

test("the examples' manifest fits the graph", async () => {
  await using gateway = await startTestGateway({
    settings: { trustedDocuments: { mode: 'only', manifest: 'examples/trusted-documents.json' } },
  });
  expect((await gateway.query('{ viewer { name } }')).errors).toMatchObject([
    { extensions: { code: 'DOCUMENT_NOT_TRUSTED' } },
  ]);
});
