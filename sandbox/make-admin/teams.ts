import { type Call, Refusal } from '../kernel/endpoint.ts';
import { idOf } from '../kernel/fields.ts';
import { requireAccess, requireRole } from '../organizations/access.ts';
import type { Organization, Team } from '../organizations/organizations.ts';
import type { World } from '../world.ts';

interface Membership {
  readonly organization: Organization;
  readonly team: Team;
}

function findTeam(world: World, teamId: number): Membership | undefined {
  const organization = world.organizations.get(Math.floor(teamId / 10));
  const team = organization?.teams.find(({ id }) => id === teamId);
  return organization === undefined || team === undefined ? undefined : { organization, team };
}

/** The team that a call names, of an organization that its token may see. */
export function requireTeam(call: Call, teamId: number): Membership {
  const membership = findTeam(call.world, teamId);
  if (membership === undefined) {
    throw new Refusal(404, 'team_not_found', 'Team not found', { field: 'teamId', reason: 'does not exist' });
  }
  requireAccess(call, membership.organization.id);
  return membership;
}

export function teamAt(call: Call): Membership {
  return requireTeam(call, idOf(call.path['teamId']));
}

export function organizationOfTeam({ world, path }: Call): number | undefined {
  return findTeam(world, idOf(path['teamId']))?.organization.id;
}

/** Tokens of team administrators are those of the organization's first team. */
export function requireTeamRole(call: Call, organization: Organization, team: Team): void {
  if (organization.teams[0].id === team.id) requireRole(call, 'owner', 'admin', 'team-admin');
  else requireRole(call, 'owner', 'admin');
}
