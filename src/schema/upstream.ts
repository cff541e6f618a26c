import type { PollerReport } from '../domain/event.ts';
import type { UpstreamReport } from '../loaders/loaders.ts';
import { builder } from './builder.ts';
import { describedEnum } from './described-enum.ts';
import { findOrganization, Organization } from './organization.ts';
import { RateLimit } from './rate-limit.ts';

const upstreamStates = ['UP', 'DEGRADED', 'DOWN'] as const;

const UpstreamState = describedEnum('UpstreamState', 'Whether an upstream answers.', upstreamStates, {
  UP: 'It answers.',
  DEGRADED: 'Some of its endpoints fail, or it is being tried again after a failure.',
  DOWN: 'It fails: requests to it are refused at once until it is tried again.',
});

const BreakerState = describedEnum(
  'BreakerState',
  'What the breaker before an upstream does with requests.',
  ['CLOSED', 'OPEN', 'HALF_OPEN'],
  {
    CLOSED: 'It lets every request through.',
    OPEN: 'It lets none through.',
    HALF_OPEN: 'It lets a few through, to see whether the upstream is back.',
  },
);

const breakerValues = { closed: 'CLOSED', open: 'OPEN', 'half-open': 'HALF_OPEN' } as const;

const Bucket = builder.objectRef<UpstreamReport['buckets'][number]>('Bucket').implement({
  description: 'A budget of requests that an upstream counts together.',
  fields: (t) => ({
    name: t.exposeString('name', { description: '`make:1001`, `platform:invoices`.' }),
    rateLimit: t.field({
      type: RateLimit,
      description: 'How much of it is spent.',
      resolve: (bucket) => bucket,
    }),
  }),
});

const Poller = builder.objectRef<PollerReport>('Poller').implement({
  description:
    'Looks again and again for what happens in one part of an organization, while somebody listens.',
  fields: (t) => ({
    organization: t.field({
      type: Organization,
      nullable: true,
      description: 'Where it looks.',
      resolve: ({ organization }, _args, context) => findOrganization(organization, context),
    }),
    section: t.exposeString('section', { description: 'What it looks at: `payments`.' }),
    listeners: t.exposeInt('listeners', { description: 'How many subscriptions it looks for.' }),
    interval: t.float({
      description: 'Seconds between two looks, as things are.',
      resolve: ({ intervalMs }) => intervalMs / 1000,
    }),
    nextPollAt: t.expose('nextPollAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it looks next; null while it looks.',
    }),
    isFailing: t.exposeBoolean('isFailing', {
      description: 'Whether it could not read when it last looked.',
    }),
  }),
});

const Upstream = builder.objectRef<UpstreamReport>('Upstream').implement({
  description: 'A system behind the gateway, as the gateway finds it. Reading it costs no request.',
  fields: (t) => ({
    name: t.exposeString('name', { description: '`make-billing`, `make-admin` or `platform-billing`.' }),
    state: t.field({ type: UpstreamState, description: 'Whether it answers.', resolve: stateOf }),
    breaker: t.field({
      type: BreakerState,
      nullable: true,
      description: 'What its breaker does. For operators.',
      authScopes: { operator: true },
      resolve: ({ breaker }) => breakerValues[breaker],
    }),
    retryAfter: t.int({
      nullable: true,
      description: 'Seconds until it is tried again; 0 while it is used as ever. For operators.',
      authScopes: { operator: true },
      resolve: ({ retryAfter }) => retryAfter,
    }),
    failingEndpoints: t.stringList({
      nullable: { list: true, items: false },
      description: 'Endpoints that are refused on their own. For operators.',
      authScopes: { operator: true },
      resolve: ({ failingEndpoints }) => failingEndpoints,
    }),
    buckets: t.field({
      type: [Bucket],
      nullable: { list: true, items: false },
      description: 'The budgets that requests to it draw on. For operators.',
      authScopes: { operator: true },
      resolve: ({ buckets }) => buckets,
    }),
    pollers: t.field({
      type: [Poller],
      nullable: { list: true, items: false },
      description: 'What is looked at again and again for those who follow events. For operators.',
      authScopes: { operator: true },
      resolve: ({ name }, _args, { loaders }) =>
        loaders.events.pollers().filter(({ upstream }) => upstream === name),
    }),
  }),
});

function stateOf({ breaker, failingEndpoints }: UpstreamReport): (typeof upstreamStates)[number] {
  if (breaker === 'open') return 'DOWN';
  return breaker === 'half-open' || failingEndpoints.length > 0 ? 'DEGRADED' : 'UP';
}

builder.queryField('upstreams', (t) =>
  t.field({
    type: [Upstream],
    description: 'The systems behind the gateway, and how they are.',
    resolve: (_root, _args, { loaders }) => loaders.upstreams(),
  }),
);
