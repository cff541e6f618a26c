import { expect, test } from 'vitest';
import { createSandbox } from '../../../sandbox/sandbox.ts';
import { readConfig } from '../../../src/config.ts';
import { follow } from '../../kit/follow.ts';
import { startTestGateway } from '../../kit/gateway.ts';

const events = { ...readConfig({}).events, pollIntervalMs: 100 };

test('the first payment and invoice of an organization whose plan showed none before are told', async () => {
  await using sandbox = await createSandbox({ port: 0, limits: 'off' });
  await using gateway = await startTestGateway({ over: sandbox, settings: { events } });
  await using followed = await follow(gateway, {
    organization: 1005,
    types: ['PAYMENT_RECORDED', 'INVOICE_CREATED'],
  });
  await followed.next();
  await gateway.control('world', { organization: 1005, set: { plan: 'core' } });
  const seen = [(await followed.next()).type, (await followed.next()).type];
  expect(seen.toSorted()).toEqual(['INVOICE_CREATED', 'PAYMENT_RECORDED']);
});

test('a team hears of what becomes of executions that were there before anybody listened', async () => {
  await using gateway = await startTestGateway({ settings: { events } });
  const { added } = (await gateway.control('world', {
    organization: 1004,
    add: { incompleteExecutions: 12 },
  })) as { added: { incompleteExecutions: readonly { dlqId: string }[] } };
  const ofTeam = await gateway.query<
    {
      organization: { incompleteExecutions: { edges: readonly { node: { id: string; makeId: string } }[] } };
    },
    object
  >(
    '{ organization(id: "1004") { incompleteExecutions(first: 20) { edges { node { id makeId } } } } }',
    {},
    { caller: 'sandbox-team-admin' },
  );
  const known = new Set(added.incompleteExecutions.map(({ dlqId }) => dlqId));
  const old = ofTeam.data?.organization.incompleteExecutions.edges.find(({ node }) => known.has(node.makeId));
  await using followed = await follow(gateway, {
    field: 'incompleteExecutionChanged',
    caller: 'sandbox-team-admin',
    selection: '... on IncompleteExecutionEvent { makeId }',
  });
  await followed.next();
  const retried = await fetch(
    `${gateway.sandbox.origins.makeDocumented}/api/v2/dlqs/${old?.node.makeId}/retry`,
    { method: 'POST', headers: { authorization: 'Token 00000000-0000-4000-8000-000000001004' } },
  );
  expect(retried.status).toBe(202);
  expect(await followed.next()).toMatchObject({
    type: 'INCOMPLETE_EXECUTION_STATUS_CHANGED',
    makeId: old?.node.makeId,
  });
});
