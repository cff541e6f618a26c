import { dayMs, hourMs } from '../kernel/time.ts';
import { planLimits } from '../make-billing/catalogue.ts';
import type { Organization, PlanName } from '../organizations/organizations.ts';
import type { World } from '../world.ts';
import { noise } from './noise.ts';
import { scenarioTemplates } from './scenario-catalogue.ts';
import type { Module, Scenario } from './state.ts';

const scenariosByPlan: Readonly<Record<PlanName, number>> = {
  free: 2,
  core: 4,
  pro: 6,
  teams: 9,
  enterprise: 14,
};

/** The share of what the plan includes that a whole period takes; the others lie between 35 and 75 %. */
const loads: Readonly<Record<number, number>> = {
  1001: 0.62,
  1002: 0.92,
  1003: 0.71,
  1004: 0.56,
  1008: 1.18,
};

const weekdaysOfPeriod = 24.8; // weekend days counted by the little that they take

/** The scenarios that an organization built in its first year and a half. */
export function foundScenarios(world: World, organization: Organization): void {
  const count = scenariosByPlan[organization.plan];
  const load = loads[organization.id] ?? 0.35 + 0.4 * noise(organization.id, 1);
  const perDay = (planLimits(organization.plan).operations * load) / weekdaysOfPeriod;
  const weights = Array.from({ length: count }, (_, index) => (isRetired(index) ? 0.2 : 1) / (index + 1.5));
  const total = weights.reduce((sum, weight, index) => sum + (isRetired(index) ? 0 : weight), 0);
  weights.forEach((weight, index) => {
    const scenario = foundScenario(organization, index, count, (perDay * weight) / total);
    if (scenario !== undefined) world.makeAdmin.scenarios.set(scenario.id, scenario);
  });
}

function foundScenario(
  organization: Organization,
  index: number,
  count: number,
  dailyOperations: number,
): Scenario | undefined {
  const template = scenarioTemplates[(index + organization.id * 3) % scenarioTemplates.length];
  const team = organization.teams[index % organization.teams.length];
  if (template === undefined || team === undefined) return undefined;
  const id = organization.id * 1000 + index + 1;
  const members = organization.users.filter(
    ({ role, teamIds }) => role !== 'admin' && teamIds.includes(team.id),
  );
  const owner =
    members[Math.floor(index / organization.teams.length) % members.length] ?? organization.users[0];
  const createdAt =
    organization.createdAt + (3 + Math.floor((index * 540) / count)) * dayMs + 9 * hourMs + index * 420_000;
  return {
    id,
    name: template.name,
    description: template.description,
    organizationId: organization.id,
    teamId: team.id,
    ownerId: owner.id,
    modules: template.modules.split(' ').map((each, place) => moduleOf(each, place + 1)),
    createdAt,
    dailyOperations,
    operationsPerRun: template.operationsPerRun,
    bytesPerOperation: template.bytesPerOperation,
    centicreditsPerOperation: template.centicreditsPerOperation ?? 100,
    errorRate: template.errorPercent / 100,
    errorTypes: template.errorTypes,
    retiresAt: isRetired(index) ? createdAt + 300 * dayMs : null,
    switchedAt: [createdAt + 26 * hourMs],
    edits: [],
    incompleteCount: 0,
  };
}

/** Some scenarios were given up after a while. */
const isRetired = (index: number): boolean => index % 6 === 4;

function moduleOf(text: string, id: number): Module {
  const [app = '', name = ''] = text.split(':');
  return { id, app, name };
}

export function scenariosOf({ makeAdmin }: World, organizationId: number): readonly Scenario[] {
  return makeAdmin.scenarios
    .values()
    .filter((scenario) => scenario.organizationId === organizationId)
    .toArray();
}

export function isActiveAt({ switchedAt }: Scenario, at: number): boolean {
  return switchedAt.findLastIndex((time) => time <= at) % 2 === 0;
}

/** Triggered by a call from outside, not by a schedule. */
export function isInstant({ modules }: Scenario): boolean {
  return modules[0]?.app === 'gateway';
}
