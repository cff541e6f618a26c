import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLObjectType,
  getNamedType,
  isCompositeType,
  isNonNullType,
  isObjectType,
  isUnionType,
} from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Endpoint } from '../../sandbox/kernel/endpoint.ts';
import { createRandom } from '../../sandbox/kernel/random.ts';
import { makeAdminDocumented, makeAdminLive } from '../../sandbox/make-admin/endpoints.ts';
import { makeBillingDocumented, makeBillingLive } from '../../sandbox/make-billing/endpoints.ts';
import { platformEndpoints } from '../../sandbox/platform/endpoints.ts';
import { createSandbox, type Sandbox } from '../../sandbox/sandbox.ts';
import { errorCodes } from '../../src/domain/failure.ts';
import { sandboxPlatformKey, sandboxPrices, sandboxSettings } from '../../src/sandbox-settings.ts';
import { schema } from '../../src/schema/index.ts';
import {
  type Decent,
  decentOf,
  hostileCursors,
  hostileIds,
  hostileOf,
  hostileTexts,
  mark,
} from '../kit/hostile-values.ts';
import { openGreetedSocket } from '../kit/raw-socket.ts';
import { type Seen, startWitness, type Witness } from '../kit/witness.ts';

/** Another one finds other things: it picks the ids that arguments of that type get. */
const seed = 'fuzz';
const idsOfEach = 12;
const cursorsOfEach = 60;
const inputsOfEach = 120;
const customer = 'cus_0000000000001004';
/** Of one field with other values, in one operation. */
const atOnce = 20;

/** A way down to a type from the root, of fields that can be asked for with decent arguments. */
interface Way {
  readonly type: GraphQLObjectType;
  readonly before: string;
  readonly after: string;
}

const nodeTypes = schema.getPossibleTypes(schema.getType('Node') as never).map(({ name }) => name);
const allIds = hostileIds(nodeTypes);

function picked<Value>(values: readonly Value[], count: number, about: string): Value[] {
  const random = createRandom(`${seed}/${about}`);
  const left = [...values];
  return Array.from(
    { length: Math.min(count, left.length) },
    () => left.splice(random.int(0, left.length - 1), 1)[0]!,
  );
}

/** Fields of the root that lead on, and whose. */
const roots: Readonly<Record<string, string>> = {
  organization: '(id: "1004")',
  customer: `(id: "${customer}")`,
  organizations: '(first: 2)',
  plans: '(first: 2)',
  upstreams: '',
  viewer: '',
};

function waysFrom(root: GraphQLObjectType, decent: Decent): Way[] {
  const ways = new Map<string, Way>([[root.name, { type: root, before: '', after: '' }]]);
  for (const way of ways.values()) {
    for (const field of Object.values(way.type.getFields())) {
      // only from where something is
      if (way.type === root && !(field.name in roots)) continue;
      const named = getNamedType(field.type);
      const types = isCompositeType(named) && !isObjectType(named) ? schema.getPossibleTypes(named) : [named];
      for (const type of types) {
        if (!isObjectType(type) || ways.has(type.name)) continue;
        const spread = type === named ? ['', ''] : [`... on ${type.name} { `, ' }'];
        const args = way.type === root ? roots[field.name] : argumentsText(field, decent);
        ways.set(type.name, {
          type,
          before: `${way.before}${field.name}${args} { ${spread[0]}`,
          after: `${spread[1]} }${way.after}`,
        });
      }
    }
  }
  return [...ways.values()];
}

/** Literals of what a field needs; short windows. */
function argumentsText(field: GraphQLField<unknown, unknown>, decent: Decent): string {
  const texts = field.args.flatMap(({ name, type }) => {
    if (name === 'first') return ['first: 2'];
    return isNonNullType(type) ? [`${name}: ${literal(decentOf(name, type, decent))}`] : [];
  });
  return texts.length === 0 ? '' : `(${texts.join(', ')})`;
}

const enumNames = new Set(
  Object.values(schema.getTypeMap()).flatMap((type) =>
    'getValues' in type ? type.getValues().map(({ name }) => name) : [],
  ),
);

