import type { IncomingMessage, ServerResponse } from 'node:http';
import type { WebhookIntake } from '../events/webhook-intake.ts';

export interface Webhooks {
  readonly intake: WebhookIntake;
  /** The header that carries the signature. */
  readonly header: string;
}

interface Reply {
  readonly status: number;
  readonly body: object;
}

const largestBodyBytes = 256 * 1024;

/** Takes in one webhook. Its signature is over the body as it was sent. */
export async function answerWebhook(
  { intake, header }: Webhooks,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<Reply> {
  if (request.method !== 'POST') {
    response.setHeader('allow', 'POST');
    return refused(405, 'Only POST is accepted here.');
  }
  const body = await readBody(request);
  if (body === null) {
    // the rest is let pass by: a client that is cut off while it sends hears no status
    request.resume();
    return refused(413, `A webhook has at most ${largestBodyBytes} bytes.`);
  }
  const signature = request.headers[header.toLowerCase()];
  return intake.receive(body, typeof signature === 'string' ? signature : undefined);
}

function refused(status: number, message: string): Reply {
  return { status, body: { status: 'refused', message } };
}

/** Null for one that is too large: it is not read to its end. */
async function readBody(request: IncomingMessage): Promise<Uint8Array | null> {
  if (Number(request.headers['content-length'] ?? 0) > largestBodyBytes) return null;
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    const part: unknown = chunk;
    if (!(part instanceof Uint8Array)) continue;
    bytes += part.byteLength;
    if (bytes > largestBodyBytes) return null;
    chunks.push(part);
  }
  return Buffer.concat(chunks);
}
