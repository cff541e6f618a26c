import type { IncomingHttpHeaders } from 'node:http';
import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate } from 'node:zlib';

/** An answer as it came, whole. */
export interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly bytes: Buffer;
}

/** Why there is no whole answer, or none that can be read. Nothing of it is shown to a caller. */
type TransportFaultKind =
  /** The request has certainly not been sent. */
  | 'not-sent'
  /** The connection ended before the answer did. */
  | 'cut'
  | 'timeout'
  /** Not HTTP, or headers or a body beyond our caps. */
  | 'malformed'
  /** A compressed body that does not decompress. */
  | 'garbled';

export class TransportFault extends Error {
  readonly kind: TransportFaultKind;

  constructor(kind: TransportFaultKind, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'TransportFault';
    this.kind = kind;
  }
}

export const acceptedEncodings = 'gzip, deflate, br';

type Decoder = (bytes: Buffer, options: { maxOutputLength: number }) => Promise<Buffer>;

const decoders: ReadonlyMap<string, Decoder> = new Map<string, Decoder>([
  ['gzip', promisify(gunzip)],
  ['x-gzip', promisify(gunzip)],
  ['deflate', promisify(inflate)],
  ['br', promisify(brotliDecompress)],
]);

/** Decompresses a body, off the event loop and never past the cap. */
export async function decoded(reply: Reply, maxBytes: number): Promise<Reply> {
  const encoding = reply.headers['content-encoding']?.trim().toLowerCase() ?? 'identity';
  if (encoding === 'identity' || reply.bytes.length === 0) return reply;
  const decoder = decoders.get(encoding);
  if (!decoder) throw new TransportFault('malformed', `content-encoding ${encoding}`);
  try {
    return { ...reply, bytes: await decoder(reply.bytes, { maxOutputLength: maxBytes }) };
  } catch (cause) {
    const isTooLarge = cause instanceof RangeError;
    throw new TransportFault(isTooLarge ? 'malformed' : 'garbled', 'the body does not decompress', { cause });
  }
}

/** `text/plain` and no type at all are taken for JSON as well: the parser and the schema decide. */
export function saysJson(headers: IncomingHttpHeaders): boolean {
  const type = mediaTypeOf(headers);
  return type === '' || type === 'application/json' || type === 'text/plain' || type.endsWith('+json');
}

export function mediaTypeOf(headers: IncomingHttpHeaders): string {
  return (headers['content-type']?.split(';')[0] ?? '').trim().toLowerCase();
}

/** `undefined` for what is no JSON. Bytes that are no UTF-8 come out as replacement characters. */
export function parseJson(bytes: Buffer): { readonly body: unknown } | undefined {
  const text = bytes.toString('utf8');
  try {
    return { body: JSON.parse(text.charCodeAt(0) === 0xfeff ? text.slice(1) : text) };
  } catch {
    return undefined;
  }
}
