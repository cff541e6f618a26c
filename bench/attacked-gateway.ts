import { monitorEventLoopDelay } from 'node:perf_hooks';
import { readConfig } from '../src/config.ts';
import { createGateway } from '../src/gateway.ts';
import { bytesInUse } from './report.ts';

/** A gateway in a process of its own, that tells how long its event loop was held and what memory it uses. */
const gateway = await createGateway({ ...readConfig(), port: 0, logLevel: 'silent' });
const settledAfterMs = 10;
const delay = monitorEventLoopDelay({ resolution: 2 });
delay.enable();
process.on('message', (question) => {
  switch (question) {
    case 'reset':
      delay.reset();
      return process.send?.('reset');
    case 'longest':
      // a hold is on record once the loop has come round again
      return void setTimeout(() => process.send?.(delay.max / 1e6), settledAfterMs);
    default:
      return process.send?.(bytesInUse());
  }
});
process.on('disconnect', () => void gateway.close());
process.send?.(gateway.url);
