import type { Organization } from '../organizations/organizations.ts';
import type { World } from '../world.ts';
import { doSomething } from './activity.ts';
import { addIncompleteExecution } from './incomplete-executions.ts';
import { failLogin } from './logins.ts';
import { isActiveAt, scenariosOf } from './scenarios.ts';
import type { AuditEntry, Scenario } from './state.ts';
import { addOperationsToday, usageOf } from './usage.ts';

/** Makes people do something, now. */
export function addAuditEntries(world: World, organization: Organization, count: number) {
  const estate = world.makeAdmin.estates.get(organization.id);
  return estate === undefined ? [] : times(count, () => summary(doSomething(world, estate)));
}

/** Someone fails to log in to the owner's account, again and again from one address. */
export function addFailedLogins(world: World, organization: Organization, count: number) {
  const ip = `198.51.100.${world.makeAdmin.random.int(2, 250)}`;
  return times(count, () => ({ ...summary(failLogin(world, organization, organization.users[0], ip)), ip }));
}

/** Runs that fail now, spread over the active scenarios; nothing retries them unasked. */
export function addIncompleteExecutions(world: World, organization: Organization, count: number) {
  const scenarios = activeScenarios(world, organization);
  return times(count, (index) => scenarios[index % scenarios.length])
    .filter((scenario) => scenario !== undefined)
    .map((scenario) => {
      const { id, errorType } = addIncompleteExecution(world, scenario);
      return { dlqId: id, scenarioId: scenario.id, errorType };
    });
}

/** Adds to what the busiest active scenario took today. */
export function addOperations(world: World, organization: Organization, count: number) {
  const [scenario] = activeScenarios(world, organization);
  if (scenario !== undefined) addOperationsToday(world, scenario, count);
  const { used, included } = usageOf(world, organization).operations;
  return { scenarioId: scenario?.id ?? null, used, included };
}

function activeScenarios(world: World, organization: Organization): readonly Scenario[] {
  const now = world.timeline.now();
  return scenariosOf(world, organization.id).filter((scenario) => isActiveAt(scenario, now));
}

function summary({ uuid, eventName }: AuditEntry) {
  return { uuid, eventName };
}

function times<T>(count: number, make: (index: number) => T): readonly T[] {
  return Array.from({ length: count }, (_, index) => make(index));
}
