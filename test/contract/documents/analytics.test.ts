import { encodeGlobalId, ownedId } from '../../../src/schema/global-id.ts';
import { type DocumentedCall, holdDocument } from '../../kit/document-fields.ts';
import type { Json } from '../../kit/raw.ts';

const idOf = (typename: string, upstreamId: string) => encodeGlobalId(typename, ownedId(1004, upstreamId));

const counts = (wire: string, place: string) => ({
  [`${wire}.successful`]: `${place}.successful`,
  [`${wire}.failed`]: `${place}.failed`,
  [`${wire}.incomplete`]: `${place}.incomplete`,
  [`${wire}.total`]: `${place}.total`,
});

const scenario = (wire: string) => ({
  [`${wire}.scenarioId`]: 'scenarioPerformance.0.scenarioId',
  [`${wire}.scenarioName`]: 'scenarioPerformance.0.scenarioName',
  [`${wire}.teamId`]: 'scenarioPerformance.0.teamId',
  [`${wire}.isActive`]: 'scenarioPerformance.0.isActive',
  [`${wire}.operations`]: 'scenarioPerformance.0.operations',
  ...counts(`${wire}.executions`, 'scenarioPerformance.0.executions'),
  [`${wire}.successRate`]: 'scenarioPerformance.0.successRate',
  [`${wire}.dataTransfer`]: 'scenarioPerformance.0.dataTransfer',
});

const errorPattern = (wire: string) => ({
  [`${wire}.errorType`]: 'errorPatterns.0.errorType',
  [`${wire}.count`]: 'errorPatterns.0.count',
  [`${wire}.open`]: 'errorPatterns.0.open',
  [`${wire}.scenarioIds`]: 'errorPatterns.0.scenarioIds',
  [`${wire}.lastOccurredAt`]: 'errorPatterns.0.lastOccurredAt',
});

const trends = {
  'trends.operationsTrend.0.date': 'trends.operations.0.date',
  'trends.operationsTrend.0.value': 'trends.operations.0.value',
  'trends.executionSuccessRate.0.date': 'trends.executionSuccessRate.0.date',
  'trends.executionSuccessRate.0.value': 'trends.executionSuccessRate.0.value',
};

const period = { 'period.start': 'period.start', 'period.end': 'period.end' };

/** Minor units of the plan's currency, a share of one where it is a price for many. */
const dollars = (minorUnits: string) => String(Number(minorUnits) / 100);

