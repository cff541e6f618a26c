import { readFileSync, statSync } from 'node:fs';
import { type Config, isSecretName } from './config.ts';

/** What is dangerous about a setup that works, a sentence each. Names where a secret stands, never the secret. */
export function warningsAbout({ store }: Pick<Config, 'store'>, file: string | undefined): string[] {
  const storeFile = /^sqlite:(.+)$/.exec(store.url)?.[1];
  const warnings: string[] = [];
  if (file !== undefined) {
    for (const path of literalSecretsIn(JSON.parse(readFileSync(file, 'utf8')))) {
      warnings.push(`${file}: ${path} is written out. Better: \${NAME}, taken from the environment.`);
    }
    if (isOpenToOthers(file)) {
      warnings.push(`${file} can be read by others than its owner. Better: chmod 600 ${file}`);
    }
  }
  if (storeFile !== undefined && isOpenToOthers(storeFile)) {
    warnings.push(`${storeFile} could be read by others than its owner. Its mode is set to 600.`);
  }
  return warnings;
}

/** The paths of the settings that are secret and do not come from the environment. */
function literalSecretsIn(value: unknown, path = ''): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, part]: [string, unknown]) => {
    const at = path === '' ? name : `${path}.${name}`;
    if (typeof part !== 'string') return literalSecretsIn(part, at);
    return isSecretName(name) && !/\$\{\w+\}/.test(part) ? [at] : [];
  });
}

function isOpenToOthers(file: string): boolean {
  const status = statSync(file, { throwIfNoEntry: false });
  return status !== undefined && process.platform !== 'win32' && (status.mode & 0o077) !== 0;
}
