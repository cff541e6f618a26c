import {
  platformAccount,
  platformRequestsPerMinute,
} from '../../../src/datasources/platform-billing/platform.ts';
import {
  createPlatformBilling,
  type PlatformBilling,
} from '../../../src/datasources/platform-billing/platform-billing.ts';
import type { Answer } from '../../../src/upstream/call.ts';
import { startTestSource } from '../../kit/datasource.ts';

const key = 'sandbox-platform-key';

/** The platform's datasource on a sandbox of its own. */
export async function startPlatformSource() {
  const source = await startTestSource('platform-billing');
  const url = source.sandbox.origins.platform;
  const account = platformAccount({ url, key });
  for (const [group, limit] of Object.entries(platformRequestsPerMinute)) {
    source.limiter.learnLimit(`${account.key}:${group}`, limit, 'configuration');
  }
  return {
    ...source,
    platform: createPlatformBilling(source.upstream, account),
    /** The same pipeline with another key. */
    platformAs: (otherKey: string): PlatformBilling =>
      createPlatformBilling(source.upstream, platformAccount({ url, key: otherKey })),
    /** The data of what the sandbox itself answers, below `/billing`. */
    raw: async (path: string): Promise<ReturnType<typeof JSON.parse>> => {
      const response = await fetch(`${url}/billing${path}`, { headers: { authorization: `Bearer ${key}` } });
      const answer = await response.json();
      if (!response.ok) throw new Error(JSON.stringify(answer));
      return answer.data;
    },
  };
}

export type PlatformSource = Awaited<ReturnType<typeof startPlatformSource>>;

export async function valueOf<Value>(answer: Promise<Answer<Value>>): Promise<Value> {
  return (await answer).value;
}

/** Null where there is none, as everywhere in the domain. */
export function dateOf(text: string | null | undefined): Date | null {
  return text == null ? null : new Date(text);
}

/** The customer of an organization. */
export const customerOf = (organization: number): string => `cus_000000000000${organization}`;

/** A customer of nobody, with a card and a running subscription. */
export async function makeSubscriber({ platform, errand, raw }: PlatformSource) {
  const { plans } = await raw('/plans?active_only=true');
  const dear = plans.findLast(
    ({ pricing }: { pricing: { currency: string; interval: string } }) =>
      pricing.currency === 'USD' && pricing.interval === 'month',
  );
  const cheap = plans.find(
    ({ pricing }: { pricing: { currency: string; interval: string; amount: number } }) =>
      pricing.currency === 'USD' && pricing.interval === 'month' && pricing.amount < dear.pricing.amount,
  );
  const { upstreamId: customer } = await valueOf(
    platform.createCustomer({ email: 'ann@example.com', name: 'Ann' }, errand()),
  );
  const method = await valueOf(
    platform.addPaymentMethod(customer, { source: { token: 'tok_visa' }, isDefault: true }, errand()),
  );
  const subscription = await valueOf(
    platform.createSubscription(customer, { planId: cheap.id, trialDays: 0 }, errand()),
  );
  return { customer, method: method.upstreamId, subscription: subscription.upstreamId, cheap, dear };
}
