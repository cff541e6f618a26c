import type { Loaders } from '../loaders/loaders.ts';
import { builder } from './builder.ts';

export const RateLimit = builder.objectRef<ReturnType<Loaders['budgetOf']>>('RateLimit').implement({
  description:
    "An organization's budget of requests at Make, as the gateway keeps it. Reading it costs nothing.",
  fields: (t) => ({
    limit: t.exposeInt('limit', { description: 'Requests a minute that Make allows.' }),
    target: t.exposeInt('target', {
      description: 'How many of them the gateway uses at most, so that others on the same budget have room.',
    }),
    used: t.exposeInt('used', {
      description: 'Requests that count against the last 60 seconds, or are under way.',
    }),
    remaining: t.exposeInt('remaining', {
      description: 'Requests that could be sent at once: target − used.',
    }),
    resetAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When the next place becomes free; null while none is taken.',
      resolve: ({ used, resetAt }) => (used === 0 ? null : new Date(resetAt)),
    }),
    queued: t.exposeInt('queued', { description: 'Requests that wait for a place.' }),
  }),
});
