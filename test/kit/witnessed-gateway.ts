import { createSandbox } from '../../sandbox/sandbox.ts';
import { readConfig } from '../../src/config.ts';
import { sandboxPlatformKey } from '../../src/sandbox-settings.ts';
import { startTestGateway, type TestGateway } from './gateway.ts';
import { startWitness, type Witness } from './witness.ts';

/** Which of the three upstreams is watched: Make in one of its dialects, or the platform. */
export type Watched = 'documented' | 'live' | 'platform';

interface WitnessedGateway extends AsyncDisposable {
  readonly gateway: TestGateway;
  readonly witness: Witness;
}

/** A gateway on a sandbox of its own without limits, and a witness of what goes to and fro between them. */
export async function startWitnessedGateway(watched: Watched): Promise<WitnessedGateway> {
  const closing = new AsyncDisposableStack();
  const sandbox = await createSandbox({
    port: 0,
    now: '2026-11-15T10:00:00Z',
    wallNow: Date.now,
    limits: 'off',
  });
  closing.defer(() => sandbox.close());
  const { makeLive, makeDocumented, platform } = sandbox.origins;
  const origins = { live: makeLive, documented: makeDocumented, platform };
  const witness = closing.use(await startWitness(origins[watched]));
  const { make } = readConfig({});
  const settings =
    watched === 'platform'
      ? { platform: { url: witness.origin, key: sandboxPlatformKey } }
      : { make: { ...make, dialect: watched, url: `${witness.origin}/api/v2` } };
  const gateway = closing.use(await startTestGateway({ over: sandbox, settings }));
  return { gateway, witness, [Symbol.asyncDispose]: () => closing.disposeAsync() };
}
