import type { CurrencyCode } from '../organizations/organizations.ts';
import type { World } from '../world.ts';
import { addPlan, type PlanTerms } from './plans.ts';
import type { Interval, Plan } from './state.ts';

type Tier = 'starter' | 'professional' | 'enterprise';

const tiers: Readonly<Record<Tier, Pick<PlanTerms, 'description' | 'features' | 'limits'>>> = {
  starter: {
    description: 'Perfect for small teams getting started',
    features: ['email_support', 'basic_analytics'],
    limits: { users: 50, storage_gb: 20, api_calls_per_day: 10_000, projects: 15 },
  },
  professional: {
    description: 'Advanced features for growing businesses',
    features: [
      'unlimited_users',
      'advanced_analytics',
      'priority_support',
      'custom_integrations',
      'advanced_security',
    ],
    limits: { users: 1000, storage_gb: 100, api_calls_per_day: 50_000, projects: 50 },
  },
  enterprise: {
    description: 'Everything, with a contract and a person to call',
    features: [
      'unlimited_users',
      'advanced_analytics',
      'dedicated_support',
      'single_sign_on',
      'audit_exports',
    ],
    limits: { users: 10_000, storage_gb: 1000, api_calls_per_day: 500_000, projects: 500 },
  },
};

/** Major units for each call, gigabyte and project. */
const usageRates: Readonly<Record<CurrencyCode, PlanTerms['usageRates']>> = {
  USD: ratesOf('0.001', '0.1', '2', '0.05'),
  EUR: ratesOf('0.0009', '0.09', '1.8', '0.045'),
  GBP: ratesOf('0.0008', '0.08', '1.6', '0.04'),
  JPY: ratesOf('0.15', '15', '300', '8'),
};

function ratesOf(call: string, storage: string, project: string, transfer: string): PlanTerms['usageRates'] {
  return {
    api_calls_over_limit: call,
    storage_gb_over_limit: storage,
    projects_over_limit: project,
    data_transfer_gb: transfer,
  };
}

/** The plans that the platform has sold from the start; the last of them no longer. */
export function addFirstPlans(world: World) {
  const add = (
    name: string,
    tier: Tier,
    amount: number,
    currency: CurrencyCode,
    interval: Interval = 'month',
  ): Plan =>
    addPlan(world, {
      ...tiers[tier],
      name,
      pricing: { amount, currency, interval, trialPeriodDays: 14, billingCycles: null },
      usageRates: usageRates[currency],
      metadata: { tier, popular: tier === 'professional', contact_required: tier === 'enterprise' },
    });
  return {
    starter: add('Starter', 'starter', 2900, 'USD'),
    professional: add('Professional', 'professional', 9900, 'USD'),
    enterprise: add('Enterprise', 'enterprise', 29_900, 'USD'),
    yearly: add('Professional Annual', 'professional', 99_000, 'USD', 'year'),
    euro: add('Professional EUR', 'professional', 8900, 'EUR'),
    pound: add('Professional GBP', 'professional', 7900, 'GBP'),
    yen: add('Professional JPY', 'professional', 14_900, 'JPY'),
    legacy: add('Team', 'starter', 3900, 'USD'),
  };
}

export type FirstPlans = ReturnType<typeof addFirstPlans>;
