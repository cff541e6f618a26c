import { isObjectType } from 'graphql';
import { expect, test } from 'vitest';
import { readConfig } from '../../../src/config.ts';
import { schema } from '../../../src/schema/index.ts';
import { createFastClock } from '../../kit/fast-clock.ts';
import { startTestGateway, type TestGateway } from '../../kit/gateway.ts';
import { createChance, learn, randomSubscription } from '../../kit/random-documents.ts';
import { type EventReader, readEvents } from '../../kit/read-events.ts';
import { wideLimits } from '../../kit/wide-limits.ts';

/** What is asked of an organization, by the field whose price it is about. */
const selections: Readonly<Record<string, readonly string[]>> = {
  'Organization.name': ['name'],
  'Organization.zone': ['zone'],
  'Organization.plan': ['plan'],
  'Organization.rawPlan': ['rawPlan'],
  'Organization.license': ['license'],
  'Organization.isPaused': ['isPaused'],
  'Organization.teams': ['teams { name }'],
  'Organization.subscription': ['subscription { status }', 'subscription { status features { name } }'],
  'Organization.billing': ['billing { taxId subscription { plan } }'],
  'Organization.availablePrices': ['availablePrices { planName amount { formatted } }'],
  'Organization.availableExtras': ['availableExtras { planName }'],
  'Organization.planChangePreview': [
    'planChangePreview(priceId: "2141") { obstacle estimate { daysLeft } price { planName } }',
  ],
  'Organization.payments': [
    'payments { totalCount edges { node { status } } }',
    'payments(first: 100) { edges { node { id } } }',
    'payments(last: 30) { edges { node { id } } }',
    'payments(filter: { statuses: [FAILED] }) { edges { node { id } } }',
    'payments(filter: { to: "2026-01-01T00:00:00Z" }, orderBy: { field: AMOUNT }) { edges { node { id } } }',
  ],
  'Organization.paymentMethods': ['paymentMethods { id brand }'],
  'Organization.paymentMethodOptions': ['paymentMethodOptions { label }'],
  'Organization.invoices': [
    'invoices { totalCount edges { node { status } } }',
    'invoices(first: 100) { edges { node { id } } }',
    'invoices(last: 60) { edges { node { id } } }',
    'invoices(filter: { source: MAKE }) { edges { node { id } } }',
    'invoices(filter: { source: PLATFORM, statuses: [PAID, DRAFT] }, last: 100) { edges { node { id } } }',
    'invoices(first: 4) { edges { node { id ... on MakeInvoice { organization { name } } ... on PlatformInvoice { customer { name paymentMethods { id } } lineItems { description } subscription { status } } } } }',
  ],
  'Organization.usage': ['usage { operations { used } }'],
  'Organization.usageHistory': [
    'usageHistory { date }',
    'usageHistory(period: { preset: CURRENT_PERIOD }) { date }',
  ],
  'Organization.usageForecast': ['usageForecast { predicted }', 'usageForecast { upstream { predicted } }'],
  'Organization.analytics': ['analytics { operationsUsed teams { teamName } }'],
  'Organization.scenarios': [
    'scenarios { totalCount edges { node { name } } }',
    'scenarios(first: 100) { edges { node { team { name } } } }',
    'scenarios(first: 3) { edges { node { incompleteExecutions { totalCount } } } }',
    'scenarios(first: 1) { edges { node { incompleteExecutions(filter: { errorTypes: ["DataError"] }) { totalCount } } } }',
  ],
  'Organization.incompleteExecutions': [
    'incompleteExecutions { totalCount edges { node { status } } }',
    'incompleteExecutions(last: 100) { edges { node { scenario { name } team { name } } } }',
    'incompleteExecutions(filter: { errorTypes: ["DataError", "RateLimitError"] }) { edges { node { id } } }',
    'incompleteExecutions(first: 3) { edges { node { error { code } blueprint logs { totalCount } } } }',
  ],
  'Organization.auditLogs': [
    'auditLogs { edges { node { eventType } } }',
    'auditLogs(first: 100) { edges { node { uuid } } }',
    'auditLogs(last: 100) { edges { node { uuid } } }',
    'auditLogs(filter: { text: "nothing has this in it" }) { edges { node { uuid } } }',
    'auditLogs(first: 5) { edges { node { details organization { name subscription { status } } } } }',
  ],
  'Organization.auditLogFilters': ['auditLogFilters { users { name } teams { name } }'],
  'Organization.users': ['users { name }'],
  'Customer.email': ['customer { email }'],
  'Customer.name': ['customer { name }'],
  'Customer.description': ['customer { description }'],
  'Customer.status': ['customer { status }'],
  'Customer.address': ['customer { address { city } }'],
  'Customer.phone': ['customer { phone }'],
  'Customer.tax': ['customer { tax { taxId } }'],
  'Customer.metadata': ['customer { metadata }'],
  'Customer.createdAt': ['customer { createdAt }'],
  'Customer.stripeCustomerId': ['customer { stripeCustomerId }'],
  'Customer.fetchedAt': ['customer { fetchedAt }'],
  'Customer.invoices': [
    'customer { invoices { totalCount } }',
    'customer { invoices(last: 100, filter: { from: "2026-01-01T00:00:00Z" }) { edges { node { id } } } }',
  ],
  'Customer.paymentMethods': ['customer { paymentMethods { brand } }'],
  'Customer.subscriptions': [
    'customer { subscriptions { status } }',
    'customer { subscriptions { nextBillingAt plan { name } } }',
  ],
  'Customer.usage': ['customer { usage { periodStart } }'],
  'Team.analytics': ['teams { analytics { operationsUsed } }'],
  'Team.auditLogs': [
    'teams { auditLogs { edges { node { uuid } } } }',
    'teams { auditLogs(last: 100, filter: { text: "a" }) { edges { node { uuid } } } }',
  ],
  'Team.auditLogFilters': ['teams { auditLogFilters { eventGroups { header } } }'],
  'User.analytics': ['users { analytics { operationsUsed } }'],
};