const calls: readonly DocumentedCall[] = [
  {
    endpoint: 'GET /analytics/organization/{organizationId}',
    ask: `organization(id: "1004") {
      makeId
      analytics(period: { range: { from: "2026-11-01T00:00:00Z", to: "2026-11-15T00:00:00Z" } }) { * }
    }`,
    sends: () => ({ query: { from: '2026-11-01T00:00:00.000Z', to: '2026-11-14T23:59:59.999Z' } }),
    told: {
      ...period,
      'usage.operations.total': 'operations.included',
      'usage.operations.used': 'operationsUsed',
      'usage.operations.remaining': 'operations.remaining',
      'usage.operations.resetDate': 'resetAt',
      'usage.scenarios.active': 'scenarios.active',
      'usage.scenarios.inactive': 'scenarios.inactive',
      'usage.scenarios.total': 'scenarios.total',
      ...counts('usage.executions', 'executions'),
      'usage.apiCalls.total': 'apiCalls',
      'usage.dataTransfer.total': 'dataTransfer',
      'teams.0.teamId': 'teams.0.teamId',
      'teams.0.teamName': 'teams.0.teamName',
      'teams.0.operationsUsed': 'teams.0.operationsUsed',
      'teams.0.scenarioCount': 'teams.0.scenarioCount',
      'teams.0.successRate': 'teams.0.successRate',
      'teams.0.topErrors': 'teams.0.topErrors',
      'userActivity.0.userId': 'userActivity.0.userId',
      'userActivity.0.userName': 'userActivity.0.userName',
      'userActivity.0.events': 'userActivity.0.events',
      'userActivity.0.lastActiveAt': 'userActivity.0.lastActiveAt',
      ...trends,
      ...errorPattern('trends.errorPatterns.0'),
      ...scenario('performanceMetrics.scenarioPerformance.0'),
      'performanceMetrics.moduleEfficiency.0.scenarioId': 'modules.0.scenarioId',
      'performanceMetrics.moduleEfficiency.0.moduleId': 'modules.0.moduleId',
      'performanceMetrics.moduleEfficiency.0.name': 'modules.0.name',
      'performanceMetrics.moduleEfficiency.0.runs': 'modules.0.runs',
      'performanceMetrics.moduleEfficiency.0.failures': 'modules.0.failures',
      'performanceMetrics.moduleEfficiency.0.averageDurationMs': 'modules.0.averageDurationMs',
      'performanceMetrics.resourceUsage.operations': 'resources.operations',
      'performanceMetrics.resourceUsage.dataTransfer': 'resources.dataTransfer',
      'performanceMetrics.resourceUsage.centicredits': ['resources.credits', dollars],
      'performanceMetrics.resourceUsage.storage.included': 'resources.storage.included',
      'performanceMetrics.resourceUsage.storage.used': 'resources.storage.used',
      'performanceMetrics.resourceUsage.storage.overage': 'resources.storage.overage',
      'performanceMetrics.resourceUsage.incompleteExecutionsBytes': 'resources.incompleteExecutionsBytes',
      'performanceMetrics.costAnalysis.currency': 'costs.total.currency',
      'performanceMetrics.costAnalysis.costPerThousandOperations': [
        'costs.costPerThousandOperations.decimal',
        dollars,
      ],
      'performanceMetrics.costAnalysis.total': 'costs.total.minorUnits',
      'performanceMetrics.costAnalysis.lost': 'costs.lost.minorUnits',
      'performanceMetrics.costAnalysis.scenarios.0.scenarioId': 'costs.scenarios.0.scenarioId',
      'performanceMetrics.costAnalysis.scenarios.0.scenarioName': 'costs.scenarios.0.scenarioName',
      'performanceMetrics.costAnalysis.scenarios.0.teamId': 'costs.scenarios.0.teamId',
      'performanceMetrics.costAnalysis.scenarios.0.operations': 'costs.scenarios.0.operations',
      'performanceMetrics.costAnalysis.scenarios.0.cost': 'costs.scenarios.0.cost.minorUnits',
      'performanceMetrics.costAnalysis.scenarios.0.lostCost': 'costs.scenarios.0.lost.minorUnits',
      'performanceMetrics.costAnalysis.teams.0.teamId': 'costs.teams.0.teamId',
      'performanceMetrics.costAnalysis.teams.0.teamName': 'costs.teams.0.teamName',
      'performanceMetrics.costAnalysis.teams.0.cost': 'costs.teams.0.cost.minorUnits',
    },
    beside: { organizationId: 'the organization that was asked' },
  },
  {
    endpoint: 'GET /analytics/organization/{organizationId}',
    of: 'filtered',
    ask: `organization(id: "1004") {
      analytics(filter: {
        teams: ["10041"], scenarios: ["1004001"], statuses: [PENDING], errorTypes: ["RateLimitError"]
      }) { * }
    }`,
    sends: () => ({
      query: {
        'teams[]': '10041',
        'scenarios[]': '1004001',
        'status[]': 'pending',
        'errorTypes[]': 'RateLimitError',
      },
    }),
    told: { 'usage.operations.used': 'operationsUsed' },
    beside: Object.fromEntries(
      ['organizationId', 'period', 'usage', 'teams', 'userActivity', 'trends', 'performanceMetrics'].map(
        (part) => [part, 'as above'],
      ),
    ),
  },
  {
    endpoint: 'GET /analytics/team/{teamId}',
    ask: `node(id: "${idOf('Team', '10041')}") { ... on Team { analytics { * } } }`,
    told: {
      teamId: 'teamId',
      teamName: 'teamName',
      ...period,
      'teamOperations.used': 'operationsUsed',
      'teamOperations.dataTransfer': 'dataTransfer',
      'scenarios.active': 'scenarios.active',
      'scenarios.inactive': 'scenarios.inactive',
      'scenarios.total': 'scenarios.total',
      ...counts('executions', 'executions'),
      executionSuccessRate: 'successRate',
      ...scenario('scenarioPerformance.0'),
      ...errorPattern('errorPatterns.0'),
      ...trends,
    },
    beside: { organizationId: "the team's" },
  },
  {
    endpoint: 'GET /analytics/user/{userId}',
    ask: `node(id: "${idOf('User', '100401')}") { ... on User { analytics { * } } }`,
    told: {
      userId: 'userId',
      userName: 'userName',
      ...period,
      'individualUsage.operations': 'operationsUsed',
      ...counts('individualUsage.executions', 'executions'),
      'individualUsage.dataTransfer': 'dataTransfer',
      'individualUsage.successRate': 'successRate',
      'activityPatterns.events': 'activity.events',
      'activityPatterns.lastActiveAt': 'activity.lastActiveAt',
      'activityPatterns.byHour': 'activity.byHour',
      'activityPatterns.byWeekday': 'activity.byWeekday',
      'activityPatterns.byEvent': [
        'activity.byEventType.0.count',
        (byEvent: Json) => Object.values(byEvent)[0],
      ],
      ...scenario('scenarioOwnership.0'),
    },
    beside: { organizationId: "the user's" },
  },
];

holdDocument('documented', calls);
