import { readArguments } from '../loaders/walk.ts';
import { builder } from './builder.ts';
import { eventsShownTo } from './event-rights.ts';
import { Organization } from './organization.ts';
import { EventType, OrganizationEvent } from './organization-event.ts';

builder.objectField(Organization, 'events', (t) =>
  t.connection(
    {
      type: OrganizationEvent,
      nullable: true,
      description:
        'What the gateway has noticed, oldest first, as far as it is kept and you may see it. Costs no request. A cursor is good for `after` of the subscriptions as well.',
      args: {
        types: t.arg({
          type: [EventType],
          description: 'Only events of these types. Those that you may not see are left out.',
        }),
      },
      resolve: async ({ id }, { types, ...range }, { visit, loaders }) => {
        const { size, isBackward } = readArguments(range);
        const { isShown } = eventsShownTo(visit, id, types ?? null);
        const { after = null, before = null } = range;
        const { rows, hasMore } = await loaders.events.history(id, {
          isShown,
          after,
          before,
          limit: size,
          isBackward,
        });
        return {
          edges: rows.map((placed) => ({ cursor: placed.cursor, node: placed })),
          pageInfo: {
            hasNextPage: isBackward ? before !== null : hasMore,
            hasPreviousPage: isBackward ? hasMore : after !== null,
            startCursor: rows[0]?.cursor ?? null,
            endCursor: rows.at(-1)?.cursor ?? null,
          },
          totalCount: null,
          fetchedAt: loaders.startedAt,
        };
      },
    },
    { name: 'EventConnection', description: 'A window of the events of an organization.' },
    { name: 'EventEdge', description: 'An event, with its cursor.' },
  ),
);
