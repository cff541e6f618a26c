import { registrationOf } from '../datasources/directory.ts';
import type { Period } from '../domain/period.ts';
import type { Usage, UsageHistory, UsagePrediction } from '../domain/usage.ts';
import type { Answer, Errand } from '../upstream/call.ts';
import { askingAtMost } from '../upstream/foresight.ts';
import { type Loader, loadEach } from './each.ts';
import type { Sources } from './loaders.ts';

export interface UsageReader {
  readonly current: Loader<number, Answer<Usage>>;
  /** Without a period the last thirty days. */
  history(organization: number, period: Period | null): Promise<Answer<UsageHistory>>;
  /** That of the present period, which the usage tells. */
  historyOfPresent(
    organization: number,
  ): Promise<{ readonly usage: Answer<Usage>; readonly history: Answer<UsageHistory> }>;
  /** Null where the upstream makes none. */
  readonly prediction: Loader<number, Answer<UsagePrediction> | null>;
}

export function createUsageReader({ directory, makeAdmin }: Sources, errand: Errand): UsageReader {
  const current = loadEach('usage', (id: number) => makeAdmin.usage(registrationOf(directory, id), errand));
  const history: UsageReader['history'] = (id, period) =>
    makeAdmin.usageHistory(registrationOf(directory, id), period, errand);
  return {
    current,
    history,
    async historyOfPresent(id) {
      const usage = await askingAtMost(2, () => current.load(id));
      const { periodStart: start, periodEnd: end } = usage.value;
      return { usage, history: await history(id, start === null || end === null ? null : { start, end }) };
    },
    prediction: loadEach('usagePrediction', (id) =>
      makeAdmin.usagePrediction(registrationOf(directory, id), errand),
    ),
  };
}
