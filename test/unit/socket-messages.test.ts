import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cutReason, nextMessage } from '../../src/server/sockets/messages.ts';

test('a result that brings its own text is sent as it is', () => {
  const result = { data: { a: 1 }, stringify: () => '{"data":{"a":"made once"}}' };
  expect(nextMessage('"1"', result)).toBe(
    String.raw`{"id":"\"1\"","type":"next","payload":{"data":{"a":"made once"}}}`,
  );
});

test('a reason for closing fits its frame, whatever it says, and is cut between characters', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 300 }), (text) => {
      const cut = cutReason(text);
      expect(Buffer.byteLength(cut)).toBeLessThanOrEqual(123);
      expect(text.startsWith(cut)).toBe(true);
    }),
  );
});
