import { createServer } from 'node:http';
import { createSchema, createYoga } from 'graphql-yoga';
import { announce } from '../child.ts';
import { makeToken, makeUrl, platformToken, platformUrl } from '../credentials.ts';
import { createResolvers, type Sources, typeDefs } from '../peer-graph.ts';

async function read<Body>(url: string, authorization: string): Promise<Body> {
  const response = await fetch(url, { headers: { authorization } });
  if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
  return JSON.parse(await response.text());
}

const sources: Sources = {
  make: (organization, path) => read(makeUrl + path, makeToken(organization)),
  platform: (path) => read(platformUrl + path, platformToken),
};
const yoga = createYoga({
  schema: createSchema<Sources>({ typeDefs, resolvers: createResolvers() }),
  context: sources,
  logging: false,
});
const server = createServer((request, response) => void yoga(request, response));
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  announce({ graphql: `http://127.0.0.1:${port}/graphql` });
});
