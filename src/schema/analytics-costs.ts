import type {
  CostAnalysis as DomainCosts,
  ModuleEfficiency as DomainModule,
  ResourceUsage as DomainResources,
  ScenarioCost as DomainScenarioCost,
  TeamCost as DomainTeamCost,
} from '../domain/analytics.ts';
import { builder } from './builder.ts';
import { Money } from './money.ts';
import { Quota } from './quota.ts';
import { UnitPrice } from './unit-price.ts';

export const ModuleEfficiency = builder.objectRef<DomainModule>('ModuleEfficiency').implement({
  description: 'How one module of a scenario worked in the period.',
  fields: (t) => ({
    scenarioId: t.exposeID('scenarioId', { description: "Make's number of the scenario." }),
    moduleId: t.exposeID('moduleId', { description: 'Its number within the scenario.' }),
    name: t.exposeString('name', { nullable: true, description: 'App and module: `http:ActionSendData`.' }),
    runs: t.expose('runs', { type: 'SafeInt', description: 'How often it ran.' }),
    failures: t.expose('failures', { type: 'SafeInt', description: 'How often it failed.' }),
    averageDurationMs: t.exposeInt('averageDurationMs', {
      nullable: true,
      description: 'Milliseconds that it took on average.',
    }),
  }),
});

export const ResourceUsage = builder.objectRef<DomainResources>('ResourceUsage').implement({
  description: 'What was used up in the period.',
  fields: (t) => ({
    operations: t.expose('operations', {
      type: 'Decimal',
      nullable: true,
      description: 'Operations that were used.',
    }),
    dataTransfer: t.expose('dataTransfer', {
      type: 'Decimal',
      nullable: true,
      description: 'Bytes that were moved.',
    }),
    credits: t.expose('credits', { type: 'Decimal', nullable: true, description: 'Credits that were used.' }),
    storage: t.expose('storage', {
      type: Quota,
      nullable: true,
      description: 'Gigabytes in data stores, and how many there may be.',
    }),
    incompleteExecutionsBytes: t.expose('incompleteExecutionsBytes', {
      type: 'Decimal',
      nullable: true,
      description: 'Bytes that are kept for retries.',
    }),
  }),
});

const ScenarioCost = builder.objectRef<DomainScenarioCost>('ScenarioCost').implement({
  description: 'What one scenario cost in the period.',
  fields: (t) => ({
    scenarioId: t.exposeID('scenarioId', { description: "Make's number of the scenario." }),
    scenarioName: t.exposeString('scenarioName', { nullable: true, description: 'What it is called.' }),
    teamId: t.exposeID('teamId', { nullable: true, description: "Make's number of its team." }),
    operations: t.expose('operations', {
      type: 'Decimal',
      nullable: true,
      description: 'Operations that it used.',
    }),
    cost: t.expose('cost', { type: Money, description: 'What they cost.' }),
    lost: t.expose('lost', {
      type: Money,
      nullable: true,
      description: 'How much of it went into executions that failed.',
    }),
  }),
});

const TeamCost = builder.objectRef<DomainTeamCost>('TeamCost').implement({
  description: 'What one team cost in the period.',
  fields: (t) => ({
    teamId: t.exposeID('teamId', { description: "Make's number of the team." }),
    teamName: t.exposeString('teamName', { nullable: true, description: 'What it is called.' }),
    cost: t.expose('cost', { type: Money, description: 'What its scenarios cost together.' }),
  }),
});

export const CostAnalysis = builder.objectRef<DomainCosts>('CostAnalysis').implement({
  description: "What operations cost at the price of the organization's plan, as Make works it out.",
  fields: (t) => ({
    costPerThousandOperations: t.expose('costPerThousandOperations', {
      type: UnitPrice,
      nullable: true,
      description: 'What a thousand operations cost.',
    }),
    total: t.expose('total', { type: Money, description: 'What all of them cost.' }),
    lost: t.expose('lost', {
      type: Money,
      nullable: true,
      description: 'How much of it went into executions that failed.',
    }),
    scenarios: t.expose('scenarios', { type: [ScenarioCost], description: 'By scenario.' }),
    teams: t.expose('teams', { type: [TeamCost], description: 'By team.' }),
  }),
});
