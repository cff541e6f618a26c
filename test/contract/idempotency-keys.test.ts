import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createSandbox, type Sandbox } from '../../sandbox/sandbox.ts';
import { startTestGateway, type TestGateway } from '../kit/gateway.ts';
import { createFakeClock } from '../unit/fake-clock.ts';
import { callerOf, type Dialect, payloadObject, sentSoFar, trialsByDialect } from './mutation-table.ts';
import { change } from './platform-graph.ts';

const now = Date.UTC(2026, 10, 15, 10);

let folder: string;
let sandbox: Sandbox;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tollgate-keys-'));
  sandbox = await createSandbox({ port: 0, now, wallNow: () => now, limits: 'off' });
});
afterEach(async () => {
  await sandbox.close();
  rmSync(folder, { recursive: true });
});

function start(dialect: Dialect, hoursLater = 0): Promise<TestGateway> {
  return startTestGateway({
    dialect,
    over: sandbox,
    settings: { store: { url: `sqlite:${join(folder, 'store.db')}` } },
    clock: createFakeClock(now + hoursLater * 3_600_000),
  });
}

test.for(trialsByDialect)(
  '$title is made once under its key, for a day',
  { timeout: 30_000 },
  async (trial) => {
    const { name, dialect } = trial;
    const caller = callerOf(trial);
    const object = payloadObject(name);
    const shows = object === null ? '__typename' : `${object.field} { id }`;
    const gateway = await start(dialect);
    const input = { ...(await trial.prepare(gateway, dialect)), idempotencyKey: 'once' };
    const run = async (at: TestGateway, asked: object, by = caller) =>
      (await change(at, name, { ...asked }, { shows, caller: by })).result;
    const before = (await sentSoFar(gateway)).writes;
    const [one, other] = await Promise.all([run(gateway, input), run(gateway, input)]);
    expect(one.__typename, JSON.stringify(one)).toMatch(/Payload$/);
    expect(other).toEqual(one);
    expect(await run(gateway, input)).toEqual(one);
    const another = trial.other(input);
    const takesAnother = another !== input;
    if (takesAnother)
      expect(await run(gateway, another)).toMatchObject({ __typename: 'IdempotencyConflict' });
    await gateway[Symbol.asyncDispose]();

    const restarted = await start(dialect);
    expect(await run(restarted, input)).toEqual(one);
    if (takesAnother)
      expect(await run(restarted, another)).toMatchObject({ __typename: 'IdempotencyConflict' });
    if (trial.isInside !== true) expect((await sentSoFar(restarted)).writes).toBe(before + 1);
    // a key is its caller's own
    if (caller === 'sandbox-owner') {
      const others = await run(restarted, another, 'sandbox-operator');
      expect(others?.__typename).not.toBe('IdempotencyConflict');
    }
    await restarted[Symbol.asyncDispose]();

    await using muchLater = await start(dialect, 25);
    const { all } = await sentSoFar(muchLater);
    const { result: anew } = await change(muchLater, name, another, { caller });
    expect(anew?.__typename).not.toBe('IdempotencyConflict');
    // it is sent once more, or found impossible by now without that
    const isTriedAnew = (await sentSoFar(muchLater)).all > all || anew?.__typename !== one.__typename;
    if (trial.isInside !== true) expect(isTriedAnew).toBe(true);
  },
);

test('a key is that of one organization and one mutation', async () => {
  await using gateway = await start('documented');
  const idempotencyKey = 'the same';
  const done = [
    await change(gateway, 'cancelSubscription', { organizationId: '1001', idempotencyKey }),
    await change(gateway, 'cancelSubscription', { organizationId: '1002', idempotencyKey, reason: 'x' }),
    await change(gateway, 'applyCoupon', { organizationId: '1001', idempotencyKey, couponCode: 'FIXED5' }),
  ];
  expect(done.map(({ result }) => result.__typename)).toEqual([
    'CancelSubscriptionPayload',
    'CancelSubscriptionPayload',
    'ApplyCouponPayload',
  ]);
});
