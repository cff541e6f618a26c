import type { Example } from './tabs.ts';

export type Settings = {
  endpoint: string;
  /** JSON text: what the headers editor of every tab starts with. */
  headers: string;
  tabs: Example[];
};

/** What the gateway wrote into the page. */
export function readSettings(): Settings {
  const given: Partial<Settings> = JSON.parse(
    document.getElementById('graphiql-settings')?.textContent ?? '{}',
  );
  return { endpoint: '/graphql', headers: '', tabs: [], ...given };
}
