import type { Answer } from '../../upstream/call.ts';
import { failed } from '../../upstream/failure-of-reply.ts';
import type { Registration } from '../directory.ts';

/** What is asked for by its own id may be another organization's, where a credential may see several: it is not shown. */
export function own<Value extends { readonly organizationId: number | null }>(
  { id }: Registration,
  answer: Answer<Value>,
): Answer<Value> {
  const { organizationId } = answer.value;
  if (organizationId === null || organizationId === id) return answer;
  throw failed('NOT_FOUND', { upstream: 'make-admin' });
}
