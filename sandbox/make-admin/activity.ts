import type { Random } from '../kernel/random.ts';
import { dayMs, hourMs, minuteMs } from '../kernel/time.ts';
import type { Organization, User } from '../organizations/organizations.ts';
import type { World } from '../world.ts';
import { recordAudit } from './audit-log.ts';
import { attackAccount, logIn, mistypePassword } from './logins.ts';
import { noise } from './noise.ts';
import { isActiveAt, scenariosOf } from './scenarios.ts';
import type { AuditEntry, Estate, Thing } from './state.ts';

type Deed = (world: World, estate: Estate) => AuditEntry;

/** Puts what people of an organization do on one day on the timeline. */
export function planActivity(world: World, estate: Estate, day: number): void {
  const { organization, random } = estate;
  const weekday = (day / dayMs + 4) % 7;
  const isWeekend = weekday === 0 || weekday === 6;
  const busyness = deedsPerDay(organization) * (isWeekend ? 0.3 : 1);
  const count = Math.floor(busyness + random.next());
  for (let deed = 0; deed < count; deed += 1) {
    const at = day + 7 * hourMs + Math.floor(random.next() * 12 * hourMs);
    world.timeline.at(at, () => drawDeed(random)(world, estate));
  }
  if (noise(organization.id, day / dayMs, 9) < 0.006) {
    const at = day + Math.floor(random.next() * 20 * hourMs);
    world.timeline.at(at, () => attackAccount(world, estate));
  }
}

function deedsPerDay({ id, plan }: Organization): number {
  if (id === 1004) return 8;
  return { free: 0.35, core: 0.6, pro: 0.9, teams: 1.3, enterprise: 1.7 }[plan];
}

/** What is done, each with how often among a hundred. */
const deeds: readonly (readonly [number, Deed])[] = [
  [56, logIn],
  [6, mistypePassword],
  [9, updateWebhook],
  [2, createWebhook],
  [1, disableWebhook],
  [6, updateConnection],
  [3, createConnection],
  [2, deleteConnection],
  [3, createKey],
  [2, deleteKey],
  [4, maintainScenario],
  [2, changeSettings],
  [2, updateTeam],
  [2, inviteOrRemoveGuest],
];

function drawDeed(random: Random): Deed {
  let roll = random.next() * 100;
  for (const [share, deed] of deeds) {
    if (roll < share) return deed;
    roll -= share;
  }
  return logIn;
}

/** Things done at once and in one step, for whoever asks for more entries. */
export function doSomething(world: World, estate: Estate): AuditEntry {
  const oneStep: readonly [Deed, ...Deed[]] = [
    updateWebhook,
    updateConnection,
    createKey,
    changeSettings,
    logIn,
  ];
  return estate.random.pick(oneStep)(world, estate);
}

function updateWebhook(world: World, estate: Estate): AuditEntry {
  const webhook = pickThing(estate, estate.webhooks);
  if (webhook === undefined) return createWebhook(world, estate);
  return recordThing(world, estate, 'webhook_updated', 'webhook', webhook, { changed: ['dataStructure'] });
}

function createWebhook(world: World, estate: Estate): AuditEntry {
  const webhook = newThing(estate, 'Webhook');
  estate.webhooks.push(webhook);
  return recordThing(world, estate, 'webhook_created', 'webhook', webhook, { type: 'gateway-webhook' });
}

function disableWebhook(world: World, estate: Estate): AuditEntry {
  const webhook = takeNewest(estate.webhooks);
  if (webhook === undefined) return createWebhook(world, estate);
  return recordThing(world, estate, 'webhook_disabled', 'webhook', webhook, { reason: 'unused' });
}

function updateConnection(world: World, estate: Estate): AuditEntry {
  const connection = pickThing(estate, estate.connections);
  if (connection === undefined) return createConnection(world, estate);
  return recordThing(world, estate, 'connection_updated', 'connection', connection, {
    changed: ['authorization'],
  });
}

function createConnection(world: World, estate: Estate): AuditEntry {
  const connection = newThing(estate, 'Connection');
  estate.connections.push(connection);
  return recordThing(world, estate, 'connection_created', 'connection', connection, {});
}

function deleteConnection(world: World, estate: Estate): AuditEntry {
  const connection = takeNewest(estate.connections);
  if (connection === undefined) return createConnection(world, estate);
  return recordThing(world, estate, 'connection_deleted', 'connection', connection, {});
}

function createKey(world: World, estate: Estate): AuditEntry {
  const key = newThing(estate, 'API key');
  estate.keys.push(key);
  return recordThing(world, estate, 'key_created', 'key', key, {
    scopes: ['organizations:read', 'scenarios:read'],
  });
}

