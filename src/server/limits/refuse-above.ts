import { Failure } from '../../domain/failure.ts';
import { type Limits, limitVariables } from '../../limit-settings.ts';

/** Throws where more was found than the limit allows. Counting may have stopped there: there can be more still. */
export function refuseAbove(limits: Limits, name: keyof Limits, found: number): void {
  const limit = limits[name];
  if (found <= limit) return;
  const { variable, counts } = limitVariables[name];
  throw new Failure(
    'DOCUMENT_TOO_COMPLEX',
    `Counted ${found} ${counts}; at most ${limit} are accepted (${variable}).`,
    { limit, setting: variable },
  );
}
