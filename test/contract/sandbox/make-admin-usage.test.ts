import { afterAll, expect, test } from 'vitest';
import { startAdmin } from './make-admin-calls.ts';

const admin = await startAdmin();
const { documented, live } = admin;
afterAll(() => admin.sandbox.close());

interface Day {
  readonly date: string;
  readonly operations: number;
}

const sumOf = (days: readonly Day[]): number => days.reduce((sum, { operations }) => sum + operations, 0);

test('usage has operations, storage and users, each against what the plan includes', async () => {
  const { json } = await documented('/cashier/usage/1002', { token: [1002] });
  expect(json).toEqual({
    organizationId: 1002,
    period: { start: expect.any(String), end: json.operations.resetDate },
    operations: { included: 40_000, used: expect.any(Number), overage: 0, resetDate: expect.any(String) },
    storage: { included: expect.any(Number), used: expect.any(Number), overage: 0 },
    users: { included: 10, active: 7, overage: 0 },
  });
  const current = await documented('/cashier/usage/current/1002', { token: [1002] });
  expect(current.json).toEqual({ ...json, asOf: '2026-03-05T09:00:00.000Z' });
});

test('counters agree: the period of usage, its daily history, the organization and its scenarios', async () => {
  const usage = (await documented('/cashier/usage/1004')).json;
  const { start } = usage.period;
  const history = (await documented(`/cashier/usage/history/1004?from=${start}`)).json.history;
  expect(sumOf(history)).toBe(usage.operations.used);
  const { organization } = (await documented('/organizations/1004')).json;
  expect(organization.operations).toBe(String(usage.operations.used));
  expect(organization.lastReset).toBe(start);
  expect(organization.nextReset).toBe(usage.operations.resetDate);
  expect(organization.unusedOperations).toBe(String(usage.operations.included - usage.operations.used));
  const { scenarioConsumptions } = (await live('/scenarios/consumptions?organizationId=1004')).json;
  expect(sumOf(scenarioConsumptions)).toBe(usage.operations.used);
});

test('history has a row for every day asked for, quieter at weekends', async () => {
  const { json } = await documented('/cashier/usage/history/1004?from=2025-02-01&to=2026-02-28');
  expect(json.history).toHaveLength(393);
  expect(json.history[0]).toEqual({
    date: '2025-02-01',
    operations: expect.any(Number),
    executions: expect.any(Number),
    errors: expect.any(Number),
    dataTransfer: expect.any(Number),
    centicredits: expect.any(Number),
  });
  const on = (days: readonly number[]): readonly Day[] =>
    json.history.filter(({ date }: Day) => days.includes(new Date(date).getUTCDay()));
  expect(sumOf(on([0, 6])) / on([0, 6]).length).toBeLessThan(0.5 * (sumOf(on([2, 3])) / on([2, 3]).length));
  expect((await documented('/cashier/usage/history/1004')).json.history).toHaveLength(30);
  expect((await documented('/cashier/usage/history/1004?from=2020-01-01')).json.details.field).toBe('from');
});

test('the prediction adds the mean of the last seven days for the rest of the period', async () => {
  const { json } = await documented('/cashier/usage/predictions/1001', { token: [1001] });
  const week = 'from=2026-02-26&to=2026-03-04';
  const { history } = (await documented(`/cashier/usage/history/1001?${week}`, { token: [1001] })).json;
  const perDay = sumOf(history) / 7;
  const daysLeft = (Date.parse(json.period.end) - Date.parse(json.generatedAt)) / 86_400_000;
  expect(json).toMatchObject({ method: 'average_of_last_7_days', generatedAt: '2026-03-05T09:00:00.000Z' });
  expect(json.operations).toMatchObject({
    included: 10_000,
    averagePerDay: Math.round(perDay),
    predicted: json.operations.used + Math.round(perDay * daysLeft),
  });
});

test('added operations count at once everywhere, also beyond the plan', async () => {
  await using own = await startAdmin();
  const used = async () => (await own.documented('/cashier/usage/1001', { token: [1001] })).json.operations;
  const before = await used();
  const { added } = await own.change({ organization: 1001, add: { operations: 20_000 } });
  expect(added.operations).toMatchObject({ used: before.used + 20_000, included: 10_000 });
  const after = await used();
  expect(after).toMatchObject({ used: before.used + 20_000, overage: before.used + 10_000 });
  const { json } = await own.live(`/scenarios/${added.operations.scenarioId}/usage`, { token: [1001] });
  expect(json.data.at(-1)).toMatchObject({ date: '05-03-2026' });
  expect(json.data.at(-1).operations).toBeGreaterThan(20_000);
  const prediction = await own.documented('/cashier/usage/predictions/1001', { token: [1001] });
  expect(prediction.json.operations.exhaustedAt).toBe('2026-03-05T09:00:00.000Z');
});

test('usage grows through the day and starts anew when the period ends', async () => {
  await using own = await startAdmin();
  const usage = async () => (await own.documented('/cashier/usage/1004')).json;
  const before = await usage();
  await own.advance('PT6H');
  const later = await usage();
  expect(later.operations.used).toBeGreaterThan(before.operations.used);
  await own.advance('P1M');
  const next = await usage();
  expect(next.period.start).toBe(before.period.end);
  expect(next.operations.resetDate > before.operations.resetDate).toBe(true);
});

test('the organization is the same in both dialects, counters as decimal strings', async () => {
  const [one, other] = [
    await documented('/organizations/1005', { token: [1005] }),
    await live('/organizations/1005', { token: [1005] }),
  ];
  expect(one.json).toEqual(other.json);
  expect(one.json.organization).toMatchObject({
    id: 1005,
    name: 'Pebble Studio',
    zone: 'us2.make.com',
    productName: 'Free',
    license: { apiLimit: 30, operations: 1000, scenarios: 2, retention: 7, restartPeriod: '1 month' },
    operations: expect.stringMatching(/^\d+$/),
    unusedOperations: expect.stringMatching(/^\d+$/),
    centicreditsConsumed: expect.stringMatching(/^\d+$/),
    teams: [{ id: 10051, name: 'Everyone' }],
  });
});

test('more than a year of the past is there, and the second organization comes near its plan each month', async () => {
  const months = await Promise.all(
    ['2025-09', '2025-10', '2025-11', '2026-01'].map(async (month) => {
      const query = `from=${month}-01&to=${month}-30`;
      return sumOf(
        (await documented(`/cashier/usage/history/1002?${query}`, { token: [1002] })).json.history,
      );
    }),
  );
  for (const used of months) {
    expect(used).toBeGreaterThan(0.65 * 40_000);
    expect(used).toBeLessThan(40_000);
  }
});
