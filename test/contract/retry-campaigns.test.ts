import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startTestGateway, type TestGateway } from '../kit/gateway.ts';

/** What sandbox and gateway answer, as it came. */
type Wire = ReturnType<typeof JSON.parse>;

const manyEndpoint = 'POST /dlqs/retry';
const listEndpoint = 'GET /dlqs';
const campaignFields = `id status requestedBy requestedAt startedAt finishedAt isComplete errorTypes from to
  organization { makeId } failure { code message }
  progress { scenarios scenariosDone retried failed unknown remaining }
  scenarios { scenarioId isDone retried failed unknown failure { code message } scenario { makeId name } }`;
const errorFields = '... on Error { code message } ... on InvalidInput { faults { path message } }';

let gateway: TestGateway;

async function begin(input: object, caller = 'sandbox-owner') {
  const { data, errors } = await gateway.query<Wire, object>(
    `mutation Begin($input: RetryIncompleteExecutionsInput!) { retryIncompleteExecutions(input: $input) {
      __typename ... on RetryIncompleteExecutionsPayload { campaign { ${campaignFields} } } ${errorFields} } }`,
    { input: { organizationId: '1004', ...input } },
    { caller },
  );
  return { result: data?.retryIncompleteExecutions, errors };
}

async function show(id: string, caller = 'sandbox-owner'): Promise<Wire> {
  const { data, errors } = await gateway.query<Wire, object>(
    `{ node(id: "${id}") { ... on RetryCampaign { ${campaignFields} } } }`,
    {},
    { caller },
  );
  expect(errors).toEqual([]);
  return data.node;
}

/** Asks how far it is until it has come so far. */
async function whenIt(id: string, hasCome: (campaign: Wire) => boolean): Promise<Wire> {
  for (;;) {
    const campaign = await show(id);
    if (hasCome(campaign)) return campaign;
  }
}

const isOver = ({ finishedAt }: Wire): boolean => finishedAt !== null;

async function cancel(id: string, caller = 'sandbox-owner') {
  const { data, errors } = await gateway.query<Wire, object>(
    `mutation { cancelRetryCampaign(input: { id: "${id}" }) {
      __typename ... on CancelRetryCampaignPayload { campaign { ${campaignFields} } } ${errorFields} } }`,
    {},
    { caller },
  );
  return { result: data?.cancelRetryCampaign, errors };
}

/** As the sandbox holds them: all that are open, of an organization. */
function open(organization = 1004) {
  return gateway.sandbox.world.makeAdmin.incompleteExecutions
    .values()
    .filter(({ organizationId, status }) => organizationId === organization && /pending|failed/.test(status))
    .toArray();
}

const sum = (rows: readonly Wire[], name: string): number =>
  rows.reduce((total: number, row) => total + row[name], 0);

