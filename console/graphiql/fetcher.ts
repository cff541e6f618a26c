import { createGraphiQLFetcher, type Fetcher } from '@graphiql/toolkit';
import { createClient } from 'graphql-ws';
import type { Settings } from './settings.ts';

type HeaderValues = Record<string, unknown>;

export function createFetcher({ endpoint, headers: defaults }: Settings): Fetcher {
  let authorization: unknown;
  const url = new URL(endpoint, location.href);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  const wsClient = createClient({
    url: url.href,
    connectionParams: () => ({ authorization }),
  });
  const send = createGraphiQLFetcher({ url: endpoint, wsClient });

  return (params, options) => {
    // The first introspection runs before the headers editor exists.
    const isIntrospection = params.operationName === 'IntrospectionQuery';
    const headers: HeaderValues = options?.headers ?? (isIntrospection ? JSON.parse(defaults || '{}') : {});
    authorization = authorizationIn(headers);
    return send(params, { ...options, headers });
  };
}

function authorizationIn(headers: HeaderValues): unknown {
  return Object.entries(headers).find(([name]) => name.toLowerCase() === 'authorization')?.[1];
}
