import { type Call, Refusal } from './endpoint.ts';
import { type Fields, isFields } from './fields.ts';

export const maxBodyBytes = 3_000_000;

/** A body as it came, undefined in place of bytes where there were more than are taken. */
export interface ReceivedBody {
  readonly contentType: string;
  readonly bytes: Buffer | undefined;
}

/**
 * The body's value; undefined where none was sent. Only pages that a person opens take forms, and only control calls
 * take JSON under any other name: a bare `curl -d` calls it a form.
 */
export function parseBody(
  received: ReceivedBody | undefined,
  { takesForms = false, takesAnyType = false } = {},
): unknown {
  if (received === undefined || received.bytes?.length === 0) return undefined;
  const { bytes, contentType } = received;
  if (bytes === undefined) throw new Refusal(413, 'request_too_large', 'request entity too large');
  const type = contentType.split(';', 1)[0]?.trim().toLowerCase();
  if (takesForms && type === 'application/x-www-form-urlencoded') {
    return Object.fromEntries(new URLSearchParams(bytes.toString()));
  }
  if (type !== 'application/json' && !takesAnyType) {
    throw new Refusal(415, 'unsupported_media_type', 'The body must be sent as application/json');
  }
  try {
    return JSON.parse(bytes.toString());
  } catch {
    throw new Refusal(400, 'invalid_json', 'The body is not well-formed JSON');
  }
}

/** The body of a call that cannot do without one. */
export function readBody({ body }: Pick<Call, 'body'>): Fields {
  if (isFields(body)) return body;
  const reason = body === undefined ? 'is required' : 'must be a JSON object';
  throw new Refusal(
    400,
    body === undefined ? 'missing_required_fields' : 'invalid_request',
    `The body ${reason}`,
    { field: 'body', reason },
  );
}
