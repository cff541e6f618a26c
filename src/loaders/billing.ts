import { registrationOf } from '../datasources/directory.ts';
import { type Rows, readable } from '../datasources/read.ts';
import type { BillingProfile } from '../domain/billing-profile.ts';
import { Failure } from '../domain/failure.ts';
import type { MakePrice } from '../domain/make-price.ts';
import type { PlanSubscription } from '../domain/plan-subscription.ts';
import type { Answer, Errand } from '../upstream/call.ts';
import { askingAtMost } from '../upstream/foresight.ts';
import { type Loader, loadEach, orNull } from './each.ts';
import type { Loaders, Sources } from './loaders.ts';

export interface BillingLoaders {
  /** Null where the organization has no subscription, and where the dialect does not tell. */
  readonly profile: Loader<number, Answer<BillingProfile> | null>;
  /** The subscription by its plan; null as above. */
  readonly planSubscription: Loader<number, Answer<PlanSubscription> | null>;
  /** What the organization can buy. */
  readonly prices: Loader<number, Answer<Rows<MakePrice>>>;
  /** When a lower plan holds that is changed to. */
  readonly downgradesHold: 'AT_ONCE' | 'NEXT_PERIOD';
}

export function createBillingLoaders(
  { directory, dialect, makeBilling }: Sources,
  errand: Errand,
  subscription: Loaders['subscription'],
): BillingLoaders {
  /** In the currency that it pays in already, where several are offered. */
  async function readPrices(id: number): Promise<Answer<Rows<MakePrice>>> {
    const answer = await makeBilling.prices(registrationOf(directory, id), errand);
    const { rows } = answer.value;
    const currencies = new Set(readable(rows).map(({ amount }) => amount.currency));
    if (currencies.size <= 1) return answer;
    const currency = await currencyOf(id);
    const own = rows.filter(
      (row) => currency === null || row instanceof Failure || row.amount.currency === currency,
    );
    return { ...answer, value: { rows: own, total: own.length } };
  }

  /** Null where there is no subscription, or none that can be read: what is sold can be shown without. */
  async function currencyOf(id: number): Promise<string | null> {
    try {
      return (await subscription.load(id))?.value.price.currency ?? null;
    } catch (error) {
      if (error instanceof Failure) return null;
      throw error;
    }
  }

  return {
    profile: loadEach('billingProfile', (id) =>
      orNull(makeBilling.billing(registrationOf(directory, id), errand)),
    ),
    planSubscription: loadEach('planSubscription', (id) =>
      orNull(makeBilling.plan(registrationOf(directory, id), errand)),
    ),
    prices: loadEach('prices', (id) => askingAtMost(2, () => readPrices(id))),
    downgradesHold: dialect === 'live' ? 'AT_ONCE' : 'NEXT_PERIOD',
  };
}
