import { runAccess } from './access.ts';
import { runAttacks } from './attacks.ts';
import { runEvents } from './events.ts';
import { runLimiter } from './limiter.ts';
import { runPipeline } from './pipeline.ts';
import { runQueries } from './queries.ts';
import { runStart } from './start.ts';

/** `npm run bench [name …]`: each prints its tables and writes `bench/results/<name>.json`. */
const benches: Readonly<Record<string, () => Promise<void>>> = {
  access: runAccess,
  attacks: runAttacks,
  events: runEvents,
  limiter: runLimiter,
  pipeline: runPipeline,
  queries: runQueries,
  start: runStart,
};

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !(name in benches));
if (unknown.length > 0) {
  console.error(`There is no bench ${unknown.join(', ')}; there are ${Object.keys(benches).join(', ')}.`);
  process.exitCode = 1;
} else {
  for (const [name, run] of Object.entries(benches)) {
    if (asked.length === 0 || asked.includes(name)) await run();
  }
}
