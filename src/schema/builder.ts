import SchemaBuilder from '@pothos/core';
import RelayPlugin, { resolveNodes } from '@pothos/plugin-relay';
import ScopeAuthPlugin from '@pothos/plugin-scope-auth';
import type { GraphQLResolveInfo } from 'graphql';
import type { Need } from '../access/visit.ts';
import type { Context } from '../context.ts';
import { Failure } from '../domain/failure.ts';
import { decodeGlobalId, encodeGlobalId } from './global-id.ts';

interface OurTypes {
  Context: Context;
  DefaultFieldNullability: false;
  DefaultEdgesNullability: { list: false; items: false };
  DefaultNodeNullability: true;
  Scalars: {
    ID: { Input: string; Output: string | number };
    DateTime: { Input: Date; Output: Date };
    Decimal: { Input: string; Output: string };
    SafeInt: { Input: number; Output: number };
    CurrencyCode: { Input: string; Output: string };
    URL: { Input: string; Output: string };
    JSON: { Input: unknown; Output: unknown };
    CardNumber: { Input: unknown; Output: null };
    CardCvc: { Input: unknown; Output: null };
  };
  AuthScopes: { need: Need; needInSomeTeam: Need; operator: boolean };
  Connection: { totalCount: number | null; fetchedAt: Date };
}

export type SchemaTypes = PothosSchemaTypes.ExtendDefaultTypes<OurTypes>;

export const builder = new SchemaBuilder<OurTypes>({
  plugins: [ScopeAuthPlugin, RelayPlugin],
  defaultFieldNullability: false,
  scopeAuth: {
    authScopes: ({ visit }) => ({
      need: (need) => visit.allows(need),
      // the field itself shows no more than of those teams
      needInSomeTeam: (need) => visit.teamsFor(need) !== null,
      operator: () => visit.isOperator(),
    }),
    unauthorizedError: () => new Failure('FORBIDDEN', 'Your role or scopes do not allow this.'),
  },
  relay: {
    cursorType: 'String',
    idFieldOptions: { description: 'Global id: opaque, and good for `node`.' },
    encodeGlobalID: encodeGlobalId,
    decodeGlobalID: decodeGlobalId,
    edgesFieldOptions: {
      nullable: { list: false, items: false },
      description: 'The rows of this window, each with its cursor.',
    },
    nodeFieldOptions: { nullable: true, description: 'The row itself; null where it could not be read.' },
    cursorFieldOptions: { description: 'Opaque: give it as `after` or `before` to go on from this row.' },
    pageInfoFieldOptions: { description: 'Whether there is more on either side.' },
    firstArgOptions: { description: 'How many rows from the front, 0 to 100; 25 unless told.' },
    lastArgOptions: { description: 'How many rows from the back, 0 to 100.' },
    afterArgOptions: { description: 'A cursor: rows after it.' },
    beforeArgOptions: { description: 'A cursor: rows before it.' },
    hasNextPageFieldOptions: { description: 'More rows follow after this window.' },
    hasPreviousPageFieldOptions: { description: 'More rows stand before this window.' },
    startCursorFieldOptions: { description: "The first row's cursor." },
    endCursorFieldOptions: { description: "The last row's cursor." },
    pageInfoTypeOptions: { description: 'Where a window of a list stands in it.' },
    nodeTypeOptions: { description: 'Anything that has a global id.' },
    nodeQueryOptions: {
      nullable: true,
      description: 'Anything by its global id; null for what is not there and for what you may not see.',
      args: { id: { description: 'A global id, as an `id` field gave it.' } },
    },
    nodesQueryOptions: {
      nullable: { list: false, items: true },
      description: 'Several things by their global ids, at most 100, in the order asked for.',
      args: { ids: { description: 'Global ids, as `id` fields gave them.' } },
      // each by itself: one that fails leaves the others, and has a price of its own
      resolve: (_root, { ids }, context, info) => {
        if (ids.length <= 100) return ids.map((id) => resolveNode(id, context, info));
        throw new Failure('BAD_USER_INPUT', `ids takes at most 100 ids; found ${ids.length}.`);
      },
    },
    defaultEdgeTypeOptions: { description: 'A row of a list, with its cursor.' },
    defaultConnectionTypeOptions: { description: 'A window of a list.' },
  },
});

async function resolveNode(
  id: Parameters<typeof resolveNodes>[3][number],
  context: Context,
  info: GraphQLResolveInfo,
): Promise<unknown> {
  const [node] = await resolveNodes(builder, context, info, [id]);
  return node;
}

builder.queryType({ description: 'What can be read.' });

builder.mutationType({ description: 'What can be changed.' });

builder.globalConnectionField('totalCount', (t) =>
  t.exposeInt('totalCount', {
    nullable: true,
    description: 'How many rows there are in all; null where the upstream does not tell or a filter is on.',
  }),
);

builder.globalConnectionField('fetchedAt', (t) =>
  t.expose('fetchedAt', { type: 'DateTime', description: 'When the oldest part of this window was read.' }),
);
