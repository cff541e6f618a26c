import type { Quota as DomainQuota } from '../domain/usage.ts';
import { builder } from './builder.ts';

export const Quota = builder.objectRef<DomainQuota>('Quota').implement({
  description: 'What is included, and what was used of it.',
  fields: (t) => ({
    included: t.expose('included', {
      type: 'Decimal',
      nullable: true,
      description: 'How much there is; null without a limit, or where none is told.',
    }),
    used: t.expose('used', { type: 'Decimal', description: 'How much of it is gone.' }),
    remaining: t.expose('remaining', {
      type: 'Decimal',
      nullable: true,
      description: 'How much is left; null without a limit.',
    }),
    overage: t.expose('overage', {
      type: 'Decimal',
      nullable: true,
      description: 'How much was used beyond what is included.',
    }),
  }),
});
