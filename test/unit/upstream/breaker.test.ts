import { expect, test } from 'vitest';
import { createBreaker } from '../../../src/upstream/breaker.ts';
import { createBreakers } from '../../../src/upstream/breakers.ts';
import { createFakeClock } from '../fake-clock.ts';

function setUp() {
  const clock = createFakeClock();
  const states: string[] = [];
  const breaker = createBreaker({
    clock,
    random: () => 0.5,
    failuresInARow: 3,
    onChange: (state) => states.push(state),
  });
  const fail = (times: number): void => {
    for (let count = 0; count < times; count += 1) breaker.admit()?.('bad');
  };
  return { clock, states, breaker, fail };
}

test('failures in a row open it, a good answer between them does not', () => {
  const { breaker, fail } = setUp();
  fail(2);
  breaker.admit()?.('good');
  fail(2);
  expect(breaker.state()).toBe('closed');
  fail(1);
  expect(breaker.state()).toBe('open');
  expect(breaker.admit()).toBeUndefined();
  expect(breaker.waitMs()).toBe(2_500);
});

test('half of many failing opens it, even with good answers between', () => {
  const { breaker } = setUp();
  for (let count = 0; count < 10; count += 1) {
    breaker.admit()?.('good');
    breaker.admit()?.('bad');
  }
  expect(breaker.state()).toBe('open');
});

test('what was cancelled counts for nothing', () => {
  const { breaker } = setUp();
  for (let count = 0; count < 50; count += 1) breaker.admit()?.('neutral');
  expect(breaker.state()).toBe('closed');
});

test('after its open time it lets a few probes through, and closes when they are good', async () => {
  const { clock, breaker, fail, states } = setUp();
  fail(3);
  await clock.pass(2_500);
  const probes = [breaker.admit(), breaker.admit(), breaker.admit(), breaker.admit()];
  expect(probes.map((probe) => probe !== undefined)).toEqual([true, true, true, false]);
  for (const probe of probes) probe?.('good');
  expect(states).toEqual(['open', 'half-open', 'closed']);
});

test('a bad probe opens it again for twice as long, and the others under way change nothing', async () => {
  const { clock, breaker, fail } = setUp();
  fail(3);
  await clock.pass(2_500);
  const [bad, late, later] = [breaker.admit(), breaker.admit(), breaker.admit()];
  bad?.('bad');
  late?.('good');
  later?.('bad');
  expect(breaker.waitMs()).toBe(5_000);
});

test('an upstream that flaps by the second keeps it open ever longer, up to a limit', async () => {
  const { clock, breaker, states } = setUp();
  let sent = 0;
  for (let ms = 0; ms < 300_000; ms += 100) {
    const tell = breaker.admit();
    if (tell) sent += 1;
    tell?.(Math.floor(ms / 1000) % 2 === 0 ? 'bad' : 'good');
    await clock.pass(100);
  }
  expect(states.filter((state) => state === 'open').length).toBeLessThan(20);
  expect(sent).toBeLessThan(300);
  expect(breaker.waitMs()).toBeLessThanOrEqual(45_000);
});

test('a probe that is cancelled gives its turn back', async () => {
  const { clock, breaker, fail } = setUp();
  fail(3);
  await clock.pass(2_500);
  for (let count = 0; count < 10; count += 1) breaker.admit()?.('neutral');
  expect(breaker.admit()).toBeDefined();
});

test('one broken endpoint closes itself off and leaves the others alone, however often it is probed', async () => {
  const clock = createFakeClock();
  const changes: string[] = [];
  const breakers = createBreakers({
    clock,
    random: () => 0,
    onChange: (state, endpoint) => changes.push(`${endpoint ?? 'all'} ${state}`),
  });
  for (let minute = 0; minute < 20; minute += 1) {
    for (let count = 0; count < 10; count += 1) breakers.admit('GET /payments')?.('bad');
    await clock.pass(60_000);
  }
  expect(breakers.state()).toBe('closed');
  expect(breakers.waitMs('GET /subscription')).toBe(0);
  expect(breakers.failing()).toEqual(['GET /payments']);
  expect(changes.filter((change) => change.startsWith('all'))).toEqual([]);
});

test('failures of several endpoints open the whole', () => {
  const breakers = createBreakers({ clock: createFakeClock(), random: () => 0, onChange: () => {} });
  for (let count = 0; count < 5; count += 1) {
    breakers.admit('GET /payments')?.('bad');
    breakers.admit('GET /subscription')?.('bad');
  }
  expect(breakers.state()).toBe('open');
  expect(breakers.admit('GET /plans')).toBeUndefined();
  expect(breakers.waitMs('GET /plans')).toBe(2_000);
});
