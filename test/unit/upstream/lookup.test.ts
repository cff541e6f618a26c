import type { LookupAddress } from 'node:dns';
import { expect, test } from 'vitest';
import { createLookup } from '../../../src/upstream/lookup.ts';
import { createFakeClock } from '../fake-clock.ts';

const address = (end: number): LookupAddress => ({ address: `192.0.2.${end}`, family: 4 });

/** A lookup whose questions wait until they are answered by hand. */
function setUp() {
  const clock = createFakeClock();
  const questions: PromiseWithResolvers<readonly LookupAddress[]>[] = [];
  const lookup = createLookup({
    clock,
    patienceMs: 1_000,
    resolve() {
      const question = Promise.withResolvers<readonly LookupAddress[]>();
      questions.push(question);
      return question.promise;
    },
  });
  const find = (hostname = 'api.example') =>
    new Promise((resolve, reject) =>
      lookup(hostname, { all: true }, (error, addresses) => (error ? reject(error) : resolve(addresses))),
    );
  return { clock, questions, lookup, find };
}

test('each connection asks anew, and goes where the latest answer says', async () => {
  const { questions, find } = setUp();
  for (const end of [1, 2]) {
    const found = find();
    questions.at(-1)?.resolve([address(end), address(9)]);
    expect(await found).toEqual([address(end), address(9)]);
  }
  expect(questions).toHaveLength(2);
});

test('who asks for the same host at the same time shares one question', async () => {
  const { questions, find } = setUp();
  const found = [find(), find(), find('other.example')];
  for (const [index, { resolve }] of questions.entries()) resolve([address(index)]);
  expect(await Promise.all(found)).toEqual([[address(0)], [address(0)], [address(1)]]);
});

test('F51 a lookup that fails falls back on the last good address, for a quarter of an hour', async () => {
  const { clock, questions, find } = setUp();
  const failing = () => {
    const found = find();
    questions.at(-1)?.reject(new Error('EAI_AGAIN'));
    return found;
  };
  await expect(failing()).rejects.toThrow('EAI_AGAIN');
  const good = find();
  questions.at(-1)?.resolve([address(1)]);
  await good;
  await clock.pass(15 * 60_000 - 1);
  expect(await failing()).toEqual([address(1)]);
  await clock.pass(1);
  await expect(failing()).rejects.toThrow('EAI_AGAIN');
});

test('F51 a lookup that hangs falls back on the last good address after a while, and is not asked twice', async () => {
  const { clock, questions, find } = setUp();
  const good = find();
  questions[0]?.resolve([address(1)]);
  await good;
  const found = [find(), find()];
  await clock.pass(999);
  const later = find('api.example');
  await clock.pass(1);
  expect(await Promise.all(found)).toEqual([[address(1)], [address(1)]]);
  questions[1]?.resolve([address(2)]);
  expect(await later).toEqual([address(2)]);
  expect(questions).toHaveLength(2);
});

test('whoever wants a single address gets the first, and of no addresses a failure', async () => {
  const { questions, lookup } = setUp();
  const single = () =>
    new Promise((resolve) =>
      lookup('api.example', {}, (...answer) =>
        resolve(answer.map((part) => (part instanceof Error ? 'none' : part))),
      ),
    );
  const first = single();
  questions[0]?.resolve([address(1), address(2)]);
  expect(await first).toEqual([null, '192.0.2.1', 4]);
  const none = single();
  questions[1]?.resolve([]);
  expect(await none).toEqual(['none', '']);
});
