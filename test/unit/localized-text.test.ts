import { expect, test } from 'vitest';
import { localizedText } from '../../src/datasources/wire.ts';

test.each([
  ['Core', 'Core'],
  [{ cs: 'Základ', en: 'Core' }, 'Core'],
  [{ cs: 'Základ' }, 'Základ'],
  [{ cs: null, en: 7 }, null],
  [{}, null],
])('of %j we take %j', (text, taken) => {
  expect(localizedText.parse(text)).toBe(taken);
});
