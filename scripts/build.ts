import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, rmSync } from 'node:fs';

/** `dist/` as it is published: the sources and the sandbox as JavaScript, beside the browser pages. */
for (const folder of ['dist/src', 'dist/sandbox']) rmSync(folder, { recursive: true, force: true });
const { status } = spawnSync('tsc', ['-p', 'tsconfig.build.json'], { stdio: 'inherit' });
if (status !== 0) process.exit(status ?? 1);
cpSync('package.json', 'dist/package.json');
cpSync('examples', 'dist/examples', { recursive: true });
chmodSync('dist/src/main.js', 0o755);
console.log('Built dist: the tollgate program is dist/src/main.js.');
