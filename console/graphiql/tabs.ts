import type { Storage } from '@graphiql/toolkit';

/** A tab takes its name from its operation. */
export type Example = { query: string; variables?: string };

type StoredTab = {
  id: string;
  title: string;
  query: string | null;
  variables: string | null;
  headers: null;
  operationName: null;
  response: null;
};

type StoredTabs = { tabs: StoredTab[]; activeTabIndex: number };

// GraphiQL's own keys; `graphiql:examples` is ours and goes with them when the user clears the storage.
const tabsKey = 'graphiql:tabState';
const queryKey = 'graphiql:query';
const variablesKey = 'graphiql:variables';
const examplesKey = 'graphiql:examples';

/**
 * Writes the tabs GraphiQL will open: what the user edited or wrote stays, an example that was closed stays closed,
 * one that was never shown is added, and one that was left as it was goes when the gateway no longer offers it.
 */
export function storeTabs(storage: Storage, examples: readonly Example[]): void {
  const stored = readStoredTabs(storage);
  const offered = new Set(examples.map(identity));
  const shown = readShown(storage);
  const present = new Set(stored.tabs.map(identity));

  const kept = stored.tabs.filter((tab) => offered.has(identity(tab)) || !shown.has(identity(tab)));
  const added = examples.filter(
    (example) => !shown.has(identity(example)) && !present.has(identity(example)),
  );
  const tabs = [...kept, ...added.map(tabOf)];
  if (tabs.length === 0) tabs.push(...examples.map(tabOf));
  if (tabs.length === 0) return storage.removeItem(tabsKey);

  const wasActive = stored.tabs[stored.activeTabIndex];
  const activeTabIndex = Math.max(0, wasActive ? tabs.indexOf(wasActive) : 0);
  storage.setItem(examplesKey, JSON.stringify([...offered]));
  storage.setItem(tabsKey, JSON.stringify({ tabs, activeTabIndex } satisfies StoredTabs));
  storage.setItem(queryKey, tabs[activeTabIndex]?.query ?? '');
  storage.setItem(variablesKey, tabs[activeTabIndex]?.variables ?? '');
}

function identity({ query, variables }: { query: string | null; variables?: string | null }): string {
  return JSON.stringify([query ?? '', variables ?? '']);
}

function tabOf({ query, variables }: Example): StoredTab {
  const operation = /^\s*(?:query|mutation|subscription)\s+(\w+)/m.exec(query)?.[1];
  return {
    id: Math.random().toString(36).slice(2),
    title: operation ?? '<untitled>',
    query,
    variables: variables ?? null,
    headers: null,
    operationName: null,
    response: null,
  };
}

function readStoredTabs(storage: Storage): StoredTabs {
  const stored = readJson(storage, tabsKey);
  return isStoredTabs(stored) ? stored : { tabs: [], activeTabIndex: 0 };
}

function isStoredTabs(stored: unknown): stored is StoredTabs {
  return typeof stored === 'object' && stored !== null && 'tabs' in stored && Array.isArray(stored.tabs);
}

function readShown(storage: Storage): Set<string> {
  const shown = readJson(storage, examplesKey);
  return new Set(Array.isArray(shown) ? shown.map(String) : []);
}

function readJson(storage: Storage, key: string): unknown {
  try {
    return JSON.parse(storage.getItem(key) ?? 'null');
  } catch {
    return null;
  }
}
