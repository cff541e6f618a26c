import type { TestGateway } from './gateway.ts';
import type { Json } from './raw.ts';

interface Changed {
  readonly result: Json;
  readonly errors: readonly (string | undefined)[];
}

/** Runs one mutation: its result with all that error members tell, and the codes of the errors beside it. */
export async function change(
  gateway: TestGateway,
  name: string,
  input: object,
  { shows = '', caller = 'sandbox-owner' }: { readonly shows?: string; readonly caller?: string } = {},
): Promise<Changed> {
  const type = name.charAt(0).toUpperCase() + name.slice(1);
  const document = `mutation($input: ${type}Input!) {
    ${name}(input: $input) {
      __typename
      ${shows && `... on ${type}Payload { ${shows} }`}
      ... on Error { code message upstreamCode }
      ... on InvalidInput { faults { path message } }
      ... on ConfirmationRequired { effect affected }
      ... on PaymentDeclined { reason }
    }
  }`;
  const { data, errors } = await gateway.query<Json, object>(document, { input }, { caller });
  return { result: data?.[name], errors: errors.map(({ extensions }) => extensions?.['code'] as string) };
}
