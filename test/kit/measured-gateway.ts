import { readConfig } from '../../src/config.ts';
import { createGateway } from '../../src/gateway.ts';

/** A gateway in a process of its own that tells what it holds. Needs `--expose-gc`. */
const gateway = await createGateway({ ...readConfig(), port: 0, logLevel: 'silent' });
process.on('message', () => {
  for (let time = 0; time < 3; time += 1) globalThis.gc?.();
  process.send?.({ heapBytes: process.memoryUsage().heapUsed, handles: process.getActiveResourcesInfo() });
});
process.on('disconnect', () => void gateway.close());
process.send?.(gateway.url);
