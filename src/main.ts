#!/usr/bin/env node
import { type Config, ConfigFaults, configFile, helpText, printConfig, readConfig } from './config.ts';
import { registerWebhook } from './sandbox-webhooks.ts';
import { startSandbox } from './start-sandbox.ts';
import { warningsAbout } from './startup-warnings.ts';

const known = ['--help', '--print-config'];
/** A terminal's Ctrl-C comes twice, once from the terminal and once through npm: only a later one is impatience. */
const impatientAfterMs = 1000;

await main(process.argv.slice(2));

async function main(options: readonly string[]): Promise<void> {
  const [command, ...rest] = options;
  if (command !== undefined && !command.startsWith('-')) {
    const { runCommand } = await import('./command-line/run-command.ts');
    process.exitCode = await runCommand(command, rest);
    return;
  }
  const unknown = options.filter((option) => !known.includes(option));
  if (unknown.length > 0) return fail(`${unknown.join(' ')}: not an option. Accepted: ${known.join(', ')}`);
  if (options.includes('--help')) return console.log(helpText());

  const config = readConfigOrFail();
  if (config === null) return;
  if (options.includes('--print-config')) return console.log(printConfig(config));
  for (const warning of warningsAbout(config, configFile())) console.error(`Warning: ${warning}`);
  await run(config);
}

function readConfigOrFail(): Config | null {
  try {
    return readConfig();
  } catch (error) {
    if (!(error instanceof ConfigFaults)) throw error;
    fail(error.message);
    return null;
  }
}

/** Sandbox and gateway start side by side; a signal stops both, also in the middle of the start. */
async function run(config: Config): Promise<void> {
  const ending = signalled();
  const startsSandbox = config.usesSandbox && config.sandbox.url === undefined;
  const sandboxStart = startsSandbox ? startSandbox(config.sandbox.port) : undefined;
  const gatewayModule = import('./gateway.ts');

  const sandbox = await sandboxStart;
  if (sandbox === null) {
    // it has said why, unless it was told to stop
    process.exitCode = ending.hasCome() ? 0 : 1;
    return;
  }
  const { createGateway } = await gatewayModule;
  const gateway = await createGateway(config).catch((error: unknown) => fail(explain(error, config)));
  if (gateway) {
    if (config.usesSandbox && config.make.url !== undefined) {
      await registerWebhook(config.make.url, gateway.url);
    }
    const hint = config.usesSandbox ? ' on the sandbox; try it with authorization: Bearer sandbox-owner' : '';
    console.log(`Tollgate ready at ${gateway.url}/graphql${hint}`);
    await ending.come;
    await gateway.close();
  }
  await sandbox?.stop();
}

/** The first signal to stop; another one a while later ends the process at once. */
function signalled(): { readonly come: Promise<void>; readonly hasCome: () => boolean } {
  let firstAt: number | undefined;
  const come = new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.on(signal, () => {
        firstAt ??= Date.now();
        if (Date.now() - firstAt > impatientAfterMs) process.exit(1);
        resolve();
      });
    }
  });
  return { come, hasCome: () => firstAt !== undefined };
}

function explain(error: unknown, { host, port }: Config): string {
  if (error instanceof ConfigFaults) return error.message;
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'EADDRINUSE') {
    return `Port ${port} on ${host} is in use. Stop what listens there, or choose another: PORT=${port + 1} npm start`;
  }
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND')
    return `${host} is not an address of this machine (HOST).`;
  if (code === 'EACCES') return `Not allowed to listen on port ${port} (PORT).`;
  return error instanceof Error ? `Tollgate could not start: ${error.message}` : String(error);
}

function fail(message: string): void {
  console.error(message);
  process.exitCode = 1;
}
