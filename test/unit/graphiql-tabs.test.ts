import { expect, test } from 'vitest';
import { type Example, storeTabs } from '../../console/graphiql/tabs.ts';

const viewer = { query: 'query Viewer { viewer { name } }' };
const usage = { query: 'query Usage($id: ID!) { usage(id: $id) }', variables: '{"id":"1001"}' };

test('a first visit opens every example, named after its operation, the first one active', () => {
  const browser = createBrowser();
  expect(browser.visit([{ query: '# What it costs\nquery Cost { cost }' }, usage])).toEqual({
    titles: ['Cost', 'Usage'],
    active: 'Cost',
  });
  expect(browser.item('query')).toContain('query Cost');
});

test('the variables of the example that opens are there too', () => {
  const browser = createBrowser();
  browser.visit([usage]);
  expect(browser.item('variables')).toBe('{"id":"1001"}');
});

test('an edited example stays as edited, and does not come back beside the edit', () => {
  const browser = createBrowser();
  browser.visit([viewer, usage]);
  browser.change((tabs) => tabs.map((tab) => (tab.title === 'Viewer' ? { ...tab, query: '{ mine }' } : tab)));
  browser.visit([viewer, usage]);
  expect(browser.queries()).toEqual(['{ mine }', usage.query]);
});

test('an example of which only the variables were edited counts as edited', () => {
  const browser = createBrowser();
  browser.visit([usage]);
  browser.change((tabs) => tabs.map((tab) => ({ ...tab, variables: '{"id":"1002"}' })));
  browser.visit([viewer]);
  expect(browser.queries()).toEqual([usage.query, viewer.query]);
});

test('a closed example stays closed', () => {
  const browser = createBrowser();
  browser.visit([viewer, usage]);
  browser.change((tabs) => tabs.slice(1));
  expect(browser.visit([viewer, usage]).titles).toEqual(['Usage']);
});

test('a new example is added behind the tabs of an earlier visit, and the active tab stays active', () => {
  const browser = createBrowser();
  browser.visit([viewer]);
  browser.change((tabs) => [...tabs, { ...tabs[0], id: 'own', title: 'Own', query: 'query Own { own }' }], 1);
  expect(browser.visit([viewer, usage])).toEqual({ titles: ['Viewer', 'Own', 'Usage'], active: 'Own' });
});

test('an untouched example goes when it is no longer offered', () => {
  const browser = createBrowser();
  browser.visit([viewer, usage]);
  expect(browser.visit([usage])).toEqual({ titles: ['Usage'], active: 'Usage' });
});

test('the examples open again when what was stored cannot be read', () => {
  const browser = createBrowser();
  for (const unreadable of ['{"tabs":', '{"tabs":{}}', '[]']) {
    browser.storage.setItem('graphiql:tabState', unreadable);
    browser.storage.setItem('graphiql:examples', unreadable);
    expect(browser.visit([viewer]).titles).toEqual(['Viewer']);
  }
});

test('without examples a first visit is left to GraphiQL', () => {
  const browser = createBrowser();
  storeTabs(browser.storage, []);
  expect(browser.item('tabState')).toBeUndefined();
});

type Tab = { id?: string; title?: string; query?: string; variables?: string | null };

function createBrowser() {
  const items = new Map<string, string>();
  const storage = {
    getItem: (key: string) => items.get(key) ?? null,
    setItem: (key: string, value: string) => void items.set(key, value),
    removeItem: (key: string) => void items.delete(key),
    clear: () => items.clear(),
    length: 0,
  };
  const state = (): { tabs: Tab[]; activeTabIndex: number } =>
    JSON.parse(items.get('graphiql:tabState') ?? '{}');
  return {
    storage,
    item: (key: string) => items.get(`graphiql:${key}`),
    queries: () => state().tabs.map((tab) => tab.query),
    visit(examples: Example[]) {
      storeTabs(storage, examples);
      const { tabs, activeTabIndex } = state();
      return { titles: tabs.map((tab) => tab.title), active: tabs[activeTabIndex]?.title };
    },
    /** What GraphiQL stores after the user changed something. */
    change(edit: (tabs: Tab[]) => Tab[], activeTabIndex = 0) {
      storage.setItem('graphiql:tabState', JSON.stringify({ tabs: edit(state().tabs), activeTabIndex }));
    },
  };
}