function deleteKey(world: World, estate: Estate): AuditEntry {
  const key = estate.keys.shift();
  if (key === undefined) return createKey(world, estate);
  return recordThing(world, estate, 'key_deleted', 'key', key, {});
}

/** A scenario is switched off, changed, and switched on again some hours later. */
function maintainScenario(world: World, estate: Estate): AuditEntry {
  const { organization, random } = estate;
  const now = world.timeline.now();
  const active = scenariosOf(world, organization.id).filter((scenario) => isActiveAt(scenario, now));
  const scenario = active[random.int(0, active.length - 1)];
  if (scenario === undefined) return logIn(world, estate);
  const actor = world.users.get(scenario.ownerId) ?? organization.users[0];
  const target = { type: 'scenario', id: String(scenario.id), name: scenario.name };
  const context = { organizationId: organization.id, teamId: scenario.teamId, actor, target };
  const backAt = now + random.int(20, 240) * minuteMs;
  const editedAt = Math.floor((now + backAt) / 2);
  scenario.switchedAt.push(now, backAt);
  scenario.edits.push(
    { at: now, type: 'stop', authorId: actor.id },
    { at: editedAt, type: 'modify', authorId: actor.id },
    { at: backAt, type: 'start', authorId: actor.id },
  );
  world.timeline.at(backAt, () => {
    recordAudit(world, { ...context, eventName: 'scenario_activated', metadata: { from: false, to: true } });
  });
  return recordAudit(world, {
    ...context,
    eventName: 'scenario_deactivated',
    metadata: { from: true, to: false },
  });
}

function changeSettings(world: World, estate: Estate): AuditEntry {
  const { organization, random } = estate;
  const from = estate.sessionTimeoutMinutes;
  const to = random.pick([30, 60, 120, 240, 480]);
  estate.sessionTimeoutMinutes = to;
  return recordAudit(world, {
    organizationId: organization.id,
    eventName: 'organization_settings_changed',
    actor: administrator(estate),
    target: { type: 'organization', id: String(organization.id), name: organization.name },
    metadata: { setting: 'sessionTimeoutMinutes', from, to },
  });
}

function updateTeam(world: World, estate: Estate): AuditEntry {
  const { organization, random } = estate;
  const team = random.pick(organization.teams);
  return recordAudit(world, {
    organizationId: organization.id,
    teamId: team.id,
    eventName: 'team_updated',
    actor: administrator(estate),
    target: { type: 'team', id: String(team.id), name: team.name },
    metadata: { changed: ['operationsLimit'] },
  });
}

/** Guests come, get a role, and leave. */
function inviteOrRemoveGuest(world: World, estate: Estate): AuditEntry {
  const { organization, random, guests } = estate;
  const guest = guests.shift();
  const context = { organizationId: organization.id, actor: administrator(estate) };
  if (guest !== undefined) {
    const target = { type: 'user', id: String(guest.id), name: guest.name };
    return recordAudit(world, {
      ...context,
      eventName: 'user_removed',
      target,
      metadata: { role: 'team-admin' },
    });
  }
  const invited = newThing(estate, 'Guest');
  const target = { type: 'user', id: String(invited.id), name: invited.name };
  const roleAt = world.timeline.now() + random.int(1, 30) * hourMs;
  world.timeline.at(roleAt, () => {
    guests.push(invited);
    const metadata = { from: 'member', to: 'team-admin' };
    recordAudit(world, { ...context, eventName: 'user_role_changed', target, metadata });
  });
  return recordAudit(world, { ...context, eventName: 'user_invited', target, metadata: { role: 'member' } });
}

function recordThing(
  world: World,
  estate: Estate,
  eventName: string,
  type: string,
  { id, name, teamId }: Thing,
  metadata: Readonly<Record<string, unknown>>,
): AuditEntry {
  const target = { type, id: String(id), name };
  const actor = estate.random.pick(estate.organization.users);
  return recordAudit(world, {
    organizationId: estate.organization.id,
    teamId,
    eventName,
    actor,
    target,
    metadata,
  });
}

function newThing(estate: Estate, kind: string): Thing {
  estate.serial += 1;
  const team = estate.random.pick(estate.organization.teams);
  const id = estate.organization.id * 10_000 + 5000 + estate.serial;
  return { id, name: `${kind} ${estate.serial}`, teamId: team.id };
}

function pickThing({ random }: Estate, things: readonly Thing[]): Thing | undefined {
  return things[random.int(0, things.length - 1)];
}

/** Not the first ones, which scenarios need. */
function takeNewest(things: Thing[]): Thing | undefined {
  return things.length > 8 ? things.pop() : undefined;
}

function administrator({ organization, random }: Estate): User {
  const [owner, administrator = owner] = organization.users;
  return random.chance(0.5) ? owner : administrator;
}
