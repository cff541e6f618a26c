import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Metrics } from '../../telemetry/metrics.ts';
import { sendJson } from '../server.ts';

/** `/metrics`: for who brings the token, and without one for who asks from the machine itself. */
export function createMetricsPage(metrics: Metrics, token: string | undefined) {
  return (request: IncomingMessage, response: ServerResponse): void => {
    if (token === undefined && !comesFromThisMachine(request)) {
      return sendJson(response, 403, {
        status: 'refused',
        message: 'Without METRICS_TOKEN, metrics are shown to this machine alone.',
      });
    }
    if (token !== undefined && !brings(request, token)) {
      response.setHeader('www-authenticate', 'Bearer');
      return sendJson(response, 401, { status: 'refused', message: 'The metrics token is needed.' });
    }
    const text = metrics.text();
    response.writeHead(200, {
      'content-type': 'text/plain; version=0.0.4; charset=utf-8',
      'content-length': Buffer.byteLength(text),
      'cache-control': 'no-store',
    });
    response.end(text);
  };
}

/** What a proxy on this machine passes on comes from elsewhere, and so may what a browser was led to by another name. */
function comesFromThisMachine({ socket, headers }: IncomingMessage): boolean {
  const address = socket.remoteAddress?.replace(/^::ffff:/, '') ?? '';
  const isPassedOn = ['forwarded', 'x-forwarded-for', 'via'].some((name) => name in headers);
  const isNamedSo = /^(localhost|127(\.\d+){3}|\[::1\])(:\d+)?$/i.test(headers.host ?? '');
  return (address.startsWith('127.') || address === '::1') && !isPassedOn && isNamedSo;
}

function brings({ headers }: IncomingMessage, token: string): boolean {
  const [, brought = ''] = /^Bearer +(\S+) *$/i.exec(headers.authorization ?? '') ?? [];
  return timingSafeEqual(digestOf(brought), digestOf(token));
}

const digestOf = (text: string): Buffer => createHash('sha256').update(text).digest();
