import {
  type Execution,
  type IncompleteExecution,
  Make,
  type Scenario,
  type Team,
  type User,
} from '@makehq/sdk';
import { afterAll, expect, test } from 'vitest';
import { busiestScenario, openExecution, startAdmin } from './make-admin-calls.ts';

type Organization = Awaited<ReturnType<Make['organizations']['get']>>;

/** Make's own client, as its users have it, pointed at the sandbox. */
const admin = await startAdmin();
afterAll(() => admin.sandbox.close());

function clientOf(organizationId: number): Make {
  const token = `00000000-0000-4000-8000-${String(organizationId).padStart(12, '0')}`;
  const make = new Make(token, new URL(admin.sandbox.origins.makeLive).host);
  make.protocol = 'http';
  return make;
}

const make = clientOf(1004);

type RequiredKeys<T> = { [K in keyof T]-?: object extends Pick<T, K> ? never : K }[keyof T];

/** Fails to compile unless it names every property that the client's type promises, and no other. */
function promised<T>(keys: Record<RequiredKeys<T>, true>): readonly string[] {
  return Object.keys(keys);
}

function expectAll(value: object, keys: readonly string[]): void {
  expect(keys.filter((key) => !Object.hasOwn(value, key))).toEqual([]);
}

test('the user and what the token may do', async () => {
  const user: User = await make.users.me();
  expectAll(
    user,
    promised<User>({
      id: true,
      name: true,
      email: true,
      language: true,
      timezoneId: true,
      localeId: true,
      countryId: true,
      features: true,
      avatar: true,
      timezone: true,
      locale: true,
    }),
  );
  const { authUsed, scope } = await make.users.currentAuthorization();
  expect(authUsed).toBe('token');
  expect(scope).toContain('dlqs:write');
});

test('organizations and teams', async () => {
  const [listed] = await make.organizations.list();
  expect(listed).toEqual({ id: 1004, name: 'Meridian Group', timezoneId: 72, zone: 'us1.make.com' });
  const organization = await make.organizations.get(1004);
  expectAll(
    organization,
    promised<Organization>({
      id: true,
      name: true,
      timezoneId: true,
      zone: true,
      countryId: true,
      license: true,
      serviceName: true,
      teams: true,
      isPaused: true,
      productName: true,
      lastReset: true,
      nextReset: true,
      operations: true,
      transfer: true,
      operationsExt: true,
      autoPurchasingActivated: true,
      transferExt: true,
      unusedOperations: true,
      unusedTransfer: true,
      features: true,
      externalId: true,
      activeApps: true,
      activeScenarios: true,
      solutionPartnerLink: true,
      privateSpaces: true,
    }),
  );
  expectAll(
    organization.license,
    promised<Organization['license']>({
      dslimit: true,
      fslimit: true,
      iolimit: true,
      dsslimit: true,
      interval: true,
      transfer: true,
      operations: true,
      teams: true,
      gracePeriod: true,
      productManagement: true,
    }),
  );
  const teams = await make.teams.list(1004, { pg: { sortBy: 'id', sortDir: 'asc', limit: 2 } });
  expect(teams.map(({ id }) => id)).toEqual([10041, 10042]);
  expectAll(await make.teams.get(10041), promised<Team>({ id: true, name: true, organizationId: true }));
});

test('scenarios and their executions', async () => {
  const [scenario] = await make.scenarios.list(10041, { cols: ['*'] });
  expectAll(
    scenario ?? {},
    promised<Scenario>({
      id: true,
      name: true,
      description: true,
      teamId: true,
      folderId: true,
      usedPackages: true,
      scheduling: true,
      isActive: true,
      isinvalid: true,
      isPaused: true,
      lastEdit: true,
      created: true,
      createdByUser: true,
      updatedByUser: true,
      dlqCount: true,
      operations: true,
      transfer: true,
    }),
  );
  expect(await make.scenarios.listInOrganization(1004)).toHaveLength(14);
  const executions = await make.executions.list(busiestScenario, { pg: { limit: 20 } });
  const execution = executions.find(({ status }) => status === 1);
  expectExecution(execution);
  const id = execution?.id ?? '';
  expectExecution(await make.executions.get(busiestScenario, id));
  expect((await make.executions.getDetail(busiestScenario, id)).status).toBe('SUCCESS');
});

function expectExecution(execution: Execution | undefined): void {
  expectAll(
    execution ?? {},
    promised<Execution>({
      id: true,
      imtId: true,
      status: true,
      duration: true,
      operations: true,
      centicredits: true,
      transfer: true,
      organizationId: true,
      teamId: true,
      type: true,
      authorId: true,
      instant: true,
      timestamp: true,
    }),
  );
}

const promisedOfIncomplete = promised<IncompleteExecution>({
  id: true,
  resolved: true,
  created: true,
  retry: true,
  attempts: true,
  size: true,
});

test('incomplete executions are listed, read, mended and retried, and their executions followed', async () => {
  const all = await make.incompleteExecutions.list(busiestScenario);
  expect(all.length).toBeGreaterThan(20);
  for (const each of all) expectAll(each, promisedOfIncomplete);

  const id = openExecution(admin.sandbox, 'DataError');
  const one = await make.incompleteExecutions.get(id);
  expectAll(one, [
    ...promisedOfIncomplete,
    'scenarioId',
    'scenarioName',
    'companyId',
    'executionId',
    'index',
  ]);
  expect(await make.incompleteExecutions.bundle(id)).toBeTypeOf('object');
  const blueprint = JSON.stringify({
    name: 'Mended',
    flow: [{ id: 1, module: 'json:ParseJSON' }],
    metadata: {},
  });
  const updated = await make.incompleteExecutions.update(id, { blueprint, failer: 1 });
  expect(updated.failer).toBe(1);
  expect(updated.blueprint.name).toBe('Mended');

  await make.incompleteExecutions.retry(id);
  expect((await make.incompleteExecutions.get(id)).retry).toBe(true);
  await admin.advance('PT11S');
  expect((await make.incompleteExecutions.get(id)).resolved).toBe(true);
  const executions = await make.executions.listForIncompleteExecution(id);
  expect(executions.map(({ status }) => status)).toEqual([1, 3]);
  for (const execution of executions) {
    expectExecution(execution);
    expect(await make.executions.getForIncompleteExecution(id, execution.id)).toEqual(execution);
  }
});

test('several are retried at once', async () => {
  const id = openExecution(admin.sandbox, 'MaxFileSizeExceededError');
  const { scenarioId } = await make.incompleteExecutions.get(id);
  await make.incompleteExecutions.retryMultiple(scenarioId ?? 0, { ids: [id] });
  expect((await make.incompleteExecutions.get(id)).attempts).toBe(1);
});

test('refusals come with the detail as the message', async () => {
  await expect(make.teams.get(10011)).rejects.toMatchObject({ name: 'MakeError', statusCode: 403 });
  await expect(make.incompleteExecutions.get('0'.repeat(32))).rejects.toMatchObject({
    statusCode: 404,
    message: expect.stringContaining('Incomplete execution not found'),
  });
});
