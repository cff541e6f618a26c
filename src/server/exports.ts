import type { IncomingMessage, ServerResponse } from 'node:http';
import { createVisit } from '../access/visit.ts';
import { registrationOf } from '../datasources/directory.ts';
import { type ErrorCode, Failure } from '../domain/failure.ts';
import type { Sources } from '../loaders/loaders.ts';
import { decodeGlobalId, readOwnedId } from '../schema/global-id.ts';
import type { Log } from '../telemetry/log.ts';
import { createMeter, type Errand } from '../upstream/call.ts';
import type { Exchange } from './exchange.ts';
import type { OperationParts } from './operation.ts';
import { refusalBody } from './present-errors.ts';
import { sendJson } from './server.ts';

type ExportParts = Pick<OperationParts, 'sources' | 'accessLog' | 'clock' | 'deadlineMs'>;

interface File {
  readonly name: string;
  readonly type: string;
  readonly bytes: Uint8Array;
}

/** Where a failure is answered with another status than that of something broken behind the gateway. */
const statusOf: Readonly<Partial<Record<ErrorCode, number>>> = {
  NOT_FOUND: 404,
  BAD_USER_INPUT: 404,
  NOT_SUPPORTED_BY_UPSTREAM: 404,
  PLAN_UPGRADE_REQUIRED: 403,
  RATE_LIMITED: 429,
  UPSTREAM_TIMEOUT: 504,
  UPSTREAM_UNAVAILABLE: 503,
};

/** Files that a link of the graph leads to: `GET /exports/invoices/<global id>.pdf`. */
export function createExports(parts: ExportParts, log: Log) {
  return async (request: IncomingMessage, response: ServerResponse, exchange: Exchange): Promise<void> => {
    const { sources, accessLog, clock, deadlineMs } = parts;
    const { caller, requestId, reason } = exchange;
    const startedAt = clock.now();
    const visit = createVisit(caller, (organization) => sources.directory.has(organization));
    const over = new AbortController();
    const cancelTimer = clock.after(deadlineMs, () => over.abort());
    response.once('close', () => over.abort());
    const errand: Errand = {
      signal: over.signal,
      deadline: startedAt + deadlineMs,
      priority: 'query',
      caller: caller.name,
      startedAt,
      meter: createMeter(),
    };
    try {
      const invoice = invoiceIn(request.url ?? '');
      const need = { organization: invoice.organization, right: 'billing', section: 'invoices' } as const;
      // what the caller may not see looks like what is not there
      if (!visit.sees(invoice.organization) || !visit.allows(need)) throw nothingThere();
      sendFile(response, await readInvoiceFile(sources, invoice, errand));
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      if (error.cause !== undefined) log.info({ err: error, cause: error.cause }, 'failed');
      const { retryAfter } = error.details;
      if (retryAfter !== undefined) response.setHeader('retry-after', retryAfter);
      sendJson(response, statusOf[error.code] ?? 502, refusalBody(error, requestId));
    } finally {
      cancelTimer();
      const at = new Date(startedAt).toISOString();
      accessLog.add(visit.entries({ at, requestId, kind: 'query', operation: 'exports/invoices', reason }));
    }
  };
}

interface InvoiceName {
  readonly organization: number;
  readonly upstreamId: string;
}

function invoiceIn(target: string): InvoiceName {
  const [, globalId = ''] = /^\/exports\/invoices\/([\w-]+)\.pdf(?:\?|$)/.exec(target) ?? [];
  const { typename, id } = decodeGlobalId(globalId);
  if (typename !== 'MakeInvoice') throw nothingThere();
  return readOwnedId(id);
}

async function readInvoiceFile(
  { directory, makeBilling }: Sources,
  { organization, upstreamId }: InvoiceName,
  errand: Errand,
): Promise<File> {
  const registration = registrationOf(directory, organization);
  const invoice = await makeBilling.invoice(registration, upstreamId, errand);
  const file = await makeBilling.invoiceFile(registration, upstreamId, errand);
  // a dialect that gives links of its own has no file for the gateway to pass on
  if (invoice === null || file === null) throw nothingThere();
  const name = (invoice.value.number ?? upstreamId).replaceAll(/[^\w.-]/g, '_');
  return { name: `${name}.pdf`, type: 'application/pdf', bytes: file.value };
}

function sendFile(response: ServerResponse, { name, type, bytes }: File): void {
  response.writeHead(200, {
    'content-type': type,
    'content-length': bytes.byteLength,
    'content-disposition': `attachment; filename="${name}"`,
  });
  response.end(bytes);
}

const nothingThere = (): Failure => new Failure('NOT_FOUND', 'There is no such file.');
