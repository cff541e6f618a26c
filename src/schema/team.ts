import type { Team as DomainTeam } from '../domain/organization.ts';
import { builder } from './builder.ts';
import { acceptNodeType, ownedId, readOwnedId } from './global-id.ts';
import { markStale } from './mark-stale.ts';

export interface TeamNode extends DomainTeam {
  readonly organization: number;
}

export const Team = builder.objectRef<TeamNode>('Team');

acceptNodeType('Team');

builder.node(Team, {
  description: 'A team of an organization.',
  id: {
    resolve: ({ organization, id }) => ownedId(organization, String(id)),
    description: 'Global id of the team.',
  },
  loadWithoutCache: async (globalId, context, info) => {
    const { visit, loaders } = context;
    const { organization, upstreamId } = readOwnedId(globalId);
    if (!visit.sees(organization)) return null;
    const { value } = markStale(await loaders.organization.load(organization), context, info);
    const team = value.teams.find(({ id }) => String(id) === upstreamId);
    return team === undefined ? null : { ...team, organization };
  },
  fields: (t) => ({
    makeId: t.exposeID('id', { description: "Make's number of the team." }),
    name: t.exposeString('name', { nullable: true, description: 'As Make shows it.' }),
  }),
});