function literal(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(literal).join(', ')}]`;
  if (typeof value === 'object' && value !== null) {
    return `{ ${Object.entries(value)
      .map(([name, part]) => `${name}: ${literal(part)}`)
      .join(', ')} }`;
  }
  return typeof value === 'string' && enumNames.has(value) ? value : JSON.stringify(value);
}

/** What can be asked for without arguments, and rows: a list of which nothing is asked is not read. */
function selectionOn(named: GraphQLNamedType, depth = 3): string {
  if (!isCompositeType(named)) return '';
  const fields = isUnionType(named) ? [] : Object.values(named.getFields());
  const asked = fields.flatMap((field) => {
    const type = getNamedType(field.type);
    if (field.args.length > 0) return [];
    if (!isCompositeType(type)) return [field.name];
    const isRow = field.name === 'edges' || field.name === 'node';
    return isRow && depth > 0 ? [`${field.name} ${selectionOn(type, depth - 1)}`] : [];
  });
  return `{ __typename ${asked.join(' ')} }`;
}

describe.each(['documented', 'live'] as const)('in the %s dialect', (dialect) => {
  let sandbox: Sandbox;
  let make: Witness;
  let platform: Witness;
  let gateway: ChildProcess;
  let url: string;
  let decent: Decent;
  let cursors: readonly string[];
  const folder = mkdtempSync(join(tmpdir(), 'tollgate-fuzz-'));
  const printed: string[] = [];
  const wrong: unknown[] = [];
  let answers = 0;

  beforeAll(async () => {
    sandbox = await createSandbox({ port: 0, now: '2026-11-15T10:00:00Z', limits: 'off' });
    make = await startWitness(dialect === 'live' ? sandbox.origins.makeLive : sandbox.origins.makeDocumented);
    platform = await startWitness(sandbox.origins.platform);
    const file = join(folder, 'config.json');
    const settings = {
      ...sandboxSettings,
      port: 0,
      logLevel: 'debug',
      maxUpstreamRequests: 10_000,
      sockets: { operations: 'all' },
      store: { url: 'memory:' },
      make: { dialect, url: `${make.origin}/api/v2`, prices: sandboxPrices },
      platform: { url: platform.origin, key: sandboxPlatformKey },
    };
    writeFileSync(file, JSON.stringify(settings), { mode: 0o600 });
    gateway = spawn('node', ['src/main.ts'], { env: { ...process.env, TOLLGATE_CONFIG: file } });
    let text = '';
    gateway.stderr?.on('data', (chunk: Buffer) => printed.push(chunk.toString()));
    url = await new Promise<string>((resolve, reject) => {
      gateway.once('exit', () => reject(new Error(printed.join(''))));
      gateway.stdout?.on('data', (chunk: Buffer) => {
        text += chunk.toString();
        const [, ready] = /Tollgate ready at (\S+)\/graphql/.exec(text) ?? [];
        if (ready !== undefined) resolve(ready);
      });
    });
    decent = await decentValues();
    cursors = hostileCursors(await realCursors());
  }, 60_000);

  afterAll(async () => {
    const ended = once(gateway, 'exit');
    gateway.kill('SIGTERM');
    await ended;
    await make[Symbol.asyncDispose]();
    await platform[Symbol.asyncDispose]();
    await sandbox.close();
    rmSync(folder, { recursive: true });
  });

  async function ask(query: string, variables: object) {
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { authorization: 'Bearer sandbox-operator', 'content-type': 'application/json' },
      body: JSON.stringify({ query, variables }),
    });
    const answer = JSON.parse(await response.text());
    answers += 1;
    const codes = (answer.errors ?? []).map(
      ({ extensions }: { extensions?: { code?: never } }) => extensions?.code,
    );
    // the documents themselves are well formed
    const isTyped = codes.every(
      (code: never) => errorCodes.includes(code) && !/^(INTERNAL|DOCUMENT_.*)$/.test(code),
    );
    if (![200, 400].includes(response.status) || !isTyped) {
      wrong.push({ status: response.status, query: query.slice(0, 500), variables, errors: answer.errors });
    }
    return answer;
  }

  /** What there really is of organization 1004, for what stands beside a hostile value. */
  async function decentValues(): Promise<Decent> {
    const { data } = await ask(
      `{ customer(id: "${customer}") {
          subscriptions { id } paymentMethods { id } invoices(first: 5) { edges { node { id __typename } } }
        }
        plans(first: 1) { edges { node { id } } }
        organization(id: "1004") {
          incompleteExecutions(first: 1) { edges { node { id } } } scenarios(first: 1) { edges { node { id } } }
        } }`,
      {},
    );
    const platformInvoice = data.customer.invoices.edges.find(
      ({ node }: { node: { __typename: string } }) => node.__typename === 'PlatformInvoice',
    );
    return {
      organizationId: '1004',
      customerId: customer,
      // of changes: all of them are of incomplete executions
      id: data.organization.incompleteExecutions.edges[0]?.node.id,
      scenario: data.organization.scenarios.edges[0]?.node.id,
      subscriptionId: data.customer.subscriptions[0]?.id,
      paymentMethodId: data.customer.paymentMethods[0]?.id,
      invoiceId: platformInvoice?.node.id,
      planId: data.plans.edges[0]?.node.id,
      priceId: '2412',
      confirm: true,
    };
  }

  /** One of each kind of list. */
  async function realCursors(): Promise<string[]> {
    const window = '(first: 1) { edges { cursor } }';
    const { data } = await ask(
      `{ plans${window} organization(id: "1004") {
          payments${window} invoices${window} auditLogs${window} scenarios${window}
          incompleteExecutions${window} accessLog${window}
        } }`,
      {},
    );
    return [data.plans, ...Object.values(data.organization)].flatMap(
      ({ edges: [edge] }) => edge?.cursor ?? [],
    );
  }

  /** One field, asked for with each of the values of one argument. */
  async function tryValues(
    kind: string,
    way: Way,
    field: GraphQLField<unknown, unknown>,
    argument: string,
    values: readonly unknown[],
  ): Promise<void> {
    const type = field.args.find(({ name }) => name === argument)?.type;
    const others = field.args.filter(({ name, type }) => name !== argument && isNonNullType(type));
    const beside = others.map(({ name, type }) => `, ${name}: ${literal(decentOf(name, type, decent))}`);
    for (let from = 0; from < values.length; from += atOnce) {
      const group = values.slice(from, from + atOnce);
      const names = group.map((_, place) => `v${place}`);
      const asked = names.map(
        (name) =>
          `${name}: ${field.name}(${argument}: $${name}${beside.join('')}) ${selectionOn(getNamedType(field.type))}`,
      );
      const declared = names.map((name) => `$${name}: ${String(type)}`);
      const document = `${kind} (${declared.join(', ')}) { ${way.before}${asked.join(' ')}${way.after} }`;
      const variables = Object.fromEntries(group.map((value, place) => [`v${place}`, value]));
      const { data } = await ask(document, variables);
      // one that is not of the type at all refuses them all
      if (data === undefined && group.length > 1) {
        for (const value of group) await tryValues(kind, way, field, argument, [value]);
      }
    }
  }

  test('every argument of every field, and every input of every change, is answered with data or an error of its kind', async () => {
    let tried = 0;
    for (const [kind, root] of [
      ['query', schema.getQueryType()],
      ['mutation', schema.getMutationType()],
    ] as const) {
      const ways = root ? waysFrom(root, decent) : [];
      for (const way of kind === 'query' ? ways : ways.slice(0, 1)) {
        for (const field of Object.values(way.type.getFields())) {
          for (const { name, type } of field.args) {
            const coordinate = `${way.type.name}.${field.name}.${name}`;
            const isNode = way.type.name === 'Query' && field.name === 'node';
            const ids = isNode ? allIds : picked(allIds, idsOfEach, coordinate);
            const values = hostileOf(type, decent, ids);
            if (name === 'after' || name === 'before')
              values.push(...picked(cursors, cursorsOfEach, coordinate));
            const given = kind === 'query' ? values : picked(values, inputsOfEach, coordinate);
            await tryValues(kind, way, field, name, given);
            tried += 1;
          }
        }
      }
    }
    expect(cursors.length).toBeGreaterThan(100);
    expect(tried).toBeGreaterThan(100);
    expect(answers).toBeGreaterThan(tried);
    expect(wrong).toEqual([]);
  }, 240_000);

  test('headers, addresses and socket messages are taken for what they are', async () => {
    const headers = { authorization: 'Bearer sandbox-operator', 'content-type': 'application/json' };
    const body = '{"query":"{ organization(id: 1004) { subscription { status } payments { totalCount } } }"}';
    for (const name of ['x-tollgate-reason', 'x-request-id', 'x-tollgate-explain', 'x-idempotency-key']) {
      for (const value of [`${mark}\u00ff\u0080`, `${mark}\t"}`, `${mark}%0d%0a`, mark.repeat(500)]) {
        const sent = request(`${url}/graphql`, { method: 'POST', headers: { ...headers, [name]: value } });
        sent.end(body);
        const [response] = (await once(sent, 'response')) as [{ statusCode: number; resume(): void }];
        response.resume();
        expect([name, value.slice(0, 20), response.statusCode]).toEqual([name, value.slice(0, 20), 200]);
      }
    }
    for (const text of [...hostileTexts.slice(2), ...allIds.slice(0, 100)].filter((each) =>
      each.isWellFormed(),
    )) {
      const path = encodeURIComponent(text.slice(0, 500));
      const response = await fetch(`${url}/exports/invoices/${path}.pdf`, { headers });
      expect([text, [200, 404].includes(response.status)]).toEqual([text, true]);
      await response.arrayBuffer();
    }
    const socket = await openGreetedSocket(url, {
      authorization: 'Bearer sandbox-operator',
      reason: `${mark}\r\nx: y\u0000`,
    });
    for (const field of Object.values(schema.getSubscriptionType()?.getFields() ?? {})) {
      for (const { name, type } of field.args.filter(({ name }) => name !== 'includeSnapshot')) {
        const organization = name === 'organizationId' ? '' : ', organizationId: "1004"';
        for (const value of picked(hostileOf(type, decent, allIds), 8, `${field.name}.${name}`)) {
          const id = `${mark}\r\n${field.name}`;
          const query = `subscription ($v: ${String(type)}) { ${field.name}(${name}: $v${organization}, includeSnapshot: true) { __typename } }`;
          const extensions = { reason: `${mark}\n{"level":60}`, requestId: `${mark}\r\n` };
          socket.send({ type: 'subscribe', id, payload: { query, variables: { v: value }, extensions } });
          const message = await socket.next();
          expect(message['id']).toBe(id);
          expect(JSON.stringify(message)).not.toContain('INTERNAL');
          socket.send({ type: 'complete', id });
        }
      }
    }
    socket.socket.close();
  }, 120_000);

  test('what reached the upstreams is a known path with values in it, under the right credential, and nothing else', () => {
    const templates = {
      make: [...makeBillingDocumented, ...makeAdminDocumented, ...makeBillingLive, ...makeAdminLive],
      platform: platformEndpoints,
    };
    const faults = [
      ...make.seen.flatMap((seen) => faultsOf(seen, '/api/v2', templates.make)),
      ...platform.seen.flatMap((seen) => faultsOf(seen, '', templates.platform)),
    ];
    expect(faults).toEqual([]);
    expect(make.seen.length + platform.seen.length).toBeGreaterThan(300);
    // the witness has seen what was made up here: it is not all refused beforehand
    expect(
      [...make.seen, ...platform.seen].some(({ target, body }) => `${target}${body}`.includes(mark)),
    ).toBe(true);
  });

  test('each line of the log is one object, and none of them tells of something unexpected', async () => {
    const lines = printed
      .join('')
      .trimEnd()
      .split('\n')
      .filter((line) => !line.startsWith('Warning: '));
    expect(lines.length).toBeGreaterThan(300);
    for (const line of lines) {
      expect(line).not.toMatch(/[\p{Cc}\u2028\u2029]/u);
      const entry = JSON.parse(line) as { level: number; msg: string };
      expect([entry.level <= 40, line]).toEqual([true, line]);
    }
  });
});

