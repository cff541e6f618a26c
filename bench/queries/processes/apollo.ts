import { type AugmentedRequest, type CacheOptions, RESTDataSource } from '@apollo/datasource-rest';
import { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';
import { announce } from '../child.ts';
import { makeToken, makeUrl, platformToken, platformUrl } from '../credentials.ts';
import { createResolvers, type Sources, typeDefs } from '../peer-graph.ts';

/** Answers are kept as long as Tollgate keeps most; the upstreams themselves say nothing about it. */
const cacheOptions: CacheOptions = { ttl: 300 };

class MakeApi extends RESTDataSource {
  override baseURL = makeUrl;

  organization<Body>(id: string, path: string): Promise<Body> {
    return this.get<Body>(path, { headers: { authorization: makeToken(id) }, cacheOptions });
  }
}

class PlatformApi extends RESTDataSource {
  override baseURL = platformUrl;

  override willSendRequest(_path: string, request: AugmentedRequest): void {
    request.headers['authorization'] = platformToken;
  }

  read<Body>(path: string): Promise<Body> {
    return this.get<Body>(path, { cacheOptions });
  }
}

const server = new ApolloServer<Sources>({
  typeDefs,
  resolvers: createResolvers(),
  includeStacktraceInErrorResponses: false,
});
const { url } = await startStandaloneServer(server, {
  listen: { port: 0, host: '127.0.0.1' },
  context: async ({ req }) => {
    // no-cache: what is kept is not shown, and replaced by what comes
    const isFresh = req.headers['cache-control'] === 'no-cache';
    const cache = isFresh
      ? { ...boundTo(server.cache), get: () => Promise.resolve(undefined) }
      : server.cache;
    const make = new MakeApi({ cache });
    const platform = new PlatformApi({ cache });
    return {
      make: (organization, path) => make.organization(organization, path),
      platform: (path) => platform.read(path),
    };
  },
});
announce({ graphql: url });

function boundTo(cache: typeof server.cache) {
  return { set: cache.set.bind(cache), delete: cache.delete.bind(cache) };
}
