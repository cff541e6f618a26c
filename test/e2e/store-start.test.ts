import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';

const opener = fileURLToPath(new URL('../kit/store-opener.ts', import.meta.url));

async function answer(child: ChildProcess): Promise<unknown> {
  const [message] = await once(child, 'message');
  return message;
}

test('processes that open a new file at the same moment all open it', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tollgate-store-'));
  const children = Array.from({ length: 4 }, () => fork(opener));
  onTestFinished(() => {
    for (const child of children) child.disconnect();
    rmSync(folder, { recursive: true });
  });
  await Promise.all(children.map(answer));
  for (let round = 0; round < 20; round += 1) {
    const answers = children.map(answer);
    const order = { path: join(folder, `${round}.db`), at: Date.now() + 20 };
    for (const child of children) child.send(order);
    expect(await Promise.all(answers)).toEqual(children.map(() => 'opened'));
  }
});
