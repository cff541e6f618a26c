import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestGateway, type TestGateway } from '../kit/gateway.ts';

interface Capability {
  readonly section: string;
  readonly isAllowed: boolean | null;
  readonly reason: string | null;
  readonly message: string | null;
  readonly reach: string | null;
  readonly neededPlan: string | null;
  readonly neededScope: string | null;
  readonly neededRoles: readonly string[];
}

const all = `query($id: ID!) { organization(id: $id) { capabilities { sections {
  section isAllowed reason message reach neededPlan neededScope neededRoles } } } }`;
const profile = 'GET /organizations/{organizationId}';

const plans = [
  [1001, 'core'],
  [1002, 'pro'],
  [1003, 'teams'],
  [1004, 'enterprise'],
  [1005, 'free'],
] as const;

describe.each(['documented', 'live'] as const)('in the %s dialect', (dialect) => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await startTestGateway({ dialect });
  });
  afterAll(() => gateway[Symbol.asyncDispose]());

  async function capabilities(organization: number, caller = 'sandbox-owner') {
    const { data, errors } = await gateway.query<
      { organization: { capabilities: { sections: Capability[] } } },
      object
    >(all, { id: String(organization) }, { caller });
    expect(errors).toEqual([]);
    const sections = data?.organization.capabilities.sections ?? [];
    return new Map(sections.map((capability) => [capability.section, capability]));
  }

  /** What Make is asked for each section, and whether it says that the plan does not include it. */
  const pathsOf = (id: number): Readonly<Record<string, string>> =>
    dialect === 'documented'
      ? {
          SUBSCRIPTION: `/organizations/${id}/subscription`,
          PAYMENTS: `/organizations/${id}/payments`,
          INVOICES: `/cashier/invoices/${id}`,
          PAYMENT_METHODS: `/cashier/payment-methods/${id}`,
          BILLING: `/cashier/billing/${id}`,
          USAGE: `/cashier/usage/current/${id}`,
          AUDIT_LOGS: `/audit-logs/organization/${id}`,
          TEAM_AUDIT_LOGS: `/audit-logs/team/${id}1`,
          USERS: `/audit-logs/organization/${id}/filters`,
          ANALYTICS: `/analytics/organization/${id}`,
          TEAM_ANALYTICS: `/analytics/team/${id}1`,
          USER_ANALYTICS: `/analytics/user/${id}01`,
          INCOMPLETE_EXECUTIONS: '/dlqs',
        }
      : {
          SUBSCRIPTION: `/organizations/${id}/subscription`,
          PAYMENTS: `/organizations/${id}/payments`,
          INVOICES: `/organizations/${id}/payments`,
          PAYMENT_METHODS: `/organizations/${id}/payment-methods`,
          USAGE: `/organizations/${id}/usage`,
          AUDIT_LOGS: `/audit-logs/organization/${id}`,
          TEAM_AUDIT_LOGS: `/audit-logs/team/${id}1`,
          USERS: `/audit-logs/organization/${id}/filters`,
          ANALYTICS: `/analytics/${id}`,
          TEAM_ANALYTICS: `/analytics/${id}?teamId[]=${id}1`,
          SCENARIO_ANALYTICS: `/analytics/${id}`,
        };

  /** Refused for the plan's sake; what the organization merely has nothing of is not. */
  async function isRefusedForPlan(id: number, path: string): Promise<boolean> {
    const { makeLive, makeDocumented } = gateway.sandbox.origins;
    const response = await fetch(`${dialect === 'live' ? makeLive : makeDocumented}/api/v2${path}`, {
      headers: { authorization: `Token 00000000-0000-4000-8000-${String(id).padStart(12, '0')}` },
    });
    const { code } = (await response.json()) as { code?: string };
    expect([200, 402, 403, 404]).toContain(response.status);
    return code === 'plan_upgrade_required' || code === 'SC402';
  }

  test.each(plans)('every section of organization %i (%s) is as Make answers', async (id) => {
    const told = await capabilities(id);
    for (const [section, path] of Object.entries(pathsOf(id))) {
      const isRefused = await isRefusedForPlan(id, path);
      expect([section, told.get(section)?.isAllowed, told.get(section)?.reason]).toEqual([
        section,
        !isRefused,
        isRefused ? 'PLAN' : null,
      ]);
    }
  });

  test.each(plans)(
    'the parts of analytics of organization %i (%s) are there or not as told',
    async (id, plan) => {
      const told = await capabilities(id);
      const { data } = await gateway.query<
        { organization: { analytics: Record<string, unknown> | null } },
        object
      >(
        `{ organization(id: "${id}") { analytics { scenarioPerformance { scenarioId } modules { runs } resources { operations } costs { total { minorUnits } } } } }`,
      );
      const analytics = data?.organization.analytics;
      const parts = ['modules', 'resources', 'costs'].map((name) => analytics?.[name] != null);
      expect(parts).toEqual(parts.map(() => told.get('ENTERPRISE_ANALYTICS')?.isAllowed));
      expect(analytics?.['scenarioPerformance'] != null).toBe(told.get('SCENARIO_ANALYTICS')?.isAllowed);
      expect(told.get('SCENARIO_ANALYTICS')?.isAllowed).toBe(plan === 'enterprise');
    },
  );

  test('what is not allowed says why, and what it would take', async () => {
    const told = await capabilities(1002);
    const offered = dialect === 'documented';
    expect(told.get('ENTERPRISE_ANALYTICS')).toEqual({
      section: 'ENTERPRISE_ANALYTICS',
      isAllowed: false,
      reason: offered ? 'PLAN' : 'DIALECT',
      message: offered
        ? 'It takes the plan ENTERPRISE or a larger one.'
        : 'It is not offered here, whatever the plan.',
      reach: 'ALL',
      neededPlan: offered ? 'ENTERPRISE' : null,
      neededScope: 'analytics:read',
      neededRoles: ['OWNER', 'ADMIN'],
    });
    expect(told.get('ACCESS_LOG')).toMatchObject({
      isAllowed: true,
      reason: null,
      message: null,
      neededPlan: null,
      neededRoles: ['OWNER'],
    });
  });

  test('a change of the plan is seen', async () => {
    await using own = await startTestGateway({ dialect });
    const ask = () =>
      own.query<{ organization: { capabilities: { section: Capability } } }, object>(
        '{ organization(id: "1005") @fresh(maxAge: 0) { capabilities { section(section: ANALYTICS) { isAllowed reason } } } }',
      );
    expect((await ask()).data?.organization.capabilities.section).toEqual({
      isAllowed: false,
      reason: 'PLAN',
    });
    await own.control('world', { organization: 1005, set: { plan: 'enterprise' } });
    expect((await ask()).data?.organization.capabilities.section).toEqual({ isAllowed: true, reason: null });
  });
});

