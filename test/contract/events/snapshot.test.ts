import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readConfig } from '../../../src/config.ts';
import { follow } from '../../kit/follow.ts';
import { startTestGateway } from '../../kit/gateway.ts';

test('a snapshot shows what was told before it, also by another gateway', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tollgate-snapshot-'));
  const store = { url: `sqlite:${join(folder, 'tollgate.db')}` };
  const events = { ...readConfig({}).events, pollIntervalMs: 40 };
  {
    await using finder = await startTestGateway({ settings: { store, events } });
    await using teller = await startTestGateway({
      over: finder.sandbox,
      settings: { store, events: { ...events, pollIntervalMs: 60_000 } },
    });
    const [found, told] = [
      await follow(finder, { field: 'subscriptionChanged' }),
      await follow(teller, { field: 'subscriptionChanged' }),
    ];
    for (const each of [found, told]) expect(await each.next()).toMatchObject({ type: 'SNAPSHOT' });
    const status = 'organization { subscription { status } }';
    const before = await teller.query(`{ organization(id: "1004") { subscription { status } } }`);
    expect(before.data).toEqual({ organization: { subscription: { status: 'ACTIVE' } } });

    await finder.control('world', { organization: 1004, set: { subscriptionStatus: 'past_due' } });
    for (const each of [found, told]) {
      expect(await each.next()).toMatchObject({ type: 'SUBSCRIPTION_STATUS_CHANGED' });
    }
    await using late = await follow(teller, { field: 'subscriptionChanged', selection: status });
    expect(await late.next()).toMatchObject({
      type: 'SNAPSHOT',
      organization: { subscription: { status: 'PAST_DUE' } },
    });
    found.leave();
    told.leave();
  }
  rmSync(folder, { recursive: true });
});
