import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { encodeGlobalId, ownedId } from '../../src/schema/global-id.ts';
import { follow } from '../kit/follow.ts';
import { startTestGateway, type TestGateway } from '../kit/gateway.ts';

/** What sandbox and gateway answer, as it came. */
type Wire = ReturnType<typeof JSON.parse>;

const globalId = (id: string, organization = 1004): string =>
  encodeGlobalId('IncompleteExecution', ownedId(organization, id));

const errorFields =
  '... on Error { code message upstreamCode } ... on InvalidInput { faults { path message } } ... on ConfirmationRequired { effect affected }';
const executionFields = 'incompleteExecution { makeId status retryCount blueprint }';
const mended = { name: 'Mended', flow: [{ id: 1, module: 'http:ActionSendData' }] };

const retryEndpoint = 'POST /dlqs/{dlqId}/retry';
const updateEndpoint = 'PATCH /dlqs/{dlqId}';
const deleteEndpoint = 'DELETE /dlqs';

for (const dialect of ['documented', 'live'] as const) {
  describe(`in the ${dialect} dialect`, () => {
    let gateway: TestGateway;
    beforeAll(async () => {
      gateway = await startTestGateway({ dialect });
    });
    afterAll(() => gateway[Symbol.asyncDispose]());

    /** New ones, all open, of the organization with the largest budget. */
    async function fresh(count: number): Promise<Wire[]> {
      const { added } = (await gateway.control('world', {
        organization: 1004,
        add: { incompleteExecutions: count },
      })) as Wire;
      return added.incompleteExecutions;
    }

    async function freshId(): Promise<string> {
      const [{ dlqId }] = await fresh(1);
      return dlqId;
    }

    /** One of the team administrator's team, and one of another. */
    async function ofTeams(): Promise<{ own: string; foreign: string }> {
      for (;;) {
        const executions = (await fresh(20)).map(
          ({ dlqId }) => gateway.sandbox.world.makeAdmin.incompleteExecutions.get(dlqId)!,
        );
        const own = executions.find(({ teamId }) => teamId === 10041)?.id;
        const foreign = executions.find(({ teamId }) => teamId !== 10041)?.id;
        if (own !== undefined && foreign !== undefined) return { own, foreign };
      }
    }

    async function change(name: string, input: object, caller = 'sandbox-owner', fields = executionFields) {
      const type = `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
      const { data, errors } = await gateway.query<Wire, object>(
        `mutation Change($input: ${type}Input!) { ${name}(input: $input) { __typename ... on ${type}Payload { ${fields} } ${errorFields} } }`,
        { input },
        { caller },
      );
      return { result: data?.[name], errors };
    }

    async function show(id: string): Promise<Wire> {
      const { data } = await gateway.query<Wire, object>(
        `{ node(id: "${globalId(id)}") { ... on IncompleteExecution { status retryCount blueprint } } }`,
      );
      return data.node;
    }

    test('a retry is accepted, shown in the payload, and seen by the next query', async () => {
      const id = await freshId();
      expect(await show(id)).toMatchObject({ status: 'PENDING' });
      const { result, errors } = await change('retryIncompleteExecution', { id: globalId(id) });
      expect(errors).toEqual([]);
      expect(result).toMatchObject({
        __typename: 'RetryIncompleteExecutionPayload',
        incompleteExecution: { makeId: id, status: 'RETRYING', retryCount: 1 },
      });
      expect(await show(id)).toMatchObject({ status: 'RETRYING', retryCount: 1 });
      expect((await change('retryIncompleteExecution', { id: globalId(id) })).result).toMatchObject({
        __typename: 'Conflict',
      });
    });

    test('modifications take the place of parts of the blueprint', async () => {
      const id = await freshId();
      const { blueprint } = await show(id);
      const input = { id: globalId(id), modifications: { name: 'Renamed' } };
      expect((await change('retryIncompleteExecution', input)).result.incompleteExecution).toMatchObject({
        status: 'RETRYING',
        blueprint: { ...blueprint, name: 'Renamed' },
      });
    });

    test('the same key retries once; a retry whose answer was lost is found again where it shows', async () => {
      const id = await freshId();
      const input = { id: globalId(id), idempotencyKey: `key of ${id}` };
      const before = await gateway.requests(retryEndpoint);
      await gateway.control('faults', {
        endpoint: retryEndpoint,
        fault: 'reset',
        times: 1,
        afterEffect: true,
      });
      const [one, other] = await Promise.all([
        change('retryIncompleteExecution', input),
        change('retryIncompleteExecution', input),
      ]);
      expect(one.result.incompleteExecution).toMatchObject({ status: 'RETRYING', retryCount: 1 });
      expect(other).toEqual(one);
      expect(await gateway.requests(retryEndpoint)).toBe(before + 1);
      const another = await change('retryIncompleteExecution', { ...input, modifications: { name: 'x' } });
      expect(another.result.__typename).toBe('IdempotencyConflict');

      const lost = await freshId();
      await gateway.control('faults', {
        endpoint: retryEndpoint,
        fault: 'reset',
        times: 1,
        before: true,
        afterEffect: false,
      });
      const unknown = { id: globalId(lost), idempotencyKey: `key of ${lost}` };
      expect((await change('retryIncompleteExecution', unknown)).result.__typename).toBe('OutcomeUnknown');
      expect((await change('retryIncompleteExecution', unknown)).result.__typename).toBe('OutcomeUnknown');
      expect(await gateway.requests(retryEndpoint)).toBe(before + 2);
    });

    test('a blueprint is put in place of another, and nothing runs', async () => {
      const id = await freshId();
      const { result } = await change('updateIncompleteExecution', { id: globalId(id), blueprint: mended });
      expect(result.incompleteExecution).toEqual({
        makeId: id,
        status: 'PENDING',
        retryCount: 0,
        blueprint: mended,
      });
      // written into the document, as objects without a prototype
      const { data } = await gateway.query<Wire, object>(
        `mutation { updateIncompleteExecution(input: { id: "${globalId(id)}", blueprint: { name: "Literal", flow: [{ id: 1, module: "x" }] } }) { ... on UpdateIncompleteExecutionPayload { incompleteExecution { blueprint } } } }`,
      );
      expect(data.updateIncompleteExecution.incompleteExecution.blueprint).toEqual({
        name: 'Literal',
        flow: [{ id: 1, module: 'x' }],
      });
    });

    test('an update whose answer was lost is read back', async () => {
      const id = await freshId();
      await gateway.control('faults', {
        endpoint: updateEndpoint,
        fault: 'reset',
        times: 1,
        afterEffect: true,
      });
      const input = { id: globalId(id), blueprint: mended };
      expect((await change('updateIncompleteExecution', input)).result).toMatchObject({
        __typename: 'UpdateIncompleteExecutionPayload',
        incompleteExecution: { blueprint: mended },
      });
    });

    test('what is wrong with a blueprint is told at its place, by us and by Make', async () => {
      const id = await freshId();
      const ours = await change('updateIncompleteExecution', {
        id: globalId(id),
        blueprint: ['no object'],
        idempotencyKey: '',
      });
      expect(ours.result).toMatchObject({
        __typename: 'InvalidInput',
        faults: [
          { path: ['blueprint'], message: 'Takes a JSON object.' },
          { path: ['idempotencyKey'], message: 'Takes 1 to 200 characters.' },
        ],
      });
      const places: [string, object, string[]][] = [
        ['updateIncompleteExecution', { blueprint: { flow: [] } }, ['blueprint']],
        ['retryIncompleteExecution', { modifications: { flow: [] } }, ['modifications']],
        [
          'resolveIncompleteExecution',
          { resolution: { updateBlueprint: { blueprint: {} } } },
          ['resolution', 'updateBlueprint', 'blueprint'],
        ],
      ];
      for (const [name, input, path] of places) {
        const { result } = await change(name, { id: globalId(id), ...input });
        expect(result.__typename).toBe('InvalidInput');
        expect(result.faults[0].path).toEqual(path);
        expect(result.faults[0].message).toContain('must have a flow');
      }
      expect(await show(id)).toMatchObject({ status: 'PENDING', retryCount: 0 });
    });

    test('a resolution retries, mends and retries, or mends alone', async () => {
      const [first, second, third] = (await fresh(3)).map(({ dlqId }): string => dlqId);
      const resolve = (id: string | undefined, resolution: object) =>
        change('resolveIncompleteExecution', { id: globalId(id!), resolution });
      const retried = await resolve(first, { retry: {} });
      expect(retried.result.incompleteExecution).toMatchObject({ status: 'RETRYING' });
      const mendedAndRetried = await resolve(second, { updateBlueprint: { blueprint: mended } });
      expect(mendedAndRetried.result.incompleteExecution).toMatchObject({
        status: 'RETRYING',
        blueprint: mended,
      });
      const mendedAlone = await resolve(third, { updateBlueprint: { blueprint: mended, retry: false } });
      expect(mendedAlone.result.incompleteExecution).toMatchObject({ status: 'PENDING', blueprint: mended });
    });

    test('where the retry after an update is refused, that is said', async () => {
      const id = await freshId();
      await gateway.control('faults', { endpoint: retryEndpoint, fault: '503', times: 1 });
      const { errors } = await change('resolveIncompleteExecution', {
        id: globalId(id),
        resolution: { updateBlueprint: { blueprint: mended } },
      });
      expect(errors[0]?.message).toContain('The blueprint was updated');
      expect(await show(id)).toMatchObject({ status: 'PENDING', blueprint: mended });
    });

    test('giving one up: the documented dialect has it, the live one says that it has not', async () => {
      const id = await freshId();
      const { result } = await change('resolveIncompleteExecution', {
        id: globalId(id),
        resolution: { cancel: { reason: 'not worth it' } },
      });
      if (dialect === 'documented') {
        expect(result.incompleteExecution).toMatchObject({ status: 'CANCELLED' });
        await gateway.control('faults', {
          endpoint: updateEndpoint,
          fault: 'reset',
          times: 1,
          afterEffect: true,
        });
        const lost = { id: globalId(await freshId()), resolution: { cancel: {} } };
        const found = await change('resolveIncompleteExecution', lost);
        expect(found.result.incompleteExecution).toMatchObject({ status: 'CANCELLED' });
      } else {
        expect(result.__typename).toBe('NotSupported');
        expect(result.message).toContain('does not cancel incomplete executions');
        expect(await show(id)).toMatchObject({ status: 'PENDING' });
      }
    });

    test('deleting says to how many before it is confirmed, then which are gone', async () => {
      const { scenarioId } = (await fresh(1))[0];
      const count = gateway.sandbox.world.makeAdmin.incompleteExecutions
        .values()
        .filter((each) => String(each.scenarioId) === String(scenarioId))
        .toArray().length;
      const input = {
        organizationId: '1004',
        scenario: String(scenarioId),
        olderThan: '2030-01-01T00:00:00Z',
      };
      const fields =
        'deletedIds deletedCount isPartial scenario { makeId incompleteExecutions(first: 100) { edges { node { status } } } }';
      const remove = (more: object, caller = 'sandbox-owner') =>
        change('deleteIncompleteExecutions', { ...input, ...more }, caller, fields);
      const before = await gateway.requests(deleteEndpoint);
      expect((await remove({})).result).toMatchObject({
        __typename: 'ConfirmationRequired',
        affected: count,
        effect: `${count} incomplete executions of scenario ${scenarioId} from before 2030-01-01T00:00:00.000Z would be deleted.`,
      });
      expect((await remove({ olderThan: '2000-01-01T00:00:00Z' })).result.affected).toBe(0);
      expect(await gateway.requests(deleteEndpoint)).toBe(before);

      // one that is being retried is left, or stands in the way of all
      const retrying = (await fresh(60)).find((made) => String(made.scenarioId) === String(scenarioId));
      await change('retryIncompleteExecution', { id: globalId(retrying.dlqId) });
      const partial = await remove({ confirm: true });
      if (dialect === 'documented') expect(partial.result.__typename).toBe('Conflict');
      else {
        expect(partial.result).toMatchObject({ isPartial: true });
        const { edges } = partial.result.scenario.incompleteExecutions;
        expect(new Set(edges.map(({ node }: Wire) => node.status))).toEqual(new Set(['RETRYING']));
      }
      await gateway.control('clock', { advance: 'PT1M' });
      const { result } = await remove({ confirm: true, idempotencyKey: 'delete once' });
      expect(result.isPartial).toBe(false);
      expect(result.deletedCount).toBe(result.deletedIds.length);
      expect(result.deletedIds).toContain(globalId(retrying.dlqId));
      expect(await show(retrying.dlqId)).toBeNull();
      const sent = await gateway.requests(deleteEndpoint);
      expect((await remove({ confirm: true, idempotencyKey: 'delete once' })).result.deletedIds).toEqual(
        result.deletedIds,
      );
      expect(await gateway.requests(deleteEndpoint)).toBe(sent);
    });

    test('what is not there, and what is another organization’s, is not found', async () => {
      const { added } = (await gateway.control('world', {
        organization: 1003,
        add: { incompleteExecutions: 1 },
      })) as Wire;
      const [{ dlqId, scenarioId }] = added.incompleteExecutions;
      for (const id of ['0123456789abcdef0123456789abcdef', dlqId]) {
        const { result } = await change('retryIncompleteExecution', { id: globalId(id) });
        expect(result?.__typename).toBe('NotFound');
        const update = { id: globalId(id), blueprint: mended };
        expect((await change('updateIncompleteExecution', update)).result?.__typename).toBe('NotFound');
      }
      for (const confirm of [false, true]) {
        for (const scenario of ['1004999', String(scenarioId)]) {
          const input = { organizationId: '1004', scenario, confirm };
          const { result } = await change(
            'deleteIncompleteExecutions',
            input,
            'sandbox-owner',
            'deletedCount',
          );
          expect(result?.__typename).toBe('NotFound');
        }
      }
      const malformed = await change('retryIncompleteExecution', { id: 'nonsense' });
      expect(malformed.result).toMatchObject({ __typename: 'InvalidInput', faults: [{ path: ['id'] }] });
    });

    test("a team's administrator acts on the team's own; others' are not there", async () => {
      const { own, foreign } = await ofTeams();
      const caller = 'sandbox-team-admin';
      const refused = await change(
        'retryIncompleteExecution',
        { id: globalId(foreign), idempotencyKey: '' },
        caller,
      );
      expect(refused.result?.__typename).toBe('NotFound');
      const { result } = await change('retryIncompleteExecution', { id: globalId(own) }, caller);
      expect(result.incompleteExecution).toMatchObject({ makeId: own, status: 'RETRYING' });
      const input = { organizationId: '1004', scenario: '1004001', confirm: true };
      const deletion = await change('deleteIncompleteExecutions', input, caller, 'deletedCount');
      expect(deletion.errors[0]?.extensions?.['code']).toBe('FORBIDDEN');
    });

    test('who follows events hears of a change at once', async () => {
      const id = await freshId();
      const types = ['SNAPSHOT', 'INCOMPLETE_EXECUTION_STATUS_CHANGED'];
      await using following = await follow(gateway, { types });
      expect((await following.next()).type).toBe('SNAPSHOT');
      await change('retryIncompleteExecution', { id: globalId(id) });
      expect(await following.next()).toMatchObject({
        type: 'INCOMPLETE_EXECUTION_STATUS_CHANGED',
        source: 'GATEWAY',
      });
    });

    test('the access log names what a change was made to, and what became of it', async () => {
      const id = await freshId();
      await change('retryIncompleteExecution', { id: globalId(id) });
      await change('retryIncompleteExecution', { id: globalId(id) });
      const { data } = await gateway.query<Wire, object>(
        '{ organization(id: "1004") { accessLog(first: 2) { edges { node { kind objects outcome code } } } } }',
      );
      expect(data.organization.accessLog.edges.map(({ node }: Wire) => node)).toEqual([
        { kind: 'MUTATION', objects: [id], outcome: 'FAILED', code: 'CONFLICT' },
        { kind: 'MUTATION', objects: [id], outcome: 'OK', code: null },
      ]);
    });

    test('who has no right learns nothing, and nothing is asked', async () => {
      const id = await freshId();
      const stats = async () => ((await gateway.control('stats')) as Wire).requests;
      const before = await stats();
      const inputs: [string, object, string][] = [
        ['retryIncompleteExecution', { id: globalId(id), idempotencyKey: '' }, executionFields],
        ['updateIncompleteExecution', { id: globalId(id), blueprint: 1 }, executionFields],
        ['resolveIncompleteExecution', { id: globalId(id), resolution: { retry: {} } }, executionFields],
        ['deleteIncompleteExecutions', { organizationId: '1004', scenario: '1004001' }, 'deletedCount'],
        ['retryIncompleteExecutions', { organizationId: '1004', scenarios: [] }, 'campaign { id }'],
      ];
      for (const caller of ['sandbox-accountant', 'sandbox-member', 'sandbox-readonly', 'sandbox-outsider']) {
        for (const [name, input, fields] of inputs) {
          const { result, errors } = await change(name, input, caller, fields);
          expect(result).toBeNull();
          expect(errors[0]?.extensions?.['code']).toBe('FORBIDDEN');
        }
      }
      expect(await stats()).toEqual(before);
    });
  });
}
