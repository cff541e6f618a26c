import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { systemClock } from '../../src/domain/clock.ts';
import { startTestGateway, type TestGateway } from '../kit/gateway.ts';

/** What sandbox and gateway answer, as it came. */
type Wire = ReturnType<typeof JSON.parse>;

/** Runs as ever, from the day on which the sandbox's world stands. */
const startedAt = Date.now();
const clock = {
  ...systemClock,
  now: () => Date.parse('2026-11-15T10:00:00Z') + Date.now() - startedAt,
};

const quota = '{ included used remaining overage }';
const usageFields = `unit periodStart periodEnd resetAt asOf fetchedAt operations ${quota} credits ${quota} storage ${quota} dataTransfer ${quota} users ${quota}`;
const dayFields = 'date operations executions errors credits dataTransfer fetchedAt';
const forecastFields =
  'period { start end } unit included used basedOnDays isByWeekday averagePerDay predicted low high confidence expectedOverage exhaustedAt fetchedAt';

const iso = (text: string) => new Date(text).toISOString();
const text = (value: number | null | undefined) => (value == null ? null : String(value));

for (const dialect of ['documented', 'live'] as const) {
  describe(`in the ${dialect} dialect`, () => {
    let gateway: TestGateway;
    beforeAll(async () => {
      gateway = await startTestGateway({ dialect, clock });
    });
    afterAll(() => gateway[Symbol.asyncDispose]());

    async function raw(path: string): Promise<Wire> {
      const { makeDocumented, makeLive } = gateway.sandbox.origins;
      const response = await fetch(`${dialect === 'live' ? makeLive : makeDocumented}/api/v2${path}`, {
        headers: { authorization: 'Token 00000000-0000-4000-8000-000000000000' },
      });
      return response.json();
    }

    async function ask(fields: string, caller = 'sandbox-owner', organization = 1002) {
      const { data, errors } = await gateway.query<{ organization: Wire }, object>(
        `{ organization(id: "${organization}") { ${fields} } }`,
        {},
        { caller },
      );
      return { ...data?.organization, errors };
    }

    if (dialect === 'documented') {
      test('usage is what Make counts', async () => {
        const wire = await raw('/cashier/usage/current/1002');
        const { usage, errors } = await ask(`usage { ${usageFields} }`);
        expect(errors).toEqual([]);
        const { operations, storage, users } = wire;
        expect(usage).toEqual({
          unit: 'OPERATIONS',
          periodStart: iso(wire.period.start),
          periodEnd: iso(wire.period.end),
          resetAt: iso(operations.resetDate),
          asOf: expect.stringMatching(/^2026-11-15T10:/),
          fetchedAt: expect.stringMatching(/^2026-11-15T10:/),
          operations: {
            included: text(operations.included),
            used: text(operations.used),
            remaining: text(Math.max(0, operations.included - operations.used)),
            overage: text(operations.overage),
          },
          credits: null,
          storage: expect.objectContaining({ used: text(storage.used), included: text(storage.included) }),
          dataTransfer: null,
          users: expect.objectContaining({ used: text(users.active), included: text(users.included) }),
        });
      });
    } else {
      test('usage is what the counters of the organization say', async () => {
        const { organization: wire } = await raw('/organizations/1002');
        const { usage, errors } = await ask(`usage { ${usageFields} }`);
        expect(errors).toEqual([]);
        const included = Number(wire.license.operations) + Number(wire.operationsExt ?? 0);
        expect(usage).toMatchObject({
          unit: 'OPERATIONS',
          periodStart: iso(wire.lastReset),
          periodEnd: iso(wire.nextReset),
          asOf: null,
          operations: {
            included: text(included),
            used: text(wire.operations),
            remaining: text(wire.unusedOperations),
            overage: text(Math.max(0, Number(wire.operations) - included)),
          },
          credits: { used: text(Number(wire.centicreditsConsumed) / 100) },
          storage: null,
          dataTransfer: { used: text(wire.transfer) },
          users: null,
        });
      });
    }

    test('the history is that of the last thirty days, or of the period asked for', async () => {
      const { usageHistory, errors } = await ask(`usageHistory { ${dayFields} }`);
      expect(errors).toEqual([]);
      const rows: Wire[] =
        dialect === 'live'
          ? (await raw('/organizations/1002/usage')).data
          : (await raw('/cashier/usage/history/1002')).history;
      const expected = rows.map((row) => ({
        date: dialect === 'live' ? row.date.split('-').toReversed().join('-') : row.date,
        operations: text(row.operations),
        executions: text(row.executions),
        errors: text(row.errors),
        credits: text(row.centicredits === undefined ? null : row.centicredits / 100),
        dataTransfer: text(row.dataTransfer),
        fetchedAt: expect.any(String),
      }));
      expect(expected.length).toBeGreaterThan(20);
      expect(usageHistory).toEqual(expected);

      const within = await ask(
        'usageHistory(period: { range: { from: "2026-11-02T00:00:00Z", to: "2026-11-05T00:00:00Z" } }) { date }',
      );
      expect(within.usageHistory).toEqual([
        { date: '2026-11-02' },
        { date: '2026-11-03' },
        { date: '2026-11-04' },
      ]);
    });

    test('the present period is the one that the plan is counted in', async () => {
      const { usage, usageHistory } = await ask(
        'usage { periodStart operations { used } } usageHistory(period: { preset: CURRENT_PERIOD }) { date operations }',
      );
      expect(usageHistory[0].date).toBe(usage.periodStart.slice(0, 10));
      const sum = usageHistory.reduce((total: number, day: Wire) => total + Number(day.operations), 0);
      expect(String(sum)).toBe(usage.operations.used);
    });

    test.each([
      ['{ range: { from: "2026-11-02T00:00:00Z", to: "2026-11-01T00:00:00Z" } }'],
      ['{ range: { from: "2020-11-02T00:00:00Z", to: "2026-11-01T00:00:00Z" } }'],
    ])('the period %s is refused', async (period) => {
      const { usageHistory, errors } = await ask(`usageHistory(period: ${period}) { date }`);
      expect(usageHistory).toBeNull();
      expect(errors[0]?.extensions?.['code']).toBe('BAD_USER_INPUT');
    });

    test("the forecast is our own, and Make's stands beside it where there is one", async () => {
      const { usage, usageForecast, errors } = await ask(
        `usage { periodStart periodEnd operations { used included } } usageForecast { ${forecastFields} upstream { period { start end } generatedAt method included used averagePerDay predicted expectedOverage exhaustedAt } }`,
      );
      expect(errors).toEqual([]);
      const { upstream, ...own } = usageForecast;
      expect(own).toMatchObject({
        period: { start: usage.periodStart, end: usage.periodEnd },
        unit: 'OPERATIONS',
        used: usage.operations.used,
        included: usage.operations.included,
        basedOnDays: 28,
        isByWeekday: true,
      });
      const [used, low, predicted, high, included] = [
        own.used,
        own.low,
        own.predicted,
        own.high,
        own.included,
      ].map(Number);
      expect(used).toBeLessThan(low!);
      expect(low).toBeLessThan(predicted!);
      expect(predicted).toBeLessThan(high!);
      expect(own.expectedOverage).toBe(String(Math.max(0, predicted! - included!)));
      if (dialect === 'live') {
        expect(upstream).toBeNull();
        return;
      }
      const wire = await raw('/cashier/usage/predictions/1002');
      expect(upstream).toMatchObject({
        period: { start: iso(wire.period.start), end: iso(wire.period.end) },
        method: wire.method,
        included: text(wire.operations.included),
        used: text(wire.operations.used),
        averagePerDay: text(wire.operations.averagePerDay),
        expectedOverage: text(wire.operations.predictedOverage),
      });
      // both look at the same weeks, in different ways
      expect(Math.abs(Number(upstream.predicted) - predicted!)).toBeLessThan(predicted! / 5);
    });

    test('everybody with a role sees it, and others do not', async () => {
      for (const caller of ['sandbox-member', 'sandbox-accountant', 'sandbox-readonly']) {
        const { usage, errors } = await ask('usage { unit }', caller);
        expect([usage, errors]).toEqual([{ unit: 'OPERATIONS' }, []]);
      }
      const { data } = await gateway.query(
        '{ organization(id: "1002") { usage { unit } } }',
        {},
        { caller: 'sandbox-outsider' },
      );
      expect(data).toEqual({ organization: null });
    });

    test('usage, history and forecast of one operation share their requests', async () => {
      await using fresh = await startTestGateway({ dialect, clock });
      await fresh.query(
        '{ organization(id: "1003") { usage { unit } usageHistory { date } usageForecast { predicted } } }',
      );
      const stats = (await fresh.control('stats')) as { buckets: Record<string, { total: number }> };
      expect(stats.buckets['make:1003']?.total).toBe(2);
    });
  });
}
