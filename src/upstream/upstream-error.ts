import { z } from 'zod';
import type { FieldFault } from '../domain/failure.ts';

/** What an error body says, whichever of the upstreams' three forms it has. */
export interface UpstreamError {
  /** The status that the body itself names (`{"error": 404}`). */
  readonly status: number | undefined;
  /** `card_declined`, `IM004`. */
  readonly code: string | undefined;
  readonly texts: readonly string[];
  /** Which fields were wrong and why, cleaned of whatever must not leave. */
  readonly faults: readonly FieldFault[];
}

const text = z.string().optional().catch(undefined);
const details = z.object({ field: text, reason: text }).optional().catch(undefined);
const texts = z
  .union([z.string().transform((one) => [one]), z.array(z.string())])
  .optional()
  .catch(undefined);

const errorBody = z.object({
  // Documented dialect: { error: 404, message, code, details }. Platform API: { status: 'error', error: { … } }.
  error: z
    .union([z.number(), z.object({ code: text, message: text, details })])
    .optional()
    .catch(undefined),
  message: text,
  code: text,
  details,
  // Live dialect: { detail, message, code, suberrors }.
  detail: texts,
  suberrors: z
    .array(z.object({ message: text }))
    .optional()
    .catch(undefined),
});

const nothing: UpstreamError = { status: undefined, code: undefined, texts: [], faults: [] };

export function readUpstreamError(body: unknown): UpstreamError {
  const read = errorBody.safeParse(body);
  if (!read.success) return nothing;
  const { error, message, code, details: outer, detail, suberrors } = read.data;
  const inner = typeof error === 'object' ? error : undefined;
  const { field, reason } = inner?.details ?? outer ?? {};
  const said = [...(detail ?? []), ...(suberrors ?? []).map((each) => each.message), inner?.message, message];
  const reasons = reason !== undefined || field !== undefined ? [reason ?? inner?.message ?? message] : said;
  const path = field === undefined ? [] : field.split('.').map(cleaned).slice(0, 10);
  return {
    status: typeof error === 'number' ? error : undefined,
    code: codeLike(inner?.code ?? code),
    texts: said.filter((each) => each !== undefined),
    faults: reasons
      .map((each) => cleaned(each ?? ''))
      .filter((each) => each !== '')
      .slice(0, 10)
      .map((each) => ({ path, message: each })),
  };
}

/** An answer of 200 that is an error none the less. */
export function isErrorInside(body: unknown): boolean {
  if (typeof body !== 'object' || body === null) return false;
  return ('error' in body && Boolean(body.error)) || ('status' in body && body.status === 'error');
}

function codeLike(code: string | undefined): string | undefined {
  return code !== undefined && /^[\w.-]{1,64}$/.test(code) ? code : undefined;
}

/** One line of an upstream's text without addresses, and without anything that could be a credential. */
function cleaned(said: string): string {
  return (
    said
      .split(/[\r\n]/, 1)
      .join('')
      .slice(0, 1000)
      .replace(/\p{Cc}/gu, ' ')
      .replace(/\w+:\/\/\S+/g, '…')
      .replace(/[\w-]{24,}/g, '…')
      // what may be the number of a card
      .replace(/\d(?:[ -]?\d){11,}/g, '…')
      .slice(0, 200)
      .trim()
  );
}
