import { createLocalStorage, type Fetcher } from '@graphiql/toolkit';
import { GraphiQL } from 'graphiql';
import { createElement } from 'react';
import { createRoot } from 'react-dom/client';
import 'graphiql/setup-workers/vite';
import 'graphiql/style.css';
import './style.css';
import { createFetcher } from './fetcher.ts';
import { readSettings } from './settings.ts';
import { storeTabs } from './tabs.ts';

const settings = readSettings();
const fetcher = createFetcher(settings);
const storage = createLocalStorage({ namespace: 'tollgate' });
storeTabs(storage, settings.tabs);

const props = {
  storage,
  defaultHeaders: settings.headers,
  shouldPersistHeaders: false,
  // No history: it would write the credential of every request into the browser's storage.
  plugins: [],
  inputValueDeprecation: true,
  schemaDescription: true,
  onSchemaChange: () => {
    hasSchema = true;
  },
  onEditHeaders: retryWithoutSchema,
};

const container = document.createElement('main');
document.body.append(container);
const root = createRoot(container);
const typingPauseMs = 500;
let hasSchema = false;
let typing: number | undefined;

// Monaco measures its characters once: the font must be there first.
document.fonts.load('15px "Fira Code"').then(render, render);

function render(): void {
  // A new function makes GraphiQL ask for the schema again.
  const askingAgain: Fetcher = (params, options) => fetcher(params, options);
  root.render(
    createElement(
      GraphiQL,
      { ...props, fetcher: askingAgain },
      createElement(GraphiQL.Logo, null, 'Tollgate'),
    ),
  );
}

/** The schema may have been refused for want of the credential that is being typed. */
function retryWithoutSchema(): void {
  clearTimeout(typing);
  if (!hasSchema) typing = window.setTimeout(render, typingPauseMs);
}
