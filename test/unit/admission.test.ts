import { expect, test } from 'vitest';
import { createAdmission } from '../../src/server/admission.ts';
import { createFakeClock } from './fake-clock.ts';

const plenty = { operationsInFlight: 100, operationsPerCaller: 100, requestsPerMinute: 100 };

test('beyond what is borne nothing is let in, until something ends', () => {
  const admission = createAdmission({ ...plenty, operationsInFlight: 2 }, createFakeClock());
  const free = admission.admit('one');
  expect(admission.isFull()).toBe(false);
  admission.admit('other');
  expect(admission.isFull()).toBe(true);
  expect(() => admission.admit('third')).toThrow(
    expect.objectContaining({ code: 'OVERLOADED', details: { retryAfter: 1 } }),
  );
  free();
  expect(admission.isFull()).toBe(false);
  admission.admit('third');
});

test('one caller’s operations leave the places of others', () => {
  const admission = createAdmission({ ...plenty, operationsPerCaller: 1 }, createFakeClock());
  const free = admission.admit('one');
  expect(() => admission.admit('one')).toThrow(expect.objectContaining({ code: 'RATE_LIMITED' }));
  admission.admit('other');
  free();
  admission.admit('one');
});

test('a minute’s requests can be made at once, and then as they come back', async () => {
  const clock = createFakeClock();
  const admission = createAdmission({ ...plenty, requestsPerMinute: 4 }, clock);
  const ask = (): void => admission.admit('one')();
  for (let time = 0; time < 4; time += 1) ask();
  expect(ask).toThrow(expect.objectContaining({ code: 'RATE_LIMITED', details: { retryAfter: 15 } }));
  admission.admit('other')();
  await clock.pass(14_900);
  expect(ask).toThrow(expect.objectContaining({ details: { retryAfter: 1 } }));
  await clock.pass(100);
  ask();
  expect(ask).toThrow(expect.objectContaining({ details: { retryAfter: 15 } }));
  await clock.pass(3_600_000);
  for (let time = 0; time < 4; time += 1) ask();
  expect(ask).toThrow(expect.objectContaining({ code: 'RATE_LIMITED' }));
});

test('what is left of a minute can be read, which spends nothing', async () => {
  const clock = createFakeClock();
  const admission = createAdmission({ ...plenty, requestsPerMinute: 4 }, clock);
  const now = clock.now();
  expect(admission.allowanceOf('one')).toEqual({ limit: 4, remaining: 4, fullAt: now });
  for (let time = 0; time < 3; time += 1) admission.admit('one')();
  for (let time = 0; time < 3; time += 1) {
    expect(admission.allowanceOf('one')).toEqual({ limit: 4, remaining: 1, fullAt: now + 45_000 });
  }
  expect(admission.allowanceOf('other')).toMatchObject({ remaining: 4 });
  await clock.pass(15_000);
  expect(admission.allowanceOf('one')).toEqual({ limit: 4, remaining: 2, fullAt: now + 45_000 });
});

test('what is refused takes no place and spends nothing', async () => {
  const clock = createFakeClock();
  const admission = createAdmission({ ...plenty, operationsPerCaller: 1, requestsPerMinute: 2 }, clock);
  const free = admission.admit('one');
  for (let time = 0; time < 10; time += 1) expect(() => admission.admit('one')).toThrow('under way');
  free();
  admission.admit('one')();
  expect(() => admission.admit('one')).toThrow('2 requests a minute');
  await admission.idle();
});

test('a stop can wait for what is under way', async () => {
  const admission = createAdmission(plenty, createFakeClock());
  await admission.idle();
  const frees = [admission.admit('one'), admission.admit('one')];
  let isIdle = false;
  const idle = admission.idle().then(() => {
    isIdle = true;
  });
  frees[0]?.();
  await Promise.resolve();
  expect(isIdle).toBe(false);
  frees[1]?.();
  await idle;
  expect(isIdle).toBe(true);
});
