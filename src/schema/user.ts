import { reachOf } from '../access/caller.ts';
import { asks, auditLogFilters } from './asks.ts';
import { builder } from './builder.ts';
import { acceptNodeType, ownedId, readMemberId } from './global-id.ts';
import { markStale } from './mark-stale.ts';
import { Organization } from './organization.ts';
import { OrganizationRole } from './viewer.ts';

export interface UserNode {
  /** Make's number. */
  readonly id: string;
  readonly name: string | null;
  readonly email: string | null;
  readonly organization: number;
  /** The team among whose people the user was found; null where they were found otherwise. */
  readonly team: number | null;
}

export const User = builder.objectRef<UserNode>('User');

/** About as many people as an organization has. */
export const usualUsers = 25;

acceptNodeType('User');

builder.node(User, {
  description: 'A person who works in an organization at Make.',
  id: {
    resolve: ({ organization, id }) => ownedId(organization, id),
    description: 'Global id of the user.',
  },
  loadWithoutCache: async (globalId, context, info) => {
    const { visit, loaders } = context;
    const { organization, upstreamId } = readMemberId(globalId);
    const seesAll = reachOf(visit.caller, organization, 'auditLogs') === 'all';
    const right = seesAll ? 'auditLogs' : 'userAnalytics';
    if (!visit.allows({ organization, right, section: 'users', user: Number(upstreamId) })) return null;
    const { value } = markStale(await loaders.auditLog.filters(organization), context, info);
    const user = value.users.find(({ id }) => id === upstreamId);
    return user === undefined ? null : { ...user, organization, team: null };
  },
  fields: (t) => ({
    makeId: t.exposeID('id', { description: "Make's number of the user." }),
    name: t.exposeString('name', { nullable: true, description: 'As Make shows it.' }),
    email: t.exposeString('email', { nullable: true, description: 'The address that they log in with.' }),
  }),
});

builder.objectField(Organization, 'users', (t) =>
  t.field({
    type: [User],
    nullable: true,
    description:
      'Its people. Make tells of them with its audit log alone: they take the same role, scope and plan.',
    authScopes: ({ id }) => ({ need: { organization: id, right: 'auditLogs', section: 'users' } }),
    extensions: asks({ ...auditLogFilters, rows: usualUsers }),
    resolve: async ({ id }, _args, context, info) => {
      const { value } = markStale(await context.loaders.auditLog.filters(id), context, info);
      return value.users.map((user) => ({ ...user, organization: id, team: null }));
    },
  }),
);

builder.objectField(OrganizationRole, 'user', (t) =>
  t.field({
    type: User,
    nullable: true,
    description: "Which of the organization's users the caller is; null where nobody has said so.",
    resolve: async ({ organization, grant: { user } }, _args, context, info) => {
      const { visit, loaders } = context;
      if (user === undefined || !visit.allows({ organization, right: 'organization', section: 'users' }))
        return null;
      const { value } = markStale(await loaders.auditLog.filters(organization), context, info);
      const found = value.users.find(({ id }) => id === String(user));
      return found === undefined ? null : { ...found, organization, team: null };
    },
  }),
);
