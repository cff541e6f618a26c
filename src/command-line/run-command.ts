import { ConfigFaults, readConfig } from '../config.ts';
import { audit } from './audit.ts';
import { type Command, CommandFault, UsageFault } from './command.ts';
import { credentials } from './credentials.ts';
import { keys } from './keys.ts';

const commands: Readonly<Record<string, Command>> = { keys, credentials, audit };

/** Runs `tollgate NAME …`. Answers with the exit code: 2 for what is not accepted, 1 for what could not be done. */
export async function runCommand(name: string, args: readonly string[]): Promise<number> {
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (command === undefined) {
    console.error(`${name}: not a command. Accepted: ${Object.keys(commands).join(', ')}`);
    return 2;
  }
  if (args.includes('--help')) {
    console.log(command.usage);
    return 0;
  }
  try {
    return await command.run(args, readConfig());
  } catch (error) {
    if (!isFault(error)) throw error;
    const isUsage = error instanceof UsageFault || isOptionFault(error);
    console.error(isUsage ? `${error.message}\n\n${command.usage}` : error.message);
    return isUsage ? 2 : 1;
  }
}

function isFault(error: unknown): error is Error {
  return (
    error instanceof UsageFault ||
    error instanceof CommandFault ||
    error instanceof ConfigFaults ||
    isOptionFault(error)
  );
}

/** What `parseArgs` says of an option that it was not told of. */
function isOptionFault(error: unknown): boolean {
  return (
    error instanceof TypeError &&
    'code' in error &&
    typeof error.code === 'string' &&
    error.code.startsWith('ERR_PARSE_ARGS_')
  );
}