const ownHeaders = new Set([
  'accept',
  'accept-encoding',
  'authorization',
  'connection',
  'content-length',
  'content-type',
  'host',
  'user-agent',
]);

function faultsOf(
  { method, target, headers, body }: Seen,
  base: string,
  endpoints: readonly Endpoint[],
): string[] {
  const cut = target.indexOf('?');
  const [path, query] = cut < 0 ? [target, ''] : [target.slice(0, cut), target.slice(cut + 1)];
  const segments = path.split('/').slice(1);
  const known = endpoints.find(
    (endpoint) =>
      endpoint.method === method &&
      endpoint.isOpen !== true &&
      fits(segments, `${base}${endpoint.template}`.split('/').slice(1)),
  );
  const faults: string[] = [];
  const fault = (what: string): void =>
    void faults.push(`${what}: ${method} ${target} ${JSON.stringify(headers)}`);
  if (known === undefined) fault('no known path');
  if (!segments.every(isOneSegment)) fault('not one segment');
  for (const pair of query === '' ? [] : query.split('&')) {
    const [name = '', value = '', ...more] = pair.split('=');
    const isNamed = /^[a-z]\w*(\[\w*\])*$/i.test(decodeURIComponent(name)) && !name.includes(mark);
    if (!isNamed || more.length > 0 || !isEncoded(value)) fault('a parameter that is none');
  }
  if (Object.keys(headers).some((name) => !ownHeaders.has(name))) fault('a header of others');
  const [, organization] = /^\/api\/v2\/organizations\/(\d+)/.exec(path) ?? [];
  const isRight =
    base === ''
      ? headers['authorization'] === `Bearer ${sandboxPlatformKey}`
      : /^Token 0{8}-0000-4000-8000-\d{12}$/.test(headers['authorization'] ?? '') &&
        (organization === undefined ||
          headers['authorization']?.endsWith(`-${organization.padStart(12, '0')}`));
  if (isRight !== true) fault('the wrong credential');
  if (body !== '' && typeof JSON.parse(body) !== 'object') fault('a body that is none');
  return faults;
}

const isEncoded = (text: string): boolean => /^(?:[\w.!~*'()-]|%[\dA-F]{2})*$/.test(text);

/** Neither before nor after it is decoded does it lead elsewhere. */
function isOneSegment(segment: string): boolean {
  if (!isEncoded(segment)) return false;
  const decoded = decodeURIComponent(segment);
  return !['', '.', '..'].includes(decoded) && !/[/\\%\p{Cc}\u2028\u2029]/u.test(decoded);
}

function fits(segments: readonly string[], template: readonly string[]): boolean {
  return (
    segments.length === template.length &&
    template.every((part, place) => part.startsWith('{') || part === segments[place])
  );
}
