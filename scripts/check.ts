import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { breakingChanges } from './breaking-changes.ts';

/** Everything that is held about the sources, one line each. What fails prints why; the others still run. */
const checks: readonly { readonly name: string; readonly run: () => string }[] = [
  { name: 'format', run: () => command('biome', 'check') },
  { name: 'types', run: () => command('tsc', '-p', '.') },
  { name: 'types of the browser pages', run: () => command('tsc', '-p', 'console') },
  { name: 'lint and import rules', run: () => command('oxlint', '--type-aware', '--quiet') },
  { name: 'dead code', run: () => command('knip', '--no-progress') },
  {
    name: 'schema.graphql is the graph',
    run: () => unchanged(['schema.graphql'], ['node', 'scripts/print-schema.ts']),
  },
  { name: 'nothing that clients rely on goes unannounced', run: brokenPromises },
  {
    name: 'generated documents',
    run: () =>
      unchanged(
        ['test/generated', 'examples/trusted-documents.json'],
        ['graphql-codegen', '--config', 'codegen.ts'],
      ),
  },
];

let failures = 0;
for (const { name, run } of checks) {
  const startedAt = performance.now();
  const complaint = run();
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  console.log(`${complaint === '' ? 'ok  ' : 'FAIL'} ${name} (${seconds} s)`);
  if (complaint !== '') {
    console.log(complaint);
    failures += 1;
  }
}
process.exitCode = failures === 0 ? 0 : 1;

/** What the command printed where it failed; nothing where it did not. */
function command(name: string, ...options: string[]): string {
  const { status, stdout, stderr, error } = spawnSync(name, options, { encoding: 'utf8' });
  if (status === 0) return '';
  return `${stdout ?? ''}${stderr ?? ''}${error?.message ?? ''}`.trim() || `${name} failed`;
}

/** Removing or changing what the last release showed asks for a deprecation in a release before. */
function brokenPromises(): string {
  const [released, present] = ['schema.released.graphql', 'schema.graphql'].map((path) =>
    readFileSync(path, 'utf8'),
  );
  return breakingChanges(released ?? '', present ?? '').join('\n');
}

/** Makes generated files and folders anew and compares; what stood there is put back. */
function unchanged(paths: readonly string[], [name = '', ...options]: readonly string[]): string {
  const kept = mkdtempSync(join(tmpdir(), 'tollgate-check-'));
  try {
    for (const path of paths) cpSync(path, join(kept, path), { recursive: true });
    const failed = command(name, ...options);
    if (failed !== '') return failed;
    const differences = paths.map((path) => command('diff', '-ru', join(kept, path), path)).join('');
    return differences === ''
      ? ''
      : `${paths.join(', ')}: not what the sources give; ${[name, ...options].join(' ')} makes it anew.\n${differences}`;
  } finally {
    for (const path of paths) {
      rmSync(path, { recursive: true, force: true });
      cpSync(join(kept, path), path, { recursive: true });
    }
    rmSync(kept, { recursive: true, force: true });
  }
}
