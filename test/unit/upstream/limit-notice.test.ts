import { expect, test } from 'vitest';
import { readLimitNotice } from '../../../src/upstream/limit-notice.ts';

const now = Date.UTC(2026, 10, 15, 10);

test('limit, remainder and reset are read from the live headers, on our own clock', () => {
  const upstreamNow = now + 3_600_000;
  const headers = {
    date: new Date(upstreamNow).toUTCString(),
    'x-ratelimit-limit': '60',
    'x-ratelimit-remaining': '41',
    'x-ratelimit-reset': String(upstreamNow / 1000 + 45),
  };
  expect(readLimitNotice(200, headers, now)).toEqual({
    limit: 60,
    window: { id: upstreamNow / 1000 + 45, remaining: 41, resetAt: now + 45_000 },
    isThrottled: false,
  });
});

test.each([
  ['seconds', '7', 7_000],
  ['a date, against the date of the answer itself', 'Sun, 15 Nov 2026 12:00:20 GMT', 20_000],
  ['a date that is over, as soon as may be', 'Sun, 15 Nov 2026 11:00:00 GMT', 1_000],
  ['a day, no longer than an upstream is believed', '86400', 300_000],
  ['a thousand million, the same', '1000000000', 300_000],
  ['words, which say nothing', 'soon', 60_000],
  ['a negative number, which says nothing', '-1', 60_000],
  ['an exponent, which says nothing', '1e9', 60_000],
  ['a duration, which says nothing here', '850ms', 60_000],
  ['nothing at all', undefined, 60_000],
])('a 429 pauses by its retry-after: %s', (_, retryAfter, pauseMs) => {
  const headers = {
    date: 'Sun, 15 Nov 2026 12:00:00 GMT',
    ...(retryAfter !== undefined && { 'retry-after': retryAfter }),
  };
  expect(readLimitNotice(429, headers, now)).toEqual({ isThrottled: true, pauseMs });
});

test('a 429 without retry-after pauses until the reset', () => {
  const headers = { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(now / 1000 + 12) };
  expect(readLimitNotice(429, headers, now)).toMatchObject({ isThrottled: true, pauseMs: 12_000 });
});

test('a 503 pauses only where it says for how long, and is no refusal for number', () => {
  expect(readLimitNotice(503, {}, now)).toEqual({ isThrottled: false });
  expect(readLimitNotice(503, { 'retry-after': '3' }, now)).toEqual({ isThrottled: false, pauseMs: 3_000 });
});

test('rate headers that make no sense are ignored', () => {
  const nonsense = {
    'x-ratelimit-limit': '-5',
    'x-ratelimit-remaining': 'many',
    'x-ratelimit-reset': '6m0s',
  };
  expect(readLimitNotice(200, nonsense, now)).toEqual({ isThrottled: false });
  const longAgo = { 'x-ratelimit-remaining': '3', 'x-ratelimit-reset': '12' };
  expect(readLimitNotice(200, longAgo, now)).toEqual({ isThrottled: false });
});
