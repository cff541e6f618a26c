import { isDeepStrictEqual } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { TestGateway } from './gateway.ts';
import type { Json } from './raw.ts';
import type { Exchange } from './witness.ts';
import { startWitnessedGateway, type Watched } from './witnessed-gateway.ts';

/** A place in the graph, and what the wire's value becomes there where it is not written the same. */
export type Place = string | readonly [path: string, becomes: (wire: Json) => unknown];

/** One endpoint of a document: what the graph sends there, and where in the graph each field of its answer is. */
export interface DocumentedCall {
  /** As the document prints it. */
  readonly endpoint: string;
  /** What sets it apart from other calls of the endpoint. */
  readonly of?: string;
  /** What leads to the answer: `*` stands for the fields that are told. */
  readonly ask: string | (() => string);
  /** Of a mutation. */
  readonly input?: () => object;
  /** Its query and body, as the document prints them. */
  readonly sends?: () => { readonly query?: object; readonly body?: Json };
  /** Where in the answer the object begins that `*` shows: `payments.0`. */
  readonly from?: string;
  /** Each field of that object by its path, and its place below `*`. With `?` where the document lets it be absent. */
  readonly told: Readonly<Record<string, Place>>;
  /** What the answer has beside it, and what becomes of that. */
  readonly beside?: Readonly<Record<string, string>>;
  /** Keeps something of the answer for the calls that follow. */
  readonly keep?: (answer: Json) => void;
  /** Waits for what goes on after the graph has answered. */
  readonly settled?: (gateway: TestGateway) => Promise<void>;
}

/** Runs each call through a gateway, and compares what went over the wire with the document and with the graph. */
export function holdDocument(
  watched: Watched,
  calls: readonly DocumentedCall[],
  prepare: (gateway: TestGateway) => Promise<void> = async () => {},
): void {
  let its: Awaited<ReturnType<typeof startWitnessedGateway>>;

  beforeAll(async () => {
    its = await startWitnessedGateway(watched);
    await prepare(its.gateway);
  });
  afterAll(() => its[Symbol.asyncDispose]());

  const named = calls.map((call) => ({ name: [call.endpoint, call.of ?? []].flat().join(', '), call }));
  test.each(named)('$name', async ({ call }) => {
    const { gateway, witness } = its;
    const begun = witness.exchanges.length;
    const shown = await ask(gateway, call);
    await call.settled?.(gateway);
    const exchange = findExchange(witness.exchanges.slice(begun), call.endpoint);
    const answer = parse(exchange.answer);
    call.keep?.(answer);
    if (call.sends) expect(sentIn(exchange)).toEqual({ query: {}, body: null, ...call.sends() });
    expect(differences(call, answer, shown)).toEqual([]);
  });
}

