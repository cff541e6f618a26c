import { planLimits, planPrice } from '../make-billing/catalogue.ts';
import { accountOf, runningSubscription } from '../make-billing/state.ts';
import type { Organization } from '../organizations/organizations.ts';
import type { World } from '../world.ts';
import { byScenario, type Scope, scenarioRow, type Work } from './analytics.ts';
import { noise } from './noise.ts';
import type { Scenario } from './state.ts';
import { usageOf } from './usage.ts';

type Row = ReturnType<typeof byScenario>[number];

/** The parts of an organization's report that only Enterprise has. */
export function performanceMetrics(world: World, organization: Organization, scope: Scope) {
  const rows = byScenario(world, scope);
  return {
    scenarioPerformance: rows.map((row) => scenarioRow(world, row)),
    moduleEfficiency: rows.flatMap(({ scenario, work }) => moduleRows(world, scenario, work)),
    resourceUsage: resourceUsage(world, organization, rows),
    costAnalysis: costAnalysis(world, organization, rows),
  };
}

function moduleRows(world: World, scenario: Scenario, { usage, incomplete }: Work) {
  return scenario.modules.map((module) => {
    const failures = incomplete.filter(({ failedModule }) => failedModule.id === module.id).length;
    const speed = noise(world.makeAdmin.usageSalt, scenario.id, module.id);
    return {
      scenarioId: String(scenario.id),
      moduleId: String(module.id),
      name: `${module.app}:${module.name}`,
      runs: usage.executions + incomplete.length,
      failures,
      averageDurationMs: Math.round(40 + 900 * speed * speed),
    };
  });
}

function resourceUsage(world: World, organization: Organization, rows: readonly Row[]) {
  const { storage } = usageOf(world, organization);
  return {
    operations: total(rows, ({ usage }) => usage.operations),
    /** Bytes. */
    dataTransfer: total(rows, ({ usage }) => usage.dataTransfer),
    centicredits: total(rows, ({ usage }) => usage.centicredits),
    storage,
    incompleteExecutionsBytes: total(rows, ({ incomplete }) =>
      incomplete.reduce((bytes, { size }) => bytes + size, 0),
    ),
  };
}

/** Operations at what the plan's price makes of one; amounts are in minor units, so that the parts add up. */
function costAnalysis(world: World, organization: Organization, rows: readonly Row[]) {
  const account = accountOf(world, organization);
  const plan = organization.plan === 'free' ? 'core' : organization.plan;
  const price = runningSubscription(account)?.price ?? planPrice(plan, account.currency, 'month');
  const paidOperations = planLimits(organization.plan).operations * (price.interval === 'year' ? 12 : 1);
  const costOf = (operations: number): number => Math.round((operations * price.amount) / paidOperations);
  const scenarios = rows.map(({ scenario, work }) => ({
    scenarioId: String(scenario.id),
    scenarioName: scenario.name,
    teamId: scenario.teamId,
    operations: work.usage.operations,
    cost: costOf(work.usage.operations),
    /** What went into executions that failed. */
    lostCost: costOf((work.usage.errors + work.incomplete.length) * scenario.operationsPerRun),
  }));
  return {
    currency: account.currency,
    costPerThousandOperations: ((price.amount * 1000) / paidOperations).toFixed(4),
    total: scenarios.reduce((sum, { cost }) => sum + cost, 0),
    lost: scenarios.reduce((sum, { lostCost }) => sum + lostCost, 0),
    scenarios,
    teams: organization.teams.map((team) => ({
      teamId: team.id,
      teamName: team.name,
      cost: scenarios.filter(({ teamId }) => teamId === team.id).reduce((sum, { cost }) => sum + cost, 0),
    })),
  };
}

function total(rows: readonly Row[], part: (work: Work) => number): number {
  return rows.reduce((sum, { work }) => sum + part(work), 0);
}