/** What is often asked together. */
const combined: readonly (readonly [below: string, atMost: number])[] = [
  [
    'name subscription { status } paymentMethods { id } usage { operations { used } } customer { name } users { name } teams { name } billing { taxId }',
    7,
  ],
  ['name plan rawPlan isPaused license zone teams { name }', 1],
  ['capabilities { sections { isAllowed reason } } plan', 1],
  ['availablePrices { planName } availableExtras { planName } subscription { status }', 2],
  ['usage { periodStart } usageForecast { predicted } usageHistory { date }', 3],
  ['users { name } auditLogFilters { teams { name } }', 1],
  ['customer { name email subscriptions { status } paymentMethods { id } }', 2],
  ['invoices(first: 5) { totalCount } payments(first: 5) { totalCount }', 3],
  ['auditLogs(first: 25) { edges { node { organization { name subscription { status } } } } }', 3],
];

const settings = {
  events: { ...readConfig({}).events, pollIntervalMs: 3_600_000 },
  operationDeadlineMs: 20 * 60_000,
  maxUpstreamRequests: 1_000,
  limits: wideLimits,
};

const eventOf = (organization: number): string =>
  `usageThresholdCrossed(organizationId: "${organization}", includeSnapshot: true)`;

const below = (organization: number, fields: string): string =>
  `subscription { event: ${eventOf(organization)} { organization @fresh(maxAge: 0) { ${fields} } } }`;

function subscribe({ url }: TestGateway, query: string, headers = {}): Promise<EventReader> {
  return readEvents(`${url}/graphql`, { method: 'POST', headers, body: JSON.stringify({ query }) });
}

async function firstResult(gateway: TestGateway, query: string, headers = {}): Promise<unknown> {
  const reader = await subscribe(gateway, query, headers);
  for (;;) {
    const next = await reader.next();
    if (next?.data === undefined && next?.event !== 'complete') continue;
    reader.leave();
    return next.data;
  }
}

interface Plan {
  readonly estimatedCost: number;
  readonly buckets: readonly { readonly name: string; readonly cost: number }[];
}

async function priceOf(gateway: TestGateway, query: string): Promise<Plan> {
  const answer = await firstResult(gateway, query, { 'x-tollgate-explain': 'plan' });
  return (answer as { extensions: { tollgate: Plan } }).extensions.tollgate;
}

/** The event of a subscription, and the requests that it took but for those that were asked again. */
async function take(gateway: TestGateway, query: string): Promise<{ taken: number; answer: unknown }> {
  const before = await sent(gateway);
  const answer = await firstResult(gateway, query, { 'x-tollgate-explain': '1' });
  const { extensions } = answer as { extensions: { tollgate: { retries?: number } } };
  return { taken: (await sent(gateway)) - before - (extensions.tollgate.retries ?? 0), answer };
}

