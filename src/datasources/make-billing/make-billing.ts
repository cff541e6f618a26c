import type { Failure } from '../../domain/failure.ts';
import type { OrganizationProfile } from '../../domain/organization.ts';
import type { MakePayment } from '../../domain/payment.ts';
import type { MakeSubscription } from '../../domain/subscription.ts';
import type { Answer, Errand, Upstream } from '../../upstream/call.ts';
import type { Registration } from '../directory.ts';
import { readOrganization } from './organization.ts';
import { readPaymentsDocumented } from './payments-documented.ts';
import { readPaymentsLive } from './payments-live.ts';
import { readSubscriptionDocumented } from './subscription-documented.ts';
import { readSubscriptionLive } from './subscription-live.ts';

/** Rows of a list from an offset on. */
export interface Slice {
  readonly offset: number;
  readonly limit: number;
}

export interface Rows<Row> {
  /** A row that could not be read is a failure in its place. */
  readonly rows: readonly (Row | Failure)[];
  /** How many there are in all; null where the upstream does not tell. */
  readonly total: number | null;
}

type Read<Value, Arguments extends readonly unknown[] = []> = (
  organization: Registration,
  ...rest: [...Arguments, errand: Errand]
) => Promise<Answer<Value>>;

/** What Make tells of an organization's billing, the same in both of its dialects. */
export interface MakeBilling {
  readonly organization: Read<OrganizationProfile>;
  /** Fails with NOT_FOUND where there is none. */
  readonly subscription: Read<MakeSubscription>;
  /** Newest first. The offset is a multiple of the limit. */
  readonly payments: Read<Rows<MakePayment>, [Slice]>;
}

/** `learnLimit` hears how many requests a minute Make allows an organization, whenever it is read. */
export function createMakeBilling(
  upstream: Upstream,
  dialect: 'documented' | 'live',
  learnLimit: (organization: Registration, requestsPerMinute: number) => void,
): MakeBilling {
  const isLive = dialect === 'live';
  const readSubscription = isLive ? readSubscriptionLive : readSubscriptionDocumented;
  const readPayments = isLive ? readPaymentsLive : readPaymentsDocumented;
  return {
    async organization(organization, errand) {
      const answer = await readOrganization(upstream, organization, errand);
      const { requestsPerMinute } = answer.value;
      if (requestsPerMinute !== null) learnLimit(organization, requestsPerMinute);
      return answer;
    },
    subscription: (organization, errand) => readSubscription(upstream, organization, errand),
    payments: (organization, slice, errand) => readPayments(upstream, organization, slice, errand),
  };
}
