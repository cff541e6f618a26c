export const billingSources = ['MAKE', 'PLATFORM'] as const;
