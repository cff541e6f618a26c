// Runs before the project's own commands, on whatever Node the system has: installs what the lock file names and
// builds the browser pages, each only when something changed. Plain JavaScript, because nothing is installed yet.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const stamps = join(root, 'node_modules', '.tollgate');
const lock = join(root, 'package-lock.json');

once('installed', [lock], 'Installing dependencies', () => {
  const npm = process.env.npm_execpath;
  // not `npm ci`: it refuses a lock file made where the registry lacks other systems' binaries
  const arguments_ = ['install', '--no-save', '--no-audit', '--no-fund', '--loglevel=error'];
  return npm === undefined ? run('npm', arguments_) : run(process.execPath, [npm, ...arguments_]);
});

once('web', [lock, join(root, 'console')], 'Building the browser pages', () =>
  run(join(root, 'node_modules/.bin/node'), [
    join(root, 'node_modules/vite/bin/vite.js'),
    'build',
    '--config=console/vite.config.ts',
    '--logLevel=warn',
  ]),
);

/** Does the work unless it was done already for these very files. */
function once(name, inputs, title, work) {
  const stamp = join(stamps, name);
  const digest = digestOf(inputs);
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === digest) return;

  const startedAt = Date.now();
  console.log(`${title} …`);
  const { status, error } = work();
  if (status !== 0) {
    console.error(`${title} failed${error === undefined ? '' : `: ${error.message}`}.`);
    process.exit(status ?? 1);
  }
  mkdirSync(stamps, { recursive: true });
  writeFileSync(stamp, digest);
  console.log(`${title} done (${((Date.now() - startedAt) / 1000).toFixed(0)} s).`);
}

function run(command, arguments_) {
  return spawnSync(command, arguments_, { cwd: root, stdio: 'inherit' });
}

function digestOf(inputs) {
  const digest = createHash('sha256');
  for (const file of inputs.flatMap(filesOf)) digest.update(file).update(readFileSync(file));
  return digest.digest('hex');
}

function filesOf(path) {
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path)
    .sort()
    .flatMap((name) => filesOf(join(path, name)));
}
