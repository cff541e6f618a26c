import { z } from 'zod';
import type { AuditLogFilters } from '../../domain/audit-log.ts';
import type { Endpoint, Upstream } from '../../upstream/call.ts';
import { orNull, textOrNumber, wholeNumber } from '../wire.ts';
import type { MakeAdmin } from './make-admin.ts';
import { adminTag } from './tags.ts';

const userShape = z.object({ id: textOrNumber, name: z.string(), email: orNull(z.string()) });

const eventGroupShape = z
  .object({ header: z.string(), items: z.array(z.object({ label: z.string(), value: z.string() })) })
  .transform(({ header, items }) => ({ header, eventTypes: items }));

const filtersShape = z
  .object({
    users: z.array(userShape),
    teams: orNull(z.array(z.object({ id: wholeNumber, name: z.string() }))),
    events: z.array(eventGroupShape),
  })
  .transform(({ users, teams, events }): AuditLogFilters => ({ users, teams, eventGroups: events }));

const organizationFilters: Endpoint<AuditLogFilters> = {
  method: 'GET',
  path: '/audit-logs/organization/{organizationId}/filters',
  answer: filtersShape,
  cache: 'audit-filters',
};

const teamFilters: Endpoint<AuditLogFilters> = {
  ...organizationFilters,
  path: '/audit-logs/team/{teamId}/filters',
};

/** The same in both dialects. */
export function auditLogFilters(
  upstream: Upstream,
): Pick<MakeAdmin, 'auditLogFilters' | 'teamAuditLogFilters'> {
  return {
    auditLogFilters: ({ id, account }, errand) =>
      upstream.request(
        {
          endpoint: organizationFilters,
          account,
          params: { organizationId: id },
          tags: [adminTag(id, 'audit-log')],
        },
        errand,
      ),
    teamAuditLogFilters: ({ id, account }, teamId, errand) =>
      upstream.request(
        { endpoint: teamFilters, account, params: { teamId }, tags: [adminTag(id, 'audit-log')] },
        errand,
      ),
  };
}
