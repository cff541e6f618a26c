import type { ServerResponse } from 'node:http';
import type { Reply } from './endpoint.ts';
import type { Delivery } from './played-fault.ts';

const floodChunk = Buffer.alloc(64 * 1024, 'x');
const floodStart = '{"padding":"';

/** Puts an answer on the wire, whole or in the way that a fault wants it. */
export function deliver(
  response: ServerResponse,
  reply: Reply,
  common: Readonly<Record<string, string>>,
  delivery: Delivery,
): void {
  const data = reply.content?.data ?? (reply.json === undefined ? '' : JSON.stringify(reply.json));
  const head = {
    ...common,
    'content-type': reply.content?.type ?? 'application/json; charset=utf-8',
    'content-length': typeof data === 'string' ? Buffer.byteLength(data) : data.byteLength,
    ...reply.headers,
  };
  switch (delivery.kind) {
    case 'plain':
      response.writeHead(reply.status, head).end(data);
      return;
    case 'late':
      setTimeout(() => response.writeHead(reply.status, head).end(data), delivery.ms).unref();
      return;
    case 'hang':
      if (!delivery.before) response.writeHead(reply.status, head).flushHeaders();
      return;
    case 'reset':
      if (delivery.before || data.length === 0) response.socket?.resetAndDestroy();
      else {
        const half = data.slice(0, Math.ceil(data.length / 2));
        response.writeHead(reply.status, head).write(half, () => response.socket?.resetAndDestroy());
      }
      return;
    case 'drip':
      response.writeHead(reply.status, head);
      drip(response, Buffer.from(data), delivery.ms);
      return;
    case 'flood':
      response.writeHead(reply.status, { ...head, 'content-length': delivery.bytes }).write(floodStart);
      flood(response, delivery.bytes - floodStart.length);
  }
}

function drip(response: ServerResponse, bytes: Buffer, everyMs: number): void {
  if (response.destroyed) return;
  if (bytes.length === 0) response.end();
  else {
    response.write(bytes.subarray(0, 1));
    setTimeout(() => drip(response, bytes.subarray(1), everyMs), everyMs).unref();
  }
}

/** Keeps to the reader's pace, so that the sandbox itself holds little of it. */
function flood(response: ServerResponse, left: number): void {
  let rest = left;
  while (rest > floodChunk.length + 2 && !response.destroyed) {
    rest -= floodChunk.length;
    if (!response.write(floodChunk)) {
      response.once('drain', () => flood(response, rest));
      return;
    }
  }
  response.end(`${'x'.repeat(rest - 2)}"}`);
}
