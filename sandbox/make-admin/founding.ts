import { dayMs, hourMs, minuteMs } from '../kernel/time.ts';
import type { Organization } from '../organizations/organizations.ts';
import type { World } from '../world.ts';
import { recordAudit } from './audit-log.ts';
import { connectionId, hookIdOf, reachesOutside } from './blueprints.ts';
import { appName } from './failures.ts';
import { isActiveAt, scenariosOf } from './scenarios.ts';
import type { Estate, Scenario } from './state.ts';

/** How an organization set itself up: teams and people within two days, then one scenario after the other. */
export function planFounding(world: World, estate: Estate): void {
  const { organization } = estate;
  organization.teams.forEach((team, index) => {
    world.timeline.at(organization.createdAt + (index + 1) * minuteMs, () =>
      recordAudit(world, {
        organizationId: organization.id,
        teamId: team.id,
        eventName: 'team_created',
        target: { type: 'team', id: String(team.id), name: team.name },
      }),
    );
  });
  planInvitations(world, organization);
  for (const scenario of scenariosOf(world, organization.id)) planScenario(world, estate, scenario);
}

function planInvitations(world: World, { id: organizationId, createdAt, users }: Organization): void {
  users.slice(1).forEach(({ id, name, email, role }, index) => {
    const target = { type: 'user', id: String(id), name };
    const at = createdAt + (index + 1) * 2 * hourMs;
    world.timeline.at(at, () =>
      recordAudit(world, {
        organizationId,
        eventName: 'user_invited',
        target,
        metadata: { email, role: 'member' },
      }),
    );
    if (role === 'member') return;
    const metadata = { from: 'member', to: role };
    world.timeline.at(at + hourMs, () =>
      recordAudit(world, { organizationId, eventName: 'user_role_changed', target, metadata }),
    );
  });
}

function planScenario(world: World, estate: Estate, scenario: Scenario): void {
  const { organizationId, teamId, name, createdAt, switchedAt, retiresAt, edits, ownerId } = scenario;
  const actor = world.users.get(ownerId) ?? estate.organization.users[0];
  const context = { organizationId, teamId, actor };
  const target = { type: 'scenario', id: String(scenario.id), name };

  world.timeline.at(createdAt, () => {
    for (const app of new Set(scenario.modules.filter(reachesOutside).map((module) => module.app))) {
      const connection = {
        id: connectionId(app, organizationId),
        name: `${appName(app)} connection`,
        teamId,
      };
      if (estate.connections.some(({ id }) => id === connection.id)) continue;
      estate.connections.push(connection);
      recordAudit(world, {
        ...context,
        eventName: 'connection_created',
        target: { type: 'connection', id: String(connection.id), name: connection.name },
        metadata: { app },
      });
    }
    const hookId = hookIdOf(scenario);
    if (hookId !== null) {
      estate.webhooks.push({ id: hookId, name, teamId });
      recordAudit(world, {
        ...context,
        eventName: 'webhook_created',
        target: { type: 'webhook', id: String(hookId), name },
        metadata: { scenarioId: scenario.id },
      });
    }
    recordAudit(world, { ...context, eventName: 'scenario_created', target });
  });
  const [switchedOnAt = createdAt] = switchedAt;
  edits.push({ at: switchedOnAt, type: 'start', authorId: actor.id });
  world.timeline.at(switchedOnAt, () =>
    recordAudit(world, {
      ...context,
      eventName: 'scenario_activated',
      target,
      metadata: { from: false, to: true },
    }),
  );
  if (retiresAt !== null) retire(retiresAt);

  function retire(at: number): void {
    world.timeline.at(at, () => {
      if (!isActiveAt(scenario, at)) return retire(at + dayMs);
      switchedAt.push(at);
      edits.push({ at, type: 'stop', authorId: actor.id });
      const metadata = { from: true, to: false, reason: 'given up' };
      recordAudit(world, { ...context, eventName: 'scenario_deactivated', target, metadata });
    });
  }
}
