import type { AnalyticsSelection } from '../../../src/domain/analytics.ts';
import type { AuditLogSelection } from '../../../src/domain/audit-log.ts';
import type { IncompleteExecutionSelection } from '../../../src/domain/incomplete-execution.ts';

/** What the sandbox answers, as it came. */
export type Wire = ReturnType<typeof JSON.parse>;

export const everyEntry: AuditLogSelection = { from: null, to: null, eventTypes: [], authors: [], teams: [] };

export const anyExecution: IncompleteExecutionSelection = {
  scenarioId: null,
  statuses: [],
  errorTypes: [],
  from: null,
  to: null,
};

export const everything: AnalyticsSelection = {
  period: null,
  teams: [],
  scenarios: [],
  statuses: [],
  errorTypes: [],
  scenarioStatuses: [],
  folders: [],
};

/** Ids that would lead elsewhere, were they written into a path as they are. */
export const hostileIds = [
  '../organizations',
  '..',
  '.',
  'a/b',
  'a?b=c',
  'a#b',
  'a%2fb',
  'a\nb',
  'a\\b',
  '…/🏴',
  '',
];
