import { type Call, type Caller, Refusal } from '../kernel/endpoint.ts';
import { idOf } from '../kernel/fields.ts';
import type { World } from '../world.ts';
import type { Organization } from './organizations.ts';

/** The organization that the path names. The kernel has already refused one that is hidden or does not exist. */
export function organizationAt(call: Call): Organization {
  return findOrganization(call.world, idOf(call.path['organizationId']));
}

/** The organization of an object that was found by its own id. */
export function requireAccess(call: Call, organizationId: number): Organization {
  const organization = findOrganization(call.world, organizationId);
  if (call.caller.organizationId === null || call.caller.organizationId === organizationId)
    return organization;
  throw new Refusal(403, 'forbidden', 'The token does not belong to this organization', {
    field: 'organizationId',
    reason: 'belongs to another organization than the token',
  });
}

export function requireRole(call: Call, ...roles: readonly Caller['role'][]): void {
  if (roles.includes(call.caller.role)) return;
  throw new Refusal(403, 'insufficient_permissions', `This needs the role ${roles.join(' or ')}`, {
    reason: `the token has the role ${call.caller.role}`,
  });
}

function findOrganization(world: World, id: number): Organization {
  const organization = world.organizations.get(id);
  if (organization !== undefined) return organization;
  throw new Refusal(404, 'organization_not_found', 'Organization not found', {
    field: 'organizationId',
    reason: 'does not exist',
  });
}
