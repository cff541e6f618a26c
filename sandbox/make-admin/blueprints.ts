import { isInstant } from './scenarios.ts';
import type { Blueprint, Module, Scenario } from './state.ts';

const intervalsSeconds = [900, 1800, 3600, 86_400] as const;

/** What a scenario looks like in the editor. */
export function blueprintOf(scenario: Scenario): Blueprint {
  return {
    name: scenario.name,
    flow: scenario.modules.map((module) => node(module, scenario)),
    metadata: {
      version: 1,
      instant: isInstant(scenario),
      scenario: {
        roundtrips: 1,
        maxErrors: 3,
        autoCommit: true,
        autoCommitTriggerLast: true,
        sequential: false,
        confidential: false,
        dataloss: false,
        dlq: true,
      },
      designer: { orphans: [] },
    },
    scheduling: schedulingOf(scenario),
    interface: { input: [], output: [] },
  };
}

export function schedulingOf(scenario: Scenario): Readonly<Record<string, unknown>> {
  if (isInstant(scenario)) return { type: 'immediately' };
  return { type: 'indefinitely', interval: intervalsSeconds[scenario.id % intervalsSeconds.length] };
}

/** The webhook that triggers an instant scenario. */
export function hookIdOf(scenario: Scenario): number | null {
  return isInstant(scenario) ? scenario.id * 10 + 1 : null;
}

/** Apps that work on the bundle itself and reach nothing outside. */
const innerApps: readonly string[] = [
  'builtin',
  'util',
  'json',
  'regexp',
  'math',
  'date',
  'gateway',
  'datastore',
];

export function reachesOutside({ app }: Module): boolean {
  return !innerApps.includes(app);
}

function node(module: Module, scenario: Scenario): Blueprint {
  const { id, app, name } = module;
  return {
    id,
    module: `${app}:${name}`,
    version: 1,
    parameters: parametersOf(module, scenario),
    mapper: id === 1 ? {} : { input: `{{${id - 1}.output}}` },
    metadata: { designer: { x: (id - 1) * 300, y: 0 } },
  };
}

function parametersOf(module: Module, scenario: Scenario): Blueprint {
  if (module.app === 'gateway') return { hook: hookIdOf(scenario), maxResults: 1 };
  return reachesOutside(module) ? { __IMTCONN__: connectionId(module.app, scenario.organizationId) } : {};
}

/** One connection per app and organization. */
export function connectionId(app: string, organizationId: number): number {
  let sum = 0;
  for (const letter of app) sum = (sum * 31 + letter.charCodeAt(0)) % 900;
  return organizationId * 1000 + 100 + sum;
}