for (const dialect of ['documented', 'live'] as const) {
  describe(`in the ${dialect} dialect`, () => {
    beforeEach(async () => {
      gateway = await startTestGateway({ dialect });
    });
    afterEach(() => gateway[Symbol.asyncDispose]());

    test('a campaign retries everything that is open, by one request for each scenario', async () => {
      const before = open();
      const runs = new Map(before.map((execution) => [execution.id, execution.runs.length]));
      expect(before.length).toBeGreaterThan(20);
      const { result, errors } = await begin({});
      expect(errors).toEqual([]);
      expect(result.campaign).toMatchObject({
        requestedBy: 'sandbox-owner',
        organization: { makeId: '1004' },
      });
      expect(['QUEUED', 'RUNNING']).toContain(result.campaign.status);
      const campaign = await whenIt(result.campaign.id, isOver);
      const scenarios = new Set(before.map(({ scenarioId }) => scenarioId)).size;
      expect(campaign).toMatchObject({
        status: 'DONE',
        isComplete: true,
        failure: null,
        progress: {
          scenarios,
          scenariosDone: scenarios,
          retried: before.length,
          failed: 0,
          unknown: 0,
          remaining: 0,
        },
      });
      expect(sum(campaign.scenarios, 'retried')).toBe(before.length);
      for (const execution of before) expect(execution.runs).toHaveLength(runs.get(execution.id)! + 1);
      expect(await gateway.requests(manyEndpoint)).toBe(scenarios);
      // it asks for no more than it must: the list of the organization, or one of each scenario
      const pages = dialect === 'documented' ? Math.ceil((before.length + 1) / 100) : scenarios;
      expect(await gateway.requests(listEndpoint)).toBeLessThanOrEqual(pages);
    });

    test('it takes those of some scenarios, kinds of error and times alone', async () => {
      const [{ scenarioId, errorType }] = open() as [Wire];
      const own = open().filter((each) => each.scenarioId === scenarioId && each.errorType === errorType);
      const input = { scenarios: [String(scenarioId)], errorTypes: [errorType] };
      const { result } = await begin(input);
      const campaign = await whenIt(result.campaign.id, isOver);
      expect(campaign).toMatchObject({ status: 'DONE', errorTypes: [errorType] });
      expect(campaign.progress.retried).toBe(own.length);
      for (const { status } of own) expect(status).toBe('retrying');

      const rest = open().length;
      const old = await begin({ to: '2001-01-01T00:00:00Z' });
      const nothing = await whenIt(old.result.campaign.id, isOver);
      expect(nothing).toMatchObject({
        status: 'DONE',
        to: '2001-01-01T00:00:00.000Z',
        progress: { retried: 0 },
      });
      expect(open()).toHaveLength(rest);
    });

    test("a team's administrator covers the team's own scenarios, and sees no more than these campaigns", async () => {
      const caller = 'sandbox-team-admin';
      const own = open().filter(({ teamId }) => teamId === 10041);
      const foreign = open().filter(({ teamId }) => teamId !== 10041);
      const refused = await begin({ scenarios: [String(foreign[0]!.scenarioId)], errorTypes: [] }, caller);
      expect(refused.result?.__typename).toBe('NotFound');
      const { result } = await begin({}, caller);
      const campaign = await whenIt(result.campaign.id, isOver);
      expect(campaign.progress.retried).toBe(own.length);
      for (const { status } of foreign) expect(status).not.toBe('retrying');

      const ofOwner = await begin({ scenarios: [String(foreign[0]!.scenarioId)] });
      await whenIt(ofOwner.result.campaign.id, isOver);
      const list = async (by: string) => {
        const { data, errors } = await gateway.query<Wire, object>(
          '{ organization(id: "1004") { retryCampaigns { totalCount edges { node { id } } } } }',
          {},
          { caller: by },
        );
        expect(errors.map(({ extensions }) => extensions?.['code'])).toEqual(
          by === 'sandbox-accountant' ? ['FORBIDDEN'] : [],
        );
        return data.organization.retryCampaigns?.edges.map(({ node }: Wire) => node.id);
      };
      expect(await list('sandbox-owner')).toEqual([ofOwner.result.campaign.id, campaign.id]);
      for (const by of [caller, 'sandbox-member']) {
        expect(await list(by)).toEqual([campaign.id]);
        expect(await show(ofOwner.result.campaign.id, by)).toBeNull();
        expect(await show(campaign.id, by)).toMatchObject({ status: 'DONE' });
      }
      expect(await list('sandbox-accountant')).toBeUndefined();
      for (const by of ['sandbox-accountant', 'sandbox-outsider'])
        expect(await show(campaign.id, by)).toBeNull();
      expect((await cancel(ofOwner.result.campaign.id, caller)).result.__typename).toBe('NotFound');
    });

    test('a retry whose answer was lost is looked for: what shows it is done, what does not stays unknown', async () => {
      const [{ scenarioId }] = open() as [Wire];
      const own = open().filter((each) => each.scenarioId === scenarioId);
      const input = { scenarios: [String(scenarioId)] };
      await gateway.control('faults', {
        endpoint: manyEndpoint,
        fault: 'reset',
        times: 1,
        afterEffect: true,
      });
      const made = await whenIt((await begin(input)).result.campaign.id, isOver);
      expect(made).toMatchObject({ status: 'DONE', progress: { retried: own.length, unknown: 0 } });

      await gateway.control('clock', { advance: 'PT1M' });
      const again = open().filter((each) => each.scenarioId === scenarioId).length;
      expect(again).toBeGreaterThan(0);
      await gateway.control('faults', {
        endpoint: manyEndpoint,
        fault: 'reset',
        times: 1,
        afterEffect: false,
      });
      const lost = await whenIt((await begin(input)).result.campaign.id, isOver);
      expect(lost).toMatchObject({ status: 'DONE', progress: { retried: 0, unknown: again, remaining: 0 } });
      expect(await gateway.requests(manyEndpoint)).toBe(2);
    });

    test('what fails in one scenario is told there; the others go on', async () => {
      await gateway.control('faults', { endpoint: manyEndpoint, fault: '401', times: 2 });
      const { result } = await begin({});
      const campaign = await whenIt(result.campaign.id, isOver);
      const [first, ...others] = campaign.scenarios;
      expect(first).toMatchObject({ isDone: true, retried: 0, failure: { code: 'UPSTREAM_AUTH' } });
      expect(first.failed).toBeGreaterThan(0);
      for (const { failure } of others) expect(failure).toBeNull();
      expect(campaign.progress.failed).toBe(first.failed);
    });

    test('what passes by itself is tried again', async () => {
      await gateway.control('faults', { endpoint: manyEndpoint, fault: '503', times: 1 });
      const [{ scenarioId }] = open() as [Wire];
      const { result } = await begin({ scenarios: [String(scenarioId)] });
      const campaign = await whenIt(result.campaign.id, isOver);
      expect(campaign).toMatchObject({ status: 'DONE', progress: { failed: 0, unknown: 0 } });
      expect(campaign.progress.retried).toBeGreaterThan(0);
      expect(await gateway.requests(manyEndpoint)).toBe(2);
    });

    test('a campaign is cancelled: what was sent is finished, the rest is left; then it is over', async () => {
      const before = open().length;
      await gateway.control('faults', { endpoint: manyEndpoint, fault: 'latency', ms: 300, times: 100 });
      const { result } = await begin({});
      const queued = await begin({});
      await whenIt(
        result.campaign.id,
        ({ scenarios }) => scenarios?.some(({ isDone }: Wire) => isDone) === true,
      );
      expect((await show(queued.result.campaign.id)).status).toBe('QUEUED');
      const second = await cancel(queued.result.campaign.id);
      expect(second.result.campaign).toMatchObject({ status: 'CANCELLED', startedAt: null });
      const { campaign } = (await cancel(result.campaign.id)).result;
      expect(campaign.status).toBe('CANCELLED');
      expect(campaign.progress.retried).toBeGreaterThan(0);
      expect(campaign.progress.remaining).toBeGreaterThan(0);
      expect(campaign.progress.unknown).toBe(0);
      expect(before - open().length).toBe(campaign.progress.retried);
      const sent = await gateway.requests(manyEndpoint);
      expect((await cancel(result.campaign.id)).result.__typename).toBe('Conflict');
      await whenIt(queued.result.campaign.id, isOver);
      expect(await gateway.requests(manyEndpoint)).toBe(sent);
    });

    test('the same key begins one campaign; another input is a conflict; five at most are under way', async () => {
      await gateway.control('faults', { endpoint: manyEndpoint, fault: 'latency', ms: 2000, times: 100 });
      const input = { idempotencyKey: 'once' };
      const [one, other] = await Promise.all([begin(input), begin(input)]);
      expect(other.result.campaign.id).toBe(one.result.campaign.id);
      expect((await begin({ ...input, errorTypes: ['DataError'] })).result.__typename).toBe(
        'IdempotencyConflict',
      );
      const more: Wire[] = [];
      for (let count = 1; count < 5; count += 1) more.push((await begin({})).result.campaign.id);
      const refused = await begin({ idempotencyKey: 'refused' });
      expect(refused.result).toMatchObject({ __typename: 'Conflict' });
      for (const id of more.reverse()) await cancel(id);
      expect((await begin({ idempotencyKey: 'refused' })).result.campaign.status).toBe('QUEUED');
    });

    test('every fault of the input is told at its place', async () => {
      const { result } = await begin({
        scenarios: [],
        errorTypes: [],
        from: '2026-01-02T00:00:00Z',
        to: '2026-01-01T00:00:00Z',
        idempotencyKey: '',
      });
      expect(result.faults.map(({ path }: Wire) => path)).toEqual([
        ['scenarios'],
        ['errorTypes'],
        ['idempotencyKey'],
        ['to'],
      ]);
      expect((await begin({ scenarios: ['nonsense'] })).result.faults).toMatchObject([
        { path: ['scenarios'] },
      ]);
      expect((await cancel('nonsense')).result.faults).toMatchObject([{ path: ['id'] }]);
    });
  });
}
