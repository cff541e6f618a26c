import type { AnalyticsSelection } from '../../domain/analytics.ts';
import { failed } from '../../upstream/failure-of-reply.ts';

type Filter = 'statuses' | 'errorTypes' | 'scenarioStatuses' | 'folders';

/** A filter that cannot be followed is refused: to leave it out would answer another question. */
export function refuseUntaken(selection: AnalyticsSelection, untaken: readonly Filter[]): void {
  const faults = untaken
    .filter((name) => selection[name].length > 0)
    .map((name) => ({ path: [name], message: 'The upstream does not take this. Leave it out.' }));
  if (faults.length > 0) throw failed('NOT_SUPPORTED_BY_UPSTREAM', { upstream: 'make-admin', faults });
}