describe('role and scope', () => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await startTestGateway();
  });
  afterAll(() => gateway[Symbol.asyncDispose]());

  async function told(caller: string, selection = 'section reason reach', id = 1004) {
    const { data, errors } = await gateway.query<
      { organization: { capabilities: { sections: Capability[] } } },
      object
    >(`{ organization(id: "${id}") { capabilities { sections { ${selection} } } } }`, {}, { caller });
    expect(errors).toEqual([]);
    return data?.organization.capabilities.sections ?? [];
  }

  const billing = ['SUBSCRIPTION', 'PAYMENTS', 'INVOICES', 'PAYMENT_METHODS', 'BILLING', 'CUSTOMER'];
  const executions = [
    'INCOMPLETE_EXECUTIONS',
    'INCOMPLETE_EXECUTION_ACTIONS',
    'INCOMPLETE_EXECUTION_DELETION',
  ];
  const reaching = (sections: readonly string[], reach: string) =>
    Object.fromEntries(sections.map((section) => [section, reach]));
  const actions = ['BILLING_ACTIONS', ...executions.slice(1)];

  test.each([
    ['sandbox-owner', 'ALL', [], []],
    ['sandbox-admin', 'ALL', ['ACCESS_LOG'], []],
    ['sandbox-readonly', 'ALL', [], actions],
    ['sandbox-operator', 'ALL', [], []],
  ])('%s reaches %s but %j, and has no scope for %j', async (caller, reach, forRole, forScope) => {
    const sections = await told(caller);
    expect(sections).toHaveLength(20);
    const refused = (reason: string) =>
      sections.filter((each) => each.reason === reason).map(({ section }) => section);
    expect([refused('ROLE'), refused('SCOPE')]).toEqual([forRole, forScope]);
    for (const each of sections) expect(each.reach).toBe(each.reason === null ? reach : null);
  });

  test.each([
    ['sandbox-accountant', { USAGE: 'ALL', BILLING_ACTIONS: 'ALL', ...reaching(billing, 'ALL') }],
    [
      'sandbox-team-admin',
      {
        USAGE: 'ALL',
        TEAM_AUDIT_LOGS: 'OWN_TEAMS',
        TEAM_ANALYTICS: 'OWN_TEAMS',
        USER_ANALYTICS: 'OWN_TEAMS',
        ...reaching(executions.slice(0, 2), 'OWN_TEAMS'),
      },
    ],
    ['sandbox-member', { USAGE: 'ALL', USER_ANALYTICS: 'SELF', INCOMPLETE_EXECUTIONS: 'OWN_TEAMS' }],
  ])('%s reaches %j alone', async (caller, reached) => {
    const sections = await told(caller);
    const reach = sections.flatMap((each) => (each.reach === null ? [] : [[each.section, each.reach]]));
    expect(Object.fromEntries(reach)).toEqual(reached);
    for (const each of sections) expect(each.reason).toBe(each.reach === null ? 'ROLE' : null);
  });

  test('the platform is for organizations that are linked to a customer', async () => {
    const customerOf = async (id: number) =>
      (await told('sandbox-operator', 'section isAllowed reason message', id)).find(
        ({ section }) => section === 'CUSTOMER',
      );
    expect(await customerOf(1001)).toMatchObject({ isAllowed: true, reason: null });
    expect(await customerOf(1016)).toMatchObject({ isAllowed: false, reason: 'NOT_LINKED' });
    await using own = await startTestGateway({ settings: { platform: undefined } });
    const { data } = await own.query(
      '{ organization(id: "1001") { capabilities { section(section: CUSTOMER) { isAllowed reason } } } }',
    );
    expect(data).toEqual({
      organization: { capabilities: { section: { isAllowed: false, reason: 'DIALECT' } } },
    });
  });

  test('only what depends on the plan takes a request, and one is enough', async () => {
    await using own = await startTestGateway();
    const ask = (selection: string, caller = 'sandbox-owner') =>
      own.query(`{ organization(id: "1003") { capabilities { ${selection} } } }`, {}, { caller });
    await ask('sections { section reach neededPlan neededScope neededRoles }');
    await ask('section(section: USAGE) { isAllowed reason message }');
    await ask('section(section: AUDIT_LOGS) { isAllowed reason message }', 'sandbox-member');
    expect(await own.requests(profile)).toBe(0);
    const { extensions } = await own.query(
      '{ organization(id: "1003") { plan capabilities { sections { isAllowed reason message } } } }',
      {},
      { headers: { 'x-tollgate-explain': '1' } },
    );
    expect(extensions?.['tollgate']).toMatchObject({
      upstreamRequests: 1,
      estimatedCost: 1,
      estimatedCostMin: 1,
    });
    expect(await own.requests(profile)).toBe(1);
  });

  test('while the plan cannot be read, the rest is told', async () => {
    await using own = await startTestGateway();
    await own.control('faults', { endpoint: profile, fault: '500', times: 20 });
    const { data, errors } = await own.query<
      { organization: { capabilities: Record<string, Capability> } },
      object
    >(
      '{ organization(id: "1003") { capabilities { payments: section(section: PAYMENTS) { isAllowed neededPlan } log: section(section: ACCESS_LOG) { isAllowed } } } }',
    );
    expect(data?.organization.capabilities).toEqual({
      payments: { isAllowed: null, neededPlan: 'CORE' },
      log: { isAllowed: true },
    });
    expect(errors).toMatchObject([
      {
        path: ['organization', 'capabilities', 'payments', 'isAllowed'],
        extensions: { code: 'UPSTREAM_UNAVAILABLE' },
      },
    ]);
  });
});
