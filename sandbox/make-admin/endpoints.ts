import type { Endpoint } from '../kernel/endpoint.ts';
import { documentedAnalytics } from './documented-analytics.ts';
import { documentedAuditLogs } from './documented-audit-logs.ts';
import { documentedDlqs } from './documented-dlqs.ts';
import { documentedUsage } from './documented-usage.ts';
import { liveAccount } from './live-account.ts';
import { liveAnalytics } from './live-analytics.ts';
import { liveAuditLogs } from './live-audit-logs.ts';
import { liveDlqs } from './live-dlqs.ts';
import { liveOrganizations } from './live-organizations.ts';
import { liveScenarios } from './live-scenarios.ts';
import { organizationDetail } from './organization-detail.ts';

export const makeAdminDocumented: readonly Endpoint[] = [
  organizationDetail,
  ...documentedAuditLogs,
  ...documentedDlqs,
  ...documentedAnalytics,
  ...documentedUsage,
];

export const makeAdminLive: readonly Endpoint[] = [
  organizationDetail,
  ...liveAccount,
  ...liveOrganizations,
  ...liveScenarios,
  ...liveDlqs,
  ...liveAuditLogs,
  ...liveAnalytics,
];
