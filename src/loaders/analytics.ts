import { registrationOf } from '../datasources/directory.ts';
import type {
  AnalyticsSelection,
  OrganizationAnalytics,
  TeamAnalytics,
  UserAnalytics,
} from '../domain/analytics.ts';
import type { Answer, Errand } from '../upstream/call.ts';
import { loadEachAlike } from './each.ts';
import type { Sources } from './loaders.ts';

export interface AnalyticsReader {
  ofOrganization(organization: number, selection: AnalyticsSelection): Promise<Answer<OrganizationAnalytics>>;
  /** Whoever asks knows the team from Make's own answers about the organization. */
  ofTeam(organization: number, team: number, selection: AnalyticsSelection): Promise<Answer<TeamAnalytics>>;
  /** Null where the upstream has no reports on users. */
  ofUser(
    organization: number,
    user: string,
    selection: AnalyticsSelection,
  ): Promise<Answer<UserAnalytics> | null>;
}

export function createAnalyticsReader({ directory, makeAdmin }: Sources, errand: Errand): AnalyticsReader {
  return {
    ofOrganization: loadEachAlike(
      'organizationAnalytics',
      (organization: number, selection: AnalyticsSelection) =>
        makeAdmin.organizationAnalytics(registrationOf(directory, organization), selection, errand),
    ),
    ofTeam: loadEachAlike(
      'teamAnalytics',
      (organization: number, team: number, selection: AnalyticsSelection) =>
        makeAdmin.teamAnalytics(registrationOf(directory, organization), team, selection, errand),
    ),
    ofUser: loadEachAlike(
      'userAnalytics',
      (organization: number, user: string, selection: AnalyticsSelection) =>
        makeAdmin.userAnalytics(registrationOf(directory, organization), user, selection, errand),
    ),
  };
}
