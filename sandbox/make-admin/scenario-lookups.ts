import { type Call, Refusal } from '../kernel/endpoint.ts';
import { idOf, isFields } from '../kernel/fields.ts';
import { requireAccess } from '../organizations/access.ts';
import type { Organization, User } from '../organizations/organizations.ts';
import { userOf } from './audit-log.ts';
import type { Scenario } from './state.ts';

interface ScenarioCall {
  readonly scenario: Scenario;
  readonly organization: Organization;
  /** Who calls. */
  readonly user: User;
}

/** The scenario with an id that came with a call, of an organization that its token may see. */
export function requireScenario(call: Call, id: unknown): ScenarioCall {
  if (id === undefined || id === null || id === '') {
    throw new Refusal(400, 'missing_required_fields', 'Missing required parameter scenarioId', {
      field: 'scenarioId',
      reason: 'is required',
    });
  }
  const scenario = call.world.makeAdmin.scenarios.get(idOf(id));
  if (scenario === undefined) {
    throw new Refusal(404, 'scenario_not_found', 'Scenario not found', {
      field: 'scenarioId',
      reason: 'does not exist',
    });
  }
  const organization = requireAccess(call, scenario.organizationId);
  return { scenario, organization, user: userOf(call, organization) };
}

export function scenarioAt(call: Call): ScenarioCall {
  return requireScenario(call, call.path['scenarioId']);
}

/** Of the scenario that the path, the query or the body names. */
export function organizationOfScenario({ world, path, query, body }: Call): number | undefined {
  const id =
    path['scenarioId'] ?? query.get('scenarioId') ?? (isFields(body) ? body['scenarioId'] : undefined);
  return world.makeAdmin.scenarios.get(idOf(id))?.organizationId;
}
