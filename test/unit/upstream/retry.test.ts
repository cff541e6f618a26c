import { expect, test } from 'vitest';
import { Failure } from '../../../src/domain/failure.ts';
import { createRetryBudget, withRetries } from '../../../src/upstream/retry.ts';
import { createFakeClock } from '../fake-clock.ts';

const failure = new Failure('UPSTREAM_UNAVAILABLE', 'x');

function setUp() {
  const clock = createFakeClock();
  const attempts: number[] = [];
  const budget = createRetryBudget(clock);
  const run = (
    isTransient: boolean,
    goodAt = Number.POSITIVE_INFINITY,
    patienceMs = 60_000,
    signal = new AbortController().signal,
  ) => {
    const deadline = clock.now() + patienceMs;
    const attempt = async () => {
      attempts.push(clock.now());
      return attempts.length >= goodAt ? { value: 'good' } : { failure, isTransient };
    };
    return withRetries(attempt, { clock, random: () => 0.5, deadline: () => deadline, signal, budget });
  };
  return { clock, attempts, budget, run };
}

test('what is transient is tried three times in all, after growing delays', async () => {
  const { clock, attempts, run } = setUp();
  const start = clock.now();
  const result = expect(run(true)).rejects.toBe(failure);
  await clock.pass(10_000);
  await result;
  expect(attempts.map((at) => at - start)).toEqual([0, 100, 300]);
});

test('what is not transient is tried once', async () => {
  const { attempts, run } = setUp();
  await expect(run(false)).rejects.toBe(failure);
  expect(attempts).toHaveLength(1);
});

test('a second try that is good is the answer', async () => {
  const { clock, run } = setUp();
  const result = run(true, 2);
  await clock.pass(1_000);
  expect(await result).toBe('good');
});

test('no try begins after the deadline, and none after it was cancelled', async () => {
  const { clock, attempts, run } = setUp();
  await expect(run(true, 9, 50)).rejects.toBe(failure);
  const controller = new AbortController();
  const cancelled = expect(run(true, 9, 60_000, controller.signal)).rejects.toBe(failure);
  await clock.pass(10);
  controller.abort();
  await cancelled;
  expect(attempts).toHaveLength(2);
});

test('a further try that is never sent leaves the failure of the one before', async () => {
  const { clock, budget } = setUp();
  const refusal = new Failure('RATE_LIMITED', 'x');
  const answers = [{ failure, isTransient: true }];
  const result = withRetries(
    async () => {
      const answer = answers.pop();
      if (answer) return answer;
      throw refusal;
    },
    {
      clock,
      random: () => 0,
      deadline: () => clock.now() + 1_000,
      signal: new AbortController().signal,
      budget,
    },
  );
  const expected = expect(result).rejects.toBe(failure);
  await clock.pass(1_000);
  await expected;
});

test('retries are a fifth of the traffic and a few a minute, no more', () => {
  const { budget } = setUp();
  let retries = 0;
  for (let call = 0; call < 1_000; call += 1) {
    budget.earn();
    if (budget.spend()) retries += 1;
  }
  expect(retries).toBe(20 + 200 - 1);
});

test('a spent budget fills by itself, slowly', async () => {
  const { clock, budget } = setUp();
  while (budget.spend());
  await clock.pass(6_000);
  expect([budget.spend(), budget.spend()]).toEqual([true, false]);
});
