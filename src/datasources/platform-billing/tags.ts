export const plansTag = 'plans';

export function planTag(id: string): string {
  return `plan:${id}`;
}

/** Names, limits and rates of plans, which show in the subscriptions and the usage of whoever has them. */
export const planTermsTag = 'plan-terms';

/** Whatever the platform tells of a customer. */
export function customerTag(id: string): string {
  return `customer:${id}`;
}

/** What a customer used; nothing else of it changes with a record of usage. */
export function usageTag(customer: string): string {
  return `customer:${customer}:usage`;
}