async function sent(gateway: TestGateway): Promise<number> {
  const { requests } = (await gateway.control('stats')) as { requests: Record<string, number> };
  return Object.values(requests).reduce((sum, count) => sum + count, 0);
}

/** A gateway whose pollers have looked at these organizations already, and will not look again for the time being. */
async function startQuietGateway(
  dialect: 'documented' | 'live',
  organizations: readonly number[],
): Promise<TestGateway> {
  const clock = createFastClock();
  const gateway = await startTestGateway({ dialect, settings, clock, wallNow: () => clock.now() });
  for (const organization of organizations) {
    const stays = await subscribe(gateway, below(organization, 'makeId'));
    while ((await stays.next())?.event !== 'next');
    expect(await take(gateway, below(organization, 'makeId'))).toMatchObject({ taken: 0 });
  }
  return gateway;
}

const dialects = ['documented', 'live'] as const;

test('there is a selection for each field that says what it takes', () => {
  const declared = ['Organization', 'Customer', 'Team', 'User'].flatMap((name) => {
    const type = schema.getType(name);
    const fields = isObjectType(type) ? Object.values(type.getFields()) : [];
    return fields
      .filter(({ extensions }) => extensions['asks'] !== undefined)
      .map((field) => `${name}.${field.name}`);
  });
  expect(Object.keys(selections).toSorted()).toEqual(declared.toSorted());
});

test.each(dialects)(
  'no field takes more below an event than was said, in the %s dialect',
  async (dialect) => {
    const organizations = [1001, 1004];
    await using gateway = await startQuietGateway(dialect, organizations);
    const wrong: unknown[] = [];
    const costly = new Set<string>();
    for (const organization of organizations) {
      for (const [field, each] of Object.entries(selections)) {
        for (const selection of each) {
          const document = below(organization, selection);
          const { estimatedCost } = await priceOf(gateway, document);
          const { taken } = await take(gateway, document);
          if (taken > 0) costly.add(field);
          if (taken > estimatedCost) wrong.push({ organization, selection, taken, estimatedCost });
        }
      }
    }
    expect(wrong).toEqual([]);
    expect(costly.size).toBeGreaterThan(35);
  },
  60_000,
);

test.each(dialects)('what fields share is said and taken once, in the %s dialect', async (dialect) => {
  await using gateway = await startQuietGateway(dialect, [1004]);
  for (const [fields, atMost] of combined) {
    const document = below(1004, fields);
    const { estimatedCost } = await priceOf(gateway, document);
    expect(estimatedCost, fields).toBeLessThanOrEqual(atMost);
    const { taken } = await take(gateway, document);
    expect(taken, fields).toBeLessThanOrEqual(estimatedCost);
  }
});

test('what is drawn from the platform is said of its budgets', async () => {
  await using gateway = await startTestGateway({ settings });
  const { buckets } = await priceOf(
    gateway,
    below(
      1004,
      'name invoices(first: 5) { totalCount } customer { name paymentMethods { id } usage { periodStart } }',
    ),
  );
  expect(Object.fromEntries(buckets.map(({ name, cost }) => [name, cost]))).toEqual({
    'make:1004': 2,
    'platform:invoices': 1,
    'platform:customers': 1,
    'platform:payment-methods': 1,
    'platform:usage': 1,
  });
});

test.each(dialects)(
  'whatever is asked below an event takes no more than was said, in the %s dialect',
  async (dialect) => {
    await using gateway = await startQuietGateway(dialect, [1004]);
    const chance = createChance(7);
    const known = { ids: [], cursors: new Map<string, string[]>() };
    const all = Object.values(selections).flat();
    const subset = (): string =>
      all
        .filter(() => chance() < 0.1)
        .map((selection, place) => `field${place}: ${selection}`)
        .join(' ');
    const wrong: unknown[] = [];
    let tried = 0;
    for (let count = 0; count < 120; count += 1) {
      const document =
        count % 4 === 0
          ? below(1004, `makeId ${subset()}`)
          : randomSubscription({ schema, chance, known, given: {} }, eventOf(1004));
      const { estimatedCost } = await priceOf(gateway, document);
      if (estimatedCost > 150) continue;
      tried += 1;
      const { taken, answer } = await take(gateway, document);
      learn(known, answer);
      if (taken > estimatedCost) wrong.push({ taken, estimatedCost, document });
    }
    expect(wrong).toEqual([]);
    expect(tried).toBeGreaterThan(60);
  },
  60_000,
);
