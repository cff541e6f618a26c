import { timeText } from './fields.ts';
import { formatAmount } from './money.ts';
import type { Plan } from './state.ts';

export function planRow({ id, name, description, pricing, metadata }: Plan) {
  return {
    id,
    name,
    description,
    pricing: {
      amount: pricing.amount,
      currency: pricing.currency,
      interval: pricing.interval,
      formatted_amount: formatAmount(pricing.amount, pricing.currency),
      trial_period_days: pricing.trialPeriodDays,
      ...(pricing.billingCycles === null ? {} : { billing_cycles: pricing.billingCycles }),
    },
    metadata,
  };
}

export function planDetail(plan: Plan) {
  const { metadata, ...row } = planRow(plan);
  const rates = Object.entries(plan.usageRates).map(([name, rate]) => [name, Number(rate)]);
  return {
    ...row,
    features: plan.features,
    limits: plan.limits,
    usage_rates: Object.fromEntries(rates),
    metadata,
    status: plan.archivedAt === null ? 'active' : 'archived',
    created_at: timeText(plan.createdAt),
    updated_at: timeText(plan.updatedAt),
    ...(plan.archivedAt === null ? {} : { archived_at: timeText(plan.archivedAt) }),
  };
}
