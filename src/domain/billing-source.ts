export const billingSources = ['MAKE', 'PLATFORM'] as const;
export type BillingSource = (typeof billingSources)[number];
