import type { Organization } from '../organizations/organizations.ts';
import type { World } from '../world.ts';
import { recordAudit } from './audit-log.ts';
import type { Actor, AuditEntry, Estate } from './state.ts';

export function logIn(world: World, estate: Estate): AuditEntry {
  return recordLogin(
    world,
    estate.organization,
    estate.random.pick(estate.organization.users),
    'login_success',
  );
}

export function mistypePassword(world: World, { organization, random }: Estate): AuditEntry {
  const user = random.pick(organization.users);
  world.timeline.at(world.timeline.now() + random.int(9, 70) * 1000, () =>
    recordLogin(world, organization, user, 'login_success'),
  );
  return recordLogin(world, organization, user, 'login_failed', { reason: 'wrong_password' });
}

/** Someone guesses passwords of one account, from one address. */
export function attackAccount(world: World, estate: Estate): void {
  const { organization, random } = estate;
  const target = random.pick(organization.users);
  const ip = `198.51.100.${random.int(2, 250)}`;
  const attempts = random.int(6, 15);
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const at = world.timeline.now() + attempt * random.int(8, 40) * 1000;
    world.timeline.at(at, () => failLogin(world, organization, target, ip));
  }
}

export function failLogin(world: World, organization: Organization, actor: Actor, ip: string): AuditEntry {
  return recordLogin(world, organization, actor, 'login_failed', { ip, reason: 'wrong_password' });
}

function recordLogin(
  world: World,
  { id: organizationId }: Organization,
  actor: Actor,
  eventName: string,
  metadata: Readonly<Record<string, unknown>> = {},
): AuditEntry {
  return recordAudit(world, {
    organizationId,
    eventName,
    actor,
    target: { type: 'user', id: String(actor.id), name: actor.name },
    metadata: { ip: `203.0.113.${2 + ((actor.id ?? 0) % 240)}`, method: 'password', ...metadata },
  });
}
