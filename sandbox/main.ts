import { isWebUrl } from './kernel/control.ts';
import { createSandbox, type Sandbox } from './sandbox.ts';

const portsNeeded = 3;

interface Settings {
  readonly port: number;
  readonly seed?: string;
  readonly now?: string;
  readonly limits?: 'enforced' | 'off';
  readonly webhookUrls: readonly string[];
  readonly webhookSecret?: string;
}

function readSettings(env: NodeJS.ProcessEnv, faults: string[]): Settings {
  const portText = env['SANDBOX_PORT'] ?? '4010';
  const port = Number(portText);
  const lastPort = 65_536 - portsNeeded;
  if (!/^\d{1,5}$/.test(portText) || port > lastPort) {
    faults.push(`SANDBOX_PORT: found ${portText}, accepted is 0 (any free ports) or 1 to ${lastPort}`);
  }
  const now = env['SANDBOX_NOW'];
  if (now !== undefined && Number.isNaN(Date.parse(now))) {
    faults.push(`SANDBOX_NOW: found ${now}, accepted is an ISO 8601 instant such as 2026-03-05T09:00:00Z`);
  }
  const limits = env['SANDBOX_LIMITS'] ?? 'enforced';
  if (limits !== 'enforced' && limits !== 'off') {
    faults.push(`SANDBOX_LIMITS: found ${limits}, accepted is enforced or off`);
  }
  const webhookUrls = (env['SANDBOX_WEBHOOK_URLS'] ?? '').split(',').filter((url) => url.trim() !== '');
  for (const url of webhookUrls.filter((candidate) => !isWebUrl(candidate))) {
    faults.push(`SANDBOX_WEBHOOK_URLS: found ${url}, accepted are http or https URLs, separated by commas`);
  }
  const seed = env['SANDBOX_SEED'];
  const webhookSecret = env['SANDBOX_WEBHOOK_SECRET'];
  return {
    port,
    limits: limits === 'off' ? 'off' : 'enforced',
    webhookUrls: webhookUrls.map((url) => url.trim()),
    ...(seed === undefined ? {} : { seed }),
    ...(now === undefined ? {} : { now }),
    ...(webhookSecret === undefined ? {} : { webhookSecret }),
  };
}

async function start(settings: Settings): Promise<Sandbox | null> {
  try {
    return await createSandbox(settings);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && 'port' in error)) throw error;
    const trouble = error.code === 'EADDRINUSE' ? 'is in use' : `cannot be had (${String(error.code)})`;
    console.error(
      `Port ${String(error.port)} ${trouble}: set SANDBOX_PORT to the first of ${portsNeeded} free ports in a row`,
    );
    return null;
  }
}

const faults: string[] = [];
const settings = readSettings(process.env, faults);
for (const fault of faults) console.error(fault);
const sandbox = faults.length === 0 ? await start(settings) : null;

if (sandbox === null) process.exitCode = 1;
else {
  const { makeDocumented, makeLive, platform } = sandbox.origins;
  console.log(
    `Sandbox ready: Make ${makeDocumented}/api/v2 (documented) and ${makeLive}/api/v2 (live), platform ${platform}/billing`,
  );
  const stop = (): void => {
    void sandbox.close().finally(() => process.exit(0));
  };
  process.once('SIGINT', stop).once('SIGTERM', stop).once('disconnect', stop);
  process.send?.({ ready: sandbox.origins });
}
