import { createHmac, timingSafeEqual } from 'node:crypto';
import { type Call, type Endpoint, Refusal, type Reply } from '../kernel/endpoint.ts';
import { minuteMs } from '../kernel/time.ts';
import type { World } from '../world.ts';
import { pdfOf } from './invoice-pdf.ts';
import type { Invoice } from './state.ts';

export const invoiceFiles: readonly Endpoint[] = [
  { method: 'GET', template: '/invoice-files/{file}', isOpen: true, handle: download },
];

/** How long a signed URL is good, in world time. */
const lifetimeMs = 10 * minuteMs;

/** Where anyone who has the URL can get an invoice's PDF, for ten minutes. */
export function signedInvoiceUrl({ world, origin }: Call, { id }: Invoice): string {
  const expires = String(Math.floor((world.timeline.now() + lifetimeMs) / 1000));
  const signature = sign(world, `${id}.pdf`, expires).toString('hex');
  return `${origin}/invoice-files/${id}.pdf?expires=${expires}&signature=${signature}`;
}

function download({ world, path, query }: Call): Reply {
  const file = path['file'] ?? '';
  const expires = query.get('expires') ?? '';
  const signature = Buffer.from(query.get('signature') ?? '', 'hex');
  const expected = sign(world, file, expires);
  const isGenuine = signature.length === expected.length && timingSafeEqual(signature, expected);
  const invoice = world.makeBilling.invoices.get(file.replace(/\.pdf$/, ''));
  if (!isGenuine || invoice === undefined) throw refused('The signature does not match');
  if (Number(expires) * 1000 <= world.timeline.now()) throw refused('The link has expired');
  return { status: 200, content: { type: 'application/pdf', data: pdfOf(invoice) } };
}

function refused(message: string): Refusal {
  return new Refusal(403, 'access_denied', message, { reason: 'links to invoices hold for ten minutes' });
}

function sign({ seed }: World, file: string, expires: string): Buffer {
  return createHmac('sha256', seed).update(`${file} ${expires}`).digest();
}
