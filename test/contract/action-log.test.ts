import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { AccessEntry } from '../../src/access/access-entry.ts';
import { openStore } from '../../src/store/store.ts';
import { startTestGateway, type TestGateway } from '../kit/gateway.ts';
import { callerOf, type Trial, trialsByDialect } from './mutation-table.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tollgate-action-log-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const storeAt = (name: string): string => `sqlite:${join(folder, `${name}.db`)}`;

/** The newest entry that is on record. */
async function newest(url: string): Promise<AccessEntry | undefined> {
  const store = openStore(url);
  const last = await store.last('access');
  await store.close();
  return last && (JSON.parse(last.row) as { entries: readonly AccessEntry[] }).entries.at(-1);
}

/** Makes a change, and looks what is on record once its answer is there. */
async function act(gateway: TestGateway, url: string, { name }: Trial, input: object, caller: string) {
  const requestId = `${name}-by-${caller}`;
  const type = `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
  const { data, errors } = await gateway.query<Record<string, { __typename: string } | null>, object>(
    `mutation Act($input: ${type}Input!) { ${name}(input: $input) { __typename } }`,
    { input },
    { caller, headers: { 'x-tollgate-reason': 'ticket 7', 'x-request-id': requestId } },
  );
  const entry = await newest(url);
  expect(entry).toMatchObject({
    at: expect.stringMatching(/Z$/) as string,
    requestId,
    caller,
    kind: 'mutation',
    operation: 'Act',
    reason: 'ticket 7',
  });
  return {
    typename: data?.[name]?.__typename,
    codes: errors.map(({ extensions }) => extensions?.['code']),
    entry,
  };
}

/** The endpoint that was written to since. */
async function writtenTo(gateway: TestGateway, before: ReadonlySet<string>): Promise<string | undefined> {
  return [...(await writes(gateway))].find((endpoint) => !before.has(endpoint));
}

async function writes(gateway: TestGateway): Promise<ReadonlySet<string>> {
  const { requests } = (await gateway.control('stats')) as { requests: Readonly<Record<string, number>> };
  const asked = Object.entries(requests).filter(([, count]) => count > 0);
  return new Set(asked.map(([endpoint]) => endpoint).filter((endpoint) => !endpoint.startsWith('GET ')));
}

test.for(trialsByDialect)(
  '$title is on record before its answer, however it ends',
  { timeout: 30_000 },
  async (trial) => {
    const { name, dialect, organization = 1001 } = trial;
    const caller = callerOf(trial);
    const url = storeAt('first');
    await using gateway = await startTestGateway({ dialect, settings: { store: { url } } });
    const input = await trial.prepare(gateway, dialect);

    const refused = await act(
      gateway,
      url,
      trial,
      input,
      organization === null ? 'sandbox-owner' : 'sandbox-member',
    );
    expect(refused).toMatchObject({
      codes: ['FORBIDDEN'],
      entry: { organization, fields: [], refused: [name], outcome: 'refused', code: 'FORBIDDEN' },
    });
    const invalid = await act(gateway, url, trial, { ...input, idempotencyKey: '' }, caller);
    expect(invalid).toMatchObject({
      typename: 'InvalidInput',
      entry: { organization, fields: [name], refused: [], outcome: 'failed', code: 'BAD_USER_INPUT' },
    });
    const before = await writes(gateway);
    const done = await act(gateway, url, trial, input, caller);
    expect(done).toMatchObject({
      typename: expect.stringMatching(/Payload$/) as string,
      entry: { organization, fields: [name], refused: [], outcome: 'ok' },
    });
    expect(done.entry?.objects?.length).toBeGreaterThan(0);
    expect(done.entry?.code).toBeUndefined();
    if (trial.isInside === true) return;

    const endpoint = await writtenTo(gateway, before);
    const otherUrl = storeAt('second');
    await using other = await startTestGateway({ dialect, settings: { store: { url: otherUrl } } });
    const again = await trial.prepare(other, dialect);
    await other.control('faults', { endpoint, fault: 'reset', times: 1, before: true, afterEffect: false });
    const lost = await act(other, otherUrl, trial, again, caller);
    expect(lost.entry).toMatchObject({
      organization,
      fields: [name],
      outcome: 'failed',
      code: 'OUTCOME_UNKNOWN',
    });
  },
);
