import type { GraphQLResolveInfo } from 'graphql';
import type { Context } from '../context.ts';
import type { Registration } from '../datasources/directory.ts';
import { type OrganizationProfile, organizationPlans } from '../domain/organization.ts';
import type { Loaders } from '../loaders/loaders.ts';
import { sliceOf, type WindowArguments } from '../loaders/walk.ts';
import { asks, organizationProfile } from './asks.ts';
import { builder } from './builder.ts';
import { describedEnum } from './described-enum.ts';
import { connectionOf } from './edges.ts';
import { acceptNodeType, ownedId, readOrganizationId, readOwnedId } from './global-id.ts';
import { markStale } from './mark-stale.ts';
import { RateLimit } from './rate-limit.ts';
import { Team } from './team.ts';

export const OrganizationPlan = describedEnum(
  'OrganizationPlan',
  'What an organization has at Make.',
  organizationPlans,
  {
    FREE: 'Free of charge; its billing cannot be read in the documented dialect.',
    CORE: '60 requests a minute.',
    PRO: '120 requests a minute.',
    TEAMS: '240 requests a minute.',
    ENTERPRISE: '1000 requests a minute, audit logs and full analytics.',
    UNKNOWN: 'A plan whose name this graph does not know.',
  },
);

export const Organization = builder.objectRef<Registration>('Organization');

acceptNodeType('Organization');

builder.node(Organization, {
  description: 'An organization at Make: the hub that everything about it hangs on.',
  id: { resolve: ({ id }) => ownedId(id), description: 'Global id of the organization.' },
  loadOne: (id, context) => findOrganization(readOwnedId(id).organization, context),
  fields: (t) => ({
    makeId: t.exposeID('id', { description: "Make's number of the organization." }),
    rateLimit: t.field({
      type: RateLimit,
      description: "The organization's budget of requests at Make.",
      resolve: (organization, _args, { loaders }) => loaders.budgetOf(organization),
    }),
    name: t.string({
      nullable: true,
      description: 'As Make shows it.',
      ...ofProfile(
        ({ name }) => name,
        ({ name }) => name,
      ),
    }),
    zone: t.string({
      nullable: true,
      description: 'Host of the zone that the organization lives in: `eu1.make.com`.',
      ...ofProfile(
        ({ zone }) => zone,
        ({ zone }) => zone,
      ),
    }),
    plan: t.field({
      type: OrganizationPlan,
      nullable: true,
      description: 'What it has at Make now.',
      ...ofProfile(({ plan }) => plan),
    }),
    rawPlan: t.string({
      nullable: true,
      description: "The plan in Make's own words; null where Make does not tell one.",
      ...ofProfile(({ planName }) => planName),
    }),
    license: t.field({
      type: 'JSON',
      nullable: true,
      description:
        'What the plan allows, by the names that Make gives it: `operations`, `users`, `apiLimit`. Which there are depends on the plan; −1 stands for no limit.',
      ...ofProfile(({ license }) => license),
    }),
    isPaused: t.boolean({
      nullable: true,
      description: 'Has Make stopped its scenarios, for want of payment or operations?',
      ...ofProfile(({ isPaused }) => isPaused),
    }),
    teams: t.field({
      type: [Team],
      nullable: true,
      description: 'Its teams.',
      extensions: asks({ ...organizationProfile, rows: 10 }),
      resolve: async (organization, _args, context, info) =>
        (await profileOf(organization, context, info)).teams.map((team) => ({
          ...team,
          organization: organization.id,
        })),
    }),
  }),
});

/** A field that Make's profile tells, where the configuration does not. */
function ofProfile<Value>(
  read: (profile: OrganizationProfile) => Value,
  configured: (organization: Registration) => Value | null = () => null,
) {
  return {
    extensions: asks(organizationProfile),
    resolve: async (
      organization: Registration,
      _args: object,
      context: Context,
      info: GraphQLResolveInfo,
    ): Promise<Value> => configured(organization) ?? read(await profileOf(organization, context, info)),
  };
}

/** What Make tells of it; asked for once in an operation. */
export async function profileOf(
  { id }: Pick<Registration, 'id'>,
  context: Context,
  info: GraphQLResolveInfo,
): Promise<OrganizationProfile> {
  return markStale(await context.loaders.organization.load(id), context, info).value;
}

export function findOrganization(id: number, { visit, loaders }: Context): Registration | null {
  return visit.sees(id) ? loaders.organizationOf(id) : null;
}

builder.queryField('organization', (t) =>
  t.field({
    type: Organization,
    nullable: true,
    description: 'An organization; null for one that is not there and for one that you may not see.',
    args: {
      id: t.arg.id({ required: true, description: "The organization's global id, or Make's number." }),
    },
    resolve: (_root, { id }, context) => findOrganization(readOrganizationId(id), context),
  }),
);

export const OrganizationConnection = builder.connectionObject(
  { type: Organization, name: 'OrganizationConnection', description: 'A window of the organizations.' },
  { name: 'OrganizationEdge', description: 'An organization, with its cursor.' },
);

/** The organizations that the caller may see. */
export function organizationsWindow(range: WindowArguments, { organizations, startedAt }: Loaders) {
  const window = sliceOf(organizations(), range, {
    list: 'organizations',
    keyOf: ({ id }) => String(id),
    at: startedAt,
  });
  return connectionOf(window, (organization) => organization);
}

builder.queryField('organizations', (t) =>
  t.connection(
    {
      type: Organization,
      nullable: true,
      description: "The organizations that you may see, by Make's number. Costs no request.",
      resolve: (_root, range, { loaders }) => organizationsWindow(range, loaders),
    },
    OrganizationConnection,
  ),
);
