import { performance } from 'node:perf_hooks';
import type { Metrics } from './metrics.ts';

/** What the process itself takes, under the names that dashboards for Node know. */
export function measureProcess({ reading }: Metrics): void {
  const one = (value: number) => [{ value }];
  reading('counter', 'process_cpu_seconds_total', 'Processor time used.', () => {
    const { user, system } = process.cpuUsage();
    return one((user + system) / 1e6);
  });
  reading('gauge', 'process_start_time_seconds', 'When the process began, in Unix seconds.', () =>
    one(performance.timeOrigin / 1000),
  );
  reading('gauge', 'process_resident_memory_bytes', 'Memory that the process holds.', () =>
    one(process.memoryUsage.rss()),
  );
  reading('gauge', 'nodejs_heap_size_used_bytes', 'Heap in use.', () => one(process.memoryUsage().heapUsed));
  reading(
    'counter',
    'nodejs_eventloop_active_seconds_total',
    'Time that the event loop was busy: its rate is how loaded the process is.',
    () => one(performance.eventLoopUtilization().active / 1000),
  );
}
