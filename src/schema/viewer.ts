import type { Caller, Grant } from '../access/caller.ts';
import { roles, scopes } from '../access/rights.ts';
import type { Allowance } from '../domain/allowance.ts';
import { builder } from './builder.ts';
import { describedEnum } from './described-enum.ts';
import { Organization, OrganizationConnection, organizationsWindow } from './organization.ts';

export const Role = describedEnum('Role', 'What a caller is in an organization.', roles, {
  OWNER: 'Sees and does everything, and alone reads the access log.',
  ADMIN: 'Sees and does everything but the access log.',
  ACCOUNTANT: 'Billing: reads it and acts on it.',
  TEAM_ADMIN: "Their own teams' audit logs, analytics and incomplete executions.",
  MEMBER: "Their own analytics, and their teams' incomplete executions.",
});

interface RoleInOrganization {
  readonly organization: number;
  readonly grant: Grant;
}

export const OrganizationRole = builder.objectRef<RoleInOrganization>('OrganizationRole').implement({
  description: 'The place that a caller has in an organization.',
  fields: (t) => ({
    organization: t.field({
      type: Organization,
      nullable: true,
      description: 'Where; null where the gateway does not serve the organization.',
      resolve: ({ organization }, _args, { loaders }) => loaders.organizationOf(organization),
    }),
    role: t.field({
      type: Role,
      description: 'What the caller is there.',
      resolve: ({ grant }) => grant.role,
    }),
    teams: t.idList({
      description: "Make's numbers of the teams that count as the caller's own.",
      resolve: ({ grant }) => [...grant.teams],
    }),
  }),
});

const CallerRateLimit = builder.objectRef<Allowance>('CallerRateLimit').implement({
  description:
    "A caller's budget of requests to the gateway. It fills up evenly; a whole minute's can be used at once.",
  fields: (t) => ({
    limit: t.exposeInt('limit', { description: 'Requests a minute that the gateway takes of one caller.' }),
    used: t.int({
      description: 'Requests of the limit that have not come back yet, with the one that asks.',
      resolve: ({ limit, remaining }) => limit - remaining,
    }),
    remaining: t.exposeInt('remaining', {
      description: 'Requests that could be sent at once: limit − used.',
    }),
    resetAt: t.field({
      type: 'DateTime',
      description: 'When the whole limit is there again, if nothing more is sent.',
      resolve: ({ fullAt }) => new Date(fullAt),
    }),
  }),
});

const Viewer = builder.objectRef<Caller>('Viewer').implement({
  description: 'Who is asking.',
  fields: (t) => ({
    name: t.exposeString('name', { description: 'The name under which the access log knows you.' }),
    isOperator: t.exposeBoolean('isOperator', {
      description: 'Operators have every organization, and the plan catalogue.',
    }),
    scopes: t.stringList({
      description: `What the credential is for: ${scopes.join(', ')}.`,
      resolve: (caller) => [...caller.scopes],
    }),
    roles: t.field({
      type: [OrganizationRole],
      description: 'Your role in each organization that names you.',
      resolve: ({ grants }) => Array.from(grants, ([organization, grant]) => ({ organization, grant })),
    }),
    rateLimit: t.field({
      type: CallerRateLimit,
      description: 'What you may still ask of the gateway itself, whatever the budgets behind it.',
      resolve: ({ name }, _args, { loaders }) => loaders.allowanceOf(name),
    }),
    organizations: t.connection(
      {
        type: Organization,
        nullable: true,
        description: "The organizations that you may see, by Make's number. Costs no request.",
        resolve: (_caller, range, { loaders }) => organizationsWindow(range, loaders),
      },
      OrganizationConnection,
    ),
  }),
});

builder.queryField('viewer', (t) =>
  t.field({
    type: Viewer,
    description: 'Who you are to the gateway, and what you may do.',
    resolve: (_root, _args, { visit }) => visit.caller,
  }),
);
