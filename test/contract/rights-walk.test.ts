import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestGateway, type TestGateway } from '../kit/gateway.ts';
import { callers, fields } from './rights-table.ts';

/** Of the callers', on the plan that includes everything; and one that none of them is of. */
const organization = '1004';
const hidden = '1009';

type Data = Record<string, Record<string, unknown> | null>;

let gateway: TestGateway;
let globalId: string;
let hiddenId: string;
/** What is to be seen, and the ids in it, by field; asked for by the operator, so that it is in the cache. */
const seen = new Map<string, { readonly value: unknown; readonly ids: readonly string[] }>();

beforeAll(async () => {
  gateway = await startTestGateway();
  const operator = { caller: 'sandbox-operator' };
  const names = await gateway.query<Data, object>(
    `{ mine: organization(id: "${organization}") { id } hidden: organization(id: "${hidden}") { id } }`,
    {},
    operator,
  );
  globalId = String(names.data?.['mine']?.['id']);
  hiddenId = String(names.data?.['hidden']?.['id']);
  for (const [field, [ask]] of Object.entries(fields)) {
    const { data, errors } = await gateway.query<Data, object>(
      `{ organization(id: "${organization}") { value: ${ask} } }`,
      {},
      operator,
    );
    expect({ field, errors }).toEqual({ field, errors: [] });
    const value = data?.['organization']?.['value'];
    seen.set(field, { value, ids: field === 'id' ? [String(value)] : idsIn(value) });
  }
});
afterAll(() => gateway[Symbol.asyncDispose]());

function idsIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, part]: [string, unknown]) =>
    name === 'id' ? [String(part)] : idsIn(part),
  );
}

async function requestsSoFar(): Promise<number> {
  const stats = (await gateway.control('stats')) as { requests: Readonly<Record<string, number>> };
  return Object.entries(stats.requests)
    .filter(([endpoint]) => !endpoint.includes('__sandbox'))
    .reduce((sum, [, count]) => sum + count, 0);
}

test('every field of an organization has a row', async () => {
  const { data } = await gateway.query<{ __type: { fields: readonly { name: string }[] } }, object>(
    '{ __type(name: "Organization") { fields { name } } }',
  );
  expect(Object.keys(fields).toSorted()).toEqual(data?.__type.fields.map(({ name }) => name).toSorted());
});

describe.each(Object.entries(callers))('%s', (caller, letter) => {
  test.each(Object.entries(fields))('%s', async (field, [ask, allowed]) => {
    const before = await requestsSoFar();
    const { status, data, errors } = await gateway.query<Data, object>(
      `{
        plain: organization(id: "${organization}") { value: ${ask} }
        twice: organization(id: "${globalId}") { other: ${ask} value: ${ask} }
        node: node(id: "${globalId}") { ... on Organization { value: ${ask} } }
      }`,
      {},
      { caller },
    );
    expect(status).toBe(200);
    const isAllowed = letter !== null && allowed.includes(letter);
    const seesPart = letter !== null && allowed.includes(letter.toLowerCase());
    if (seesPart) {
      expect(errors).toEqual([]);
      return;
    }
    if (letter === null) {
      expect({ data, errors }).toEqual({ data: { plain: null, twice: null, node: null }, errors: [] });
    } else if (isAllowed) {
      expect(errors).toEqual([]);
      // the log itself has grown since
      if (field !== 'accessLog') expect(data?.['node']?.['value']).toEqual(seen.get(field)?.value);
    } else {
      expect(data).toEqual({
        plain: { value: null },
        twice: { other: null, value: null },
        node: { value: null },
      });
      expect(
        errors.map(({ path, extensions }) => `${path?.join('.')} ${String(extensions?.['code'])}`).toSorted(),
      ).toEqual(
        ['node.value', 'plain.value', 'twice.other', 'twice.value'].map((path) => `${path} FORBIDDEN`),
      );
    }
    // what is in the cache serves who may see it, and nobody is asked for who may not
    expect(await requestsSoFar()).toBe(before);

    for (const id of seen.get(field)?.ids ?? []) {
      const node = await gateway.query<Data, object>(`{ node(id: "${id}") { id } }`, {}, { caller });
      expect({ data: node.data, errors: node.errors }).toEqual({
        data: { node: isAllowed ? { id } : null },
        errors: [],
      });
    }
  });
});

test.each(Object.keys(callers).filter((caller) => caller !== 'sandbox-operator'))(
  '%s sees nothing of an organization of others, and nobody is asked',
  async (caller) => {
    const asks = Object.entries(fields).map(([name, [ask]]) => `as_${name}: ${ask}`);
    const before = await requestsSoFar();
    const { data, errors } = await gateway.query<Data, object>(
      `{ plain: organization(id: "${hidden}") { ${asks.join(' ')} } node: node(id: "${hiddenId}") { ... on Organization { ${asks.join(' ')} } } }`,
      {},
      { caller },
    );
    expect({ data, errors }).toEqual({ data: { plain: null, node: null }, errors: [] });
    expect(await requestsSoFar()).toBe(before);
  },
);
