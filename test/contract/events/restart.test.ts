import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readConfig } from '../../../src/config.ts';
import { createGateway } from '../../../src/gateway.ts';
import { follow } from '../../kit/follow.ts';
import { startTestGateway } from '../../kit/gateway.ts';

test('what happened while the gateway was down is told when it is back, after what was told before', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tollgate-restart-'));
  await using first = await startTestGateway({
    settings: { events: { ...readConfig({}).events, pollIntervalMs: 40 } },
  });
  const { sandbox } = first;
  const config = {
    ...readConfig({}),
    port: 0,
    logLevel: 'silent' as const,
    store: { url: `sqlite:${join(folder, 'tollgate.db')}` },
    events: { ...readConfig({}).events, pollIntervalMs: 40 },
  };
  const start = () =>
    createGateway({ ...config, make: { ...config.make, url: `${sandbox.origins.makeDocumented}/api/v2` } });
  const add = (payments: number) => first.control('world', { organization: 1004, add: { payments } });

  const before = await start();
  const early = await follow({ ...first, url: before.url }, { field: 'paymentRecorded' });
  await early.next();
  await add(1);
  const seen = await early.next();
  early.leave();
  await before.close();

  await add(2);
  const after = await start();
  const late = await follow({ ...first, url: after.url }, { field: 'paymentRecorded', after: seen.cursor });
  const missed = [await late.next(), await late.next()];
  await add(1);
  const news = await late.next();
  expect(new Set([seen, ...missed, news].map(({ id }) => id)).size).toBe(4);
  expect(missed.map(({ type }) => type)).toEqual(['PAYMENT_RECORDED', 'PAYMENT_RECORDED']);
  late.leave();
  await after.close();
  rmSync(folder, { recursive: true });
});
