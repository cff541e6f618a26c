import { expect } from 'vitest';
import { sandboxPlatformKey } from '../../src/sandbox-settings.ts';
import { encodeGlobalId } from '../../src/schema/global-id.ts';
import type { Answer, TestGateway } from '../kit/gateway.ts';

/** A call to the sandbox's platform itself, below `/billing`: the data of what it answers. */
export async function callPlatform(
  { sandbox }: Pick<TestGateway, 'sandbox'>,
  path: string,
  body?: unknown,
  method = body === undefined ? 'GET' : 'POST',
): Promise<ReturnType<typeof JSON.parse>> {
  const response = await fetch(`${sandbox.origins.platform}/billing${path}`, {
    method,
    headers: { authorization: `Bearer ${sandboxPlatformKey}`, 'content-type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const answer = await response.json();
  if (!response.ok) throw new Error(JSON.stringify(answer));
  return answer.data;
}

/** How often each endpoint of the upstreams was asked while something ran. */
export async function requestsDuring(
  gateway: TestGateway,
  run: () => Promise<unknown>,
): Promise<Readonly<Record<string, number>>> {
  const before = await requestsOf(gateway);
  await run();
  const after = await requestsOf(gateway);
  return Object.fromEntries(
    Object.entries(after)
      .map(([endpoint, count]) => [endpoint, count - (before[endpoint] ?? 0)] as const)
      .filter(([, count]) => count > 0),
  );
}

async function requestsOf(gateway: TestGateway): Promise<Readonly<Record<string, number>>> {
  const { requests } = (await gateway.control('stats')) as {
    readonly requests: Readonly<Record<string, number>>;
  };
  return requests;
}

/** The data of a query that has no errors. */
export async function dataOf(
  gateway: TestGateway,
  document: string,
  variables: Readonly<Record<string, unknown>> = {},
  caller = 'sandbox-owner',
): Promise<ReturnType<typeof JSON.parse>> {
  const { data, errors }: Answer<unknown> = await gateway.query(document, variables, { caller });
  expect(errors).toEqual([]);
  return data;
}

/** An instant as the graph writes it; null stays null. */
export function instant(text: string | null | undefined): string | null {
  return text == null ? null : new Date(text).toISOString();
}

export function platformAddress(wire: Readonly<Record<string, string | undefined>> | null) {
  if (wire === null) return null;
  const { line1, line2, city, state, postal_code: postalCode, country } = wire;
  return {
    line1: line1 ?? null,
    line2: line2 ?? null,
    city: city ?? null,
    state: state ?? null,
    postalCode: postalCode ?? null,
    country: country ?? null,
  };
}

/** The global id of what belongs to a customer. */
export function customerNodeId(typename: string, customer: string, upstreamId: string): string {
  return encodeGlobalId(typename, `${customer}/${upstreamId}`);
}

/** What came of a mutation of one input: its result, with what is shown of its payload, and the errors beside it. */
export async function change(
  gateway: TestGateway,
  name: string,
  input: Readonly<Record<string, unknown>>,
  { shows = '__typename', caller = 'sandbox-owner' } = {},
): Promise<{ result: ReturnType<typeof JSON.parse>; errors: Answer<unknown>['errors'] }> {
  const type = name.charAt(0).toUpperCase() + name.slice(1);
  const document = `mutation ($input: ${type}Input!) {
    ${name}(input: $input) {
      __typename
      ... on ${type}Payload { ${shows} }
      ... on Error { code message upstreamCode }
      ... on InvalidInput { faults { path message } }
      ... on ConfirmationRequired { effect affected }
      ... on PaymentDeclined { reason }
    }
  }`;
  const { data, errors } = await gateway.query<Record<string, unknown>, object>(
    document,
    { input },
    { caller },
  );
  return { result: data?.[name], errors };
}

/** The customer of an organization. */
export const customerOf = (organization: number): string => `cus_000000000000${organization}`;
