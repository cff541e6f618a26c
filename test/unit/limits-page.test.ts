import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { helpText } from '../../src/config.ts';
import { errorCodes } from '../../src/domain/failure.ts';
import { limits, limitVariables } from '../../src/limit-settings.ts';

const rows = readFileSync('docs/limits.md', 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('| `'))
  .map((line) => line.split('|').map((cell) => cell.trim().replaceAll('`', '')));

test('the page on limits tells every limit as it is, and no other', () => {
  const told = rows.map(([, name, variable, standard, counts]) => [name, variable, standard, counts]);
  const settings = Object.entries(limitVariables).map(([name, { variable, counts }]) => [
    name,
    variable,
    String(Reflect.get(limits.parse({}), name)),
    counts,
  ]);
  expect(new Set(told.map(String))).toEqual(new Set(settings.map(String)));
  expect(told).toHaveLength(settings.length);
});

test('the page names only answers that there are', () => {
  for (const [, name, , , , answer = ''] of rows) {
    const code = /^(?:400|413|429|503) ([A-Z_]+)$/.exec(answer)?.[1];
    const known: readonly string[] = errorCodes;
    expect([name, known.includes(code ?? '') || answer.endsWith('connection closed')]).toEqual([name, true]);
  }
});

test('every limit can be set from the environment', () => {
  for (const { variable } of Object.values(limitVariables)) expect(helpText()).toContain(variable);
});
