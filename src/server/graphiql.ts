import { existsSync, readdirSync, readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The page for people, from files of our own: it asks no other host for anything. */
export interface Graphiql {
  /** The page itself. */
  page(request: IncomingMessage, response: ServerResponse): void;
  /** A file that the page loads; false where there is none of that path. */
  asset(path: string, request: IncomingMessage, response: ServerResponse): boolean;
}

interface Tab {
  readonly title: string;
  readonly query: string;
}

/** The project's folder when its sources run, `dist` when the published package does. */
const root = fileURLToPath(new URL('../../', import.meta.url));
const builtPages =
  [join(root, 'dist/web/graphiql'), join(root, 'web/graphiql')].find((folder) => existsSync(folder)) ?? root;
const examples = join(root, 'examples');
/** What people see when they open the page. */
const firstTab = 'dashboard.graphql';
const assetPrefix = '/graphiql/';

const contentTypes: Readonly<Record<string, string>> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.ttf': 'font/ttf',
  '.woff': 'font/woff',
  '.woff2': 'font/woff2',
};

/** Smallest first. */
const encodings = [
  { name: 'br', ending: '.br' },
  { name: 'gzip', ending: '.gz' },
] as const;

/** `authorization` is filled in for whoever opens the page: only ever the sandbox's. */
export function createGraphiql(authorization: string | null): Graphiql {
  const files = listFiles(builtPages);
  let page: Buffer | undefined;

  return {
    page(_request, response) {
      page ??= renderPage(authorization);
      response.writeHead(200, {
        'content-type': 'text/html; charset=utf-8',
        'cache-control': 'no-store',
        'content-security-policy': contentSecurityPolicy,
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
      });
      response.end(page);
    },
    asset(path, request, response) {
      const file = path.startsWith(assetPrefix) ? path.slice(assetPrefix.length) : '';
      const type = contentTypes[extname(file)];
      if (type === undefined || !files.has(file)) return false;
      const accepted = request.headers['accept-encoding'] ?? '';
      const encoding = encodings.find(
        ({ name, ending }) => accepted.includes(name) && files.has(file + ending),
      );
      const body = readFileSync(join(builtPages, file + (encoding?.ending ?? '')));
      response.writeHead(200, {
        'content-type': type,
        'content-length': body.length,
        // the names carry a hash of the content
        'cache-control': 'public, max-age=31536000, immutable',
        vary: 'accept-encoding',
        'x-content-type-options': 'nosniff',
        ...(encoding !== undefined && { 'content-encoding': encoding.name }),
      });
      response.end(request.method === 'HEAD' ? undefined : body);
      return true;
    },
  };
}

const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "worker-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "font-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

function renderPage(authorization: string | null): Buffer {
  const settings = {
    endpoint: '/graphql',
    headers: JSON.stringify(authorization === null ? {} : { authorization }, null, 2),
    tabs: readTabs(),
  };
  // inside a script element only `<` could end the JSON early
  const json = JSON.stringify(settings).replaceAll('<', '\\u003c');
  const html = readFileSync(join(builtPages, 'index.html'), 'utf8');
  return Buffer.from(
    html.replace(/(id="graphiql-settings"[^>]*>)[^<]*/, (_, opening: string) => opening + json),
  );
}

/** The queries of the examples folder, each a tab named by its file. */
function readTabs(): Tab[] {
  return readdirSync(examples)
    .filter((name) => name.endsWith('.graphql'))
    .toSorted((one, other) => Number(other === firstTab) - Number(one === firstTab) || (one < other ? -1 : 1))
    .map((name) => ({
      title: name.replace('.graphql', '').replaceAll('-', ' '),
      query: readFileSync(join(examples, name), 'utf8'),
    }));
}

function listFiles(folder: string): ReadonlySet<string> {
  const entries = existsSync(folder) ? readdirSync(folder, { recursive: true, encoding: 'utf8' }) : [];
  return new Set(entries.map((path) => path.replaceAll('\\', '/')));
}
