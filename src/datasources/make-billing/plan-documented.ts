import { z } from 'zod';
import type { CancellationOrder, PlanOrder } from '../../domain/make-order.ts';
import { planFromName } from '../../domain/organization.ts';
import type { PlanChange, PlanSubscription } from '../../domain/plan-subscription.ts';
import { type BillingInterval, subscriptionStatusFrom } from '../../domain/subscription.ts';
import type { Answer, Endpoint, Errand, Upstream } from '../../upstream/call.ts';
import type { Registration } from '../directory.ts';
import { decimal, instant, orNull } from '../wire.ts';
import { changeOf, prorationWord } from './orders.ts';
import { billingTag } from './tags.ts';

const featureShape = z.union([
  z.string().transform((name) => ({ name, isIncluded: null, limit: null })),
  z
    .object({ name: z.string(), included: orNull(z.boolean()), limit: orNull(decimal) })
    .transform(({ name, included, limit }) => ({ name, isIncluded: included, limit })),
]);

const intervalByCycle: Readonly<Record<string, BillingInterval>> = { monthly: 'MONTH', yearly: 'YEAR' };

export const planShape = z
  .object({
    plan: z.string(),
    status: z.string(),
    billingCycle: z.string(),
    nextBillingDate: orNull(instant),
    features: orNull(z.array(featureShape)),
  })
  .transform(
    ({ plan, status, billingCycle, nextBillingDate, features }): PlanSubscription => ({
      plan: planFromName(plan),
      rawPlan: plan,
      status: subscriptionStatusFrom(status),
      rawStatus: status,
      interval: intervalByCycle[billingCycle.toLowerCase()] ?? 'UNKNOWN',
      nextBillingAt: nextBillingDate,
      features: features ?? [],
    }),
  );

const readEndpoint: Endpoint<PlanSubscription> = {
  method: 'GET',
  path: '/cashier/subscription/{organizationId}',
  answer: z.object({ subscription: planShape }).transform(({ subscription }) => subscription),
  cache: 'subscription',
};

export function readPlan(
  upstream: Upstream,
  { id, account }: Registration,
  errand: Errand,
): Promise<Answer<PlanSubscription>> {
  const tags = [billingTag(id, 'subscription')];
  return upstream.request({ endpoint: readEndpoint, account, params: { organizationId: id }, tags }, errand);
}

const change = {
  method: 'POST',
  answer: z
    .object({ subscription: orNull(planShape), effectiveDate: orNull(instant) })
    .transform(
      ({ subscription, effectiveDate }): PlanChange => ({ subscription, effectiveAt: effectiveDate }),
    ),
} as const;

const cancelEndpoint: Endpoint<PlanChange> = { ...change, path: '/cashier/subscription/cancel' };

const orderPlan =
  (endpoint: Endpoint<PlanChange>) =>
  (
    upstream: Upstream,
    organization: Registration,
    order: PlanOrder,
    errand: Errand,
  ): Promise<Answer<PlanChange>> =>
    upstream.request({ endpoint, body: orderBody(organization, order), ...changeOf(organization) }, errand);

export const upgradePlan = orderPlan({ ...change, path: '/cashier/subscription/upgrade' });
export const downgradePlan = orderPlan({ ...change, path: '/cashier/subscription/downgrade' });

export function cancelPlan(
  upstream: Upstream,
  organization: Registration,
  { atPeriodEnd, reason }: CancellationOrder,
  errand: Errand,
): Promise<Answer<PlanChange>> {
  const body = { organizationId: organization.id, atPeriodEnd, reason };
  return upstream.request({ endpoint: cancelEndpoint, body, ...changeOf(organization) }, errand);
}

function orderBody({ id }: Registration, { priceId, proration }: PlanOrder): object {
  return { organizationId: id, priceId, prorationBehavior: prorationWord(proration) };
}