async function ask(gateway: TestGateway, { ask: asked, told, input }: DocumentedCall): Promise<Json> {
  const ask = typeof asked === 'string' ? asked : asked();
  const paths = Object.values(told).map((place) => (typeof place === 'string' ? place : place[0]));
  const fields = `here: __typename ${selectionOf(paths)}`;
  // read anew: an answer that was kept would go over no wire
  const document = input
    ? `mutation ($input: ${inputTypeOf(ask)}!) { ${ask.replace('{', `{ ${refusals}`).replace('*', fields)} }`
    : `{ ${ask.replace(') {', ') @fresh(maxAge: 0) {').replace('*', fields)} }`;
  const caller = 'sandbox-operator';
  const { data, errors } = await gateway.query<Json, object>(document, { input: input?.() }, { caller });
  expect(errors).toEqual([]);
  const shown = findShown(data);
  if (shown === undefined) throw new Error(JSON.stringify(data));
  return shown;
}

/** So that a change which fails says why. */
const refusals = '__typename ... on Error { code message } ... on InvalidInput { faults { path message } }';

/** `createPlan(input: $input) { … }` → `CreatePlanInput` */
function inputTypeOf(ask: string): string {
  const name = ask.slice(0, ask.indexOf('('));
  return `${name.charAt(0).toUpperCase()}${name.slice(1)}Input`;
}

/** `price.minorUnits`, `price.currency` → `price { minorUnits currency }`; places in lists are numbers. */
function selectionOf(paths: readonly string[]): string {
  const byField = Map.groupBy(
    paths.map((path) => path.split('.').filter((part) => !/^\d+$/.test(part))),
    ([field]) => field ?? '',
  );
  return [...byField]
    .map(([field, within]) => {
      const below = within.map((parts) => parts.slice(1).join('.')).filter((path) => path !== '');
      return below.length === 0 ? field : `${field} { ${selectionOf(below)} }`;
    })
    .join(' ');
}

/** The object that stands where `*` stood. */
function findShown(data: Json): Json {
  if (typeof data !== 'object' || data === null) return undefined;
  if ('here' in data) return data;
  return Object.values(data)
    .map(findShown)
    .find((found) => found !== undefined);
}

function findExchange(exchanges: readonly Exchange[], endpoint: string): Exchange {
  const [method, template = ''] = endpoint.split(' ');
  const path = new RegExp(`^(/api/v2)?${template.replaceAll(/\{\w+\}/g, '[^/]+')}$`);
  const found = exchanges.find(
    (exchange) => exchange.method === method && path.test(exchange.target.split('?')[0] ?? ''),
  );
  if (found !== undefined) return found;
  const asked = exchanges.map((exchange) => `${exchange.method} ${exchange.target}`).join(', ');
  throw new Error(`${endpoint} was not asked, but ${asked}`);
}

function sentIn({ target, body }: Exchange): Json {
  const query: Record<string, string | string[]> = {};
  for (const [name, value] of new URL(target, 'http://make').searchParams) {
    query[name] = query[name] === undefined ? value : [query[name], value].flat();
  }
  return { query, body: body === '' ? null : parse(body) };
}

/** Without the key of our own that goes among the notes of what is made. */
function parse(text: string): Json {
  return JSON.parse(text, (name, value) => (name === 'tollgate_key' ? undefined : value));
}

/** What is printed and not in the answer, what is in the answer and not in the table, and what became another value. */
function differences({ from, told, beside = {} }: DocumentedCall, answer: Json, shown: Json): string[] {
  const object = from === undefined ? answer : at(answer, from);
  const found: string[] = [];
  for (const [printed, place] of Object.entries(told)) {
    const field = printed.replace('?', '');
    const wire = at(object, field);
    const [path, becomes] = typeof place === 'string' ? [place, null] : place;
    const value = at(shown, path);
    if (wire == null && !printed.endsWith('?')) found.push(`${field} is not answered`);
    const isThere = becomes === null ? isSame(wire, value) : isDeepStrictEqual(value, becomes(wire));
    if (!isThere) found.push(`${field} is ${JSON.stringify(wire)}, but ${path} ${JSON.stringify(value)}`);
  }
  const prefix = from === undefined ? '' : `${from}.`;
  const known = [
    ...Object.keys(told).map((field) => prefix + field.replace('?', '')),
    ...Object.keys(beside),
  ];
  const unknown = leavesOf(answer).filter(
    (leaf) =>
      !known.some((path) => path === leaf || leaf.startsWith(`${path}.`) || path.startsWith(`${leaf}.`)),
  );
  return [...found, ...unknown.map((leaf) => `${leaf} is told nowhere`)];
}

function at(value: Json, path: string): Json {
  return path === ''
    ? value
    : path.split('.').reduce((within, part) => (part === '-1' ? within.at(-1) : within?.[part]), value);
}

/** The same instant, number or word: enums are written in capitals, and decimals as text. */
function isSame(wire: Json, value: Json): boolean {
  if (wire == null) return value == null;
  if (typeof wire === 'object' || typeof wire === 'boolean') return isDeepStrictEqual(wire, value);
  if ([String(wire), String(wire).toUpperCase()].includes(String(value))) return true;
  return /^\d{4}-\d\d-\d\d/.test(wire) && new Date(wire).getTime() === new Date(value).getTime();
}

/** Of lists the first row stands for all. */
function leavesOf(value: Json, path = ''): string[] {
  if (typeof value !== 'object' || value === null) return [path];
  const entries = Array.isArray(value) ? Object.entries(value).slice(0, 1) : Object.entries(value);
  return entries.flatMap(([name, each]) => leavesOf(each, path === '' ? name : `${path}.${name}`));
}
