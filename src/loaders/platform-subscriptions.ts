import type { CustomerSubscription } from '../domain/customer.ts';
import type { PlatformSubscriptionDetail } from '../domain/platform-subscription.ts';
import type { Answer, Errand } from '../upstream/call.ts';
import { isAtHand } from './at-hand.ts';
import { type Loader, loadEach, orNull } from './each.ts';
import { loadFewest } from './fewest.ts';
import type { Loaders, Sources } from './loaders.ts';
import type { Page } from './pages.ts';
import { errandFor, platformOf } from './platform.ts';

/** Null stands for what is not there, or not the customer's. */
export interface PlatformSubscriptionsReader {
  /** All of a customer's, newest first. */
  ofCustomer(customer: string): Promise<Page<CustomerSubscription> | null>;
  /** At least what a customer shows of a subscription. */
  row(
    customer: string,
    id: string,
  ): Promise<Answer<CustomerSubscription | PlatformSubscriptionDetail> | null>;
  detail(customer: string, id: string): Promise<Answer<PlatformSubscriptionDetail> | null>;
}

export function createPlatformSubscriptionsReader(
  sources: Sources,
  errand: Errand,
  customers: Loaders['customer'],
): PlatformSubscriptionsReader {
  const byCustomer = new Map<string, ReturnType<typeof createLoadersOf>>();

  async function ofCustomer(customer: string): Promise<Page<CustomerSubscription> | null> {
    const answer = await customers.load(customer);
    if (answer === null) return null;
    const { subscriptions: rows } = answer.value;
    return { rows, total: rows.length, fetchedAt: answer.fetchedAt, isStale: answer.isStale };
  }

  function createLoadersOf(customer: string) {
    const on = errandFor(customer, sources, errand);
    const readOne = async (id: string, by = on): Promise<Answer<PlatformSubscriptionDetail>> =>
      platformOf(sources).subscription(customer, id, by);
    const row: Loader<string, Answer<CustomerSubscription | PlatformSubscriptionDetail> | null> = loadFewest<
      CustomerSubscription | PlatformSubscriptionDetail
    >('platform-subscription-row', {
      one: (id) => orNull(readOne(id)),
      isOneAtHand: (id) => isAtHand(on, (looking) => readOne(id, looking)),
      page: async () =>
        (await ofCustomer(customer)) ?? { rows: [], total: 0, fetchedAt: errand.startedAt, isStale: false },
      isPageAtHand: () => isAtHand(on, async (looking) => platformOf(sources).customer(customer, looking)),
      pageSize: Number.POSITIVE_INFINITY,
      idOf: ({ upstreamId }) => upstreamId,
    });
    return { row, detail: loadEach('platform-subscription', (id: string) => orNull(readOne(id))) };
  }

  function loadersOf(customer: string): ReturnType<typeof createLoadersOf> {
    const loaders = byCustomer.get(customer) ?? createLoadersOf(customer);
    byCustomer.set(customer, loaders);
    return loaders;
  }

  return {
    ofCustomer,
    row: (customer, id) => loadersOf(customer).row.load(id),
    detail: (customer, id) => loadersOf(customer).detail.load(id),
  };
}
