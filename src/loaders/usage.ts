import type DataLoader from 'dataloader';
import { registrationOf } from '../datasources/directory.ts';
import type { Period } from '../domain/period.ts';
import type { Usage, UsageHistory, UsagePrediction } from '../domain/usage.ts';
import type { Answer, Errand } from '../upstream/call.ts';
import { loadEach } from './each.ts';
import type { Sources } from './loaders.ts';

export interface UsageReader {
  readonly current: DataLoader<number, Answer<Usage>>;
  /** Without a period the last thirty days. */
  history(organization: number, period: Period | null): Promise<Answer<UsageHistory>>;
  /** Null where the upstream makes none. */
  readonly prediction: DataLoader<number, Answer<UsagePrediction> | null>;
}

export function createUsageReader({ directory, makeAdmin }: Sources, errand: Errand): UsageReader {
  return {
    current: loadEach('usage', (id) => makeAdmin.usage(registrationOf(directory, id), errand)),
    history: (id, period) => makeAdmin.usageHistory(registrationOf(directory, id), period, errand),
    prediction: loadEach('usagePrediction', (id) =>
      makeAdmin.usagePrediction(registrationOf(directory, id), errand),
    ),
  };
}
