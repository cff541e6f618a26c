import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { AccessEntry } from '../../src/access/access-entry.ts';
import { openStore } from '../../src/store/store.ts';
import { startTestGateway } from '../kit/gateway.ts';

interface Group {
  readonly entries: readonly AccessEntry[];
  readonly previous: string;
  readonly hash: string;
}

test('what was looked at and what was refused is on record, chained, with the reason and no payload', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tollgate-access-'));
  const url = `sqlite:${join(folder, 'store', 'tollgate.db')}`;
  try {
    for (const caller of ['sandbox-owner', 'sandbox-member']) {
      await using gateway = await startTestGateway({ settings: { store: { url } } });
      await gateway.query(
        'query Billing { organization(id: "1001") { name payments { totalCount } } }',
        {},
        {
          caller,
          headers: { 'x-tollgate-reason': 'quarterly review', 'x-request-id': `asked-by-${caller}` },
        },
      );
      await gateway.query('{ viewer { name } }', {}, { caller });
    }

    const store = openStore(url);
    const groups = (await store.read('access', { after: 0, limit: 100 })).map(
      ({ row }) => JSON.parse(row) as Group,
    );
    await store.close();
    // each gateway had a sandbox of its own: the second world forgot the first one's log
    const entries = groups.flatMap((group) => group.entries);
    expect(entries).toEqual([
      {
        at: expect.stringMatching(/^\d{4}-.*Z$/),
        requestId: 'asked-by-sandbox-member',
        caller: 'sandbox-member',
        organization: 1001,
        kind: 'query',
        operation: 'Billing',
        fields: [],
        refused: ['payments'],
        reason: 'quarterly review',
        outcome: 'refused',
      },
    ]);
    let previous = '0'.repeat(64);
    for (const group of groups) {
      expect(group.previous).toBe(previous);
      previous = createHash('sha256')
        .update(group.previous)
        .update(JSON.stringify(group.entries))
        .digest('hex');
      expect(group.hash).toBe(previous);
    }
    expect(statSync(join(folder, 'store', 'tollgate.db')).mode & 0o077).toBe(0);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
