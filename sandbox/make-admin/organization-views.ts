import { iso } from '../kernel/time.ts';
import { includedOperations, planLimits } from '../make-billing/catalogue.ts';
import type { Organization, Team } from '../organizations/organizations.ts';
import type { World } from '../world.ts';
import { licenseOf, productName } from './license.ts';
import { isActiveAt, scenariosOf } from './scenarios.ts';
import type { Scenario } from './state.ts';
import { usageBetween, usagePeriodAt } from './usage.ts';

const centicreditsPerCredit = 100;

/** An organization as Make shows it; big counters are decimal strings. */
export function organizationView(world: World, organization: Organization) {
  const { id, plan } = organization;
  const now = world.timeline.now();
  const period = usagePeriodAt(world, organization, now);
  const scenarios = scenariosOf(world, id);
  const active = scenarios.filter((scenario) => isActiveAt(scenario, now));
  const used = usageBetween(world, scenarios, period.start, now);
  const limits = planLimits(plan);
  const included = includedOperations(world, organization);
  const extra = included - limits.operations;
  return {
    id,
    name: organization.name,
    timezoneId: organization.timezone.id,
    zone: organization.zone,
    countryId: organization.country.id,
    license: licenseOf(plan),
    serviceName: productName(plan),
    productName: productName(plan),
    isPaused: world.makeBilling.accounts.get(id)?.subscription?.status === 'suspended',
    externalId: null,
    solutionPartnerLink: null,
    tfaEnforced: plan === 'enterprise',
    sharedScenarioPartnerCode: null,
    privateSpaces: [],
    createdAt: iso(organization.createdAt),
    lastReset: iso(period.start),
    nextReset: iso(period.end),
    operations: String(used.operations),
    transfer: String(used.dataTransfer),
    centicreditsConsumed: String(used.centicredits),
    operationsExt: String(extra),
    transferExt: '0',
    centicreditsExtra: String(extra * centicreditsPerCredit),
    unusedOperations: left(included, used.operations),
    unusedTransfer: left(limits.dataTransfer, used.dataTransfer),
    unusedCenticredits: left(included * centicreditsPerCredit, used.centicredits),
    autoPurchasingActivated: false,
    autoPurchaseInProgress: false,
    features: {},
    activeApps: appsOf(active).size,
    activeScenarios: active.length,
    ssoType: null,
    featureControls: [],
    teams: organization.teams.map((team) => ({ id: team.id, name: team.name })),
  };
}

/** A team; some counters are strings and some numbers, as Make has them. */
export function teamView(world: World, organization: Organization, team: Team) {
  const now = world.timeline.now();
  const { start } = usagePeriodAt(world, organization, now);
  const scenarios = scenariosOf(world, organization.id).filter(({ teamId }) => teamId === team.id);
  const active = scenarios.filter((scenario) => isActiveAt(scenario, now));
  const used = usageBetween(world, scenarios, start, now);
  return {
    id: team.id,
    name: team.name,
    organizationId: organization.id,
    globalAgentsEnabled: false,
    type: 'standard',
    activeScenarios: active.length,
    activeApps: appsOf(active).size,
    operations: String(used.operations),
    transfer: String(used.dataTransfer),
    centicredits: String(used.centicredits),
    operationsLimit: null,
    transferLimit: String(planLimits(organization.plan).dataTransfer),
    consumedOperations: used.operations,
    consumedTransfer: String(used.dataTransfer),
    consumedCenticredits: used.centicredits,
    isPaused: false,
  };
}

function appsOf(scenarios: readonly Scenario[]): ReadonlySet<string> {
  return new Set(scenarios.flatMap(({ modules }) => modules.map(({ app }) => app)));
}

function left(included: number, used: number): string {
  return String(Math.max(0, included - used));
}
