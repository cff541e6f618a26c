import { z } from 'zod';
import type { AuditLogEntry, AuditLogSelection } from '../../domain/audit-log.ts';
import type { Endpoint, QueryValue, Upstream } from '../../upstream/call.ts';
import type { Rows, Slice } from '../read.ts';
import { anyObject, instant, orNull, rowsOf, textOrNumber, wholeNumber } from '../wire.ts';
import type { MakeAdmin } from './make-admin.ts';
import { own } from './own.ts';
import { rangeQuery } from './range.ts';
import { adminTag } from './tags.ts';

const entryShape = z
  .object({
    uuid: z.string().min(1),
    eventName: z.string(),
    triggeredAt: instant,
    actor: orNull(
      z.object({ id: orNull(textOrNumber), name: orNull(z.string()), email: orNull(z.string()) }),
    ),
    target: orNull(z.object({ type: orNull(z.string()), id: textOrNumber, name: orNull(z.string()) })),
    organization: z.object({ id: wholeNumber }),
    team: orNull(z.object({ id: wholeNumber, name: z.string() })),
    metadata: orNull(anyObject),
  })
  .transform(
    (wire): AuditLogEntry => ({
      uuid: wire.uuid,
      eventType: wire.eventName,
      triggeredAt: wire.triggeredAt,
      createdAt: null,
      actor: wire.actor,
      target: wire.target,
      organizationId: wire.organization.id,
      team: wire.team,
      change: null,
      details: wire.metadata,
    }),
  );

const organizationLog: Endpoint<Rows<AuditLogEntry>> = {
  method: 'GET',
  path: '/audit-logs/organization/{organizationId}',
  answer: z
    .object({ auditLogs: rowsOf('make-admin', entryShape), pagination: z.object({ total: wholeNumber }) })
    .transform(({ auditLogs, pagination }) => ({ rows: auditLogs, total: pagination.total })),
  cache: 'audit-log',
};

const teamLog: Endpoint<Rows<AuditLogEntry>> = { ...organizationLog, path: '/audit-logs/team/{teamId}' };

const entry: Endpoint<AuditLogEntry> = {
  method: 'GET',
  path: '/audit-logs/{uuid}',
  answer: entryShape,
  cache: 'audit-log',
};

export function auditLogDocumented(
  upstream: Upstream,
): Pick<MakeAdmin, 'auditLog' | 'teamAuditLog' | 'auditLogEntry'> {
  return {
    auditLog: ({ id, account }, selection, slice, errand) =>
      upstream.request(
        {
          endpoint: organizationLog,
          account,
          params: { organizationId: id },
          query: queryOf(selection, slice),
          tags: [adminTag(id, 'audit-log')],
        },
        errand,
      ),
    teamAuditLog: ({ id, account }, teamId, selection, slice, errand) =>
      upstream.request(
        {
          endpoint: teamLog,
          account,
          params: { teamId },
          query: queryOf({ ...selection, teams: [] }, slice),
          tags: [adminTag(id, 'audit-log')],
        },
        errand,
      ),
    async auditLogEntry(organization, uuid, errand) {
      const { id, account } = organization;
      const call = { endpoint: entry, account, params: { uuid }, tags: [adminTag(id, 'audit-log')] };
      return own(organization, await upstream.request(call, errand));
    },
  };
}

function queryOf(selection: AuditLogSelection, { offset, limit }: Slice): Record<string, QueryValue> {
  return {
    'team[]': selection.teams,
    ...rangeQuery(selection, 'dateRange[from]', 'dateRange[to]'),
    'eventType[]': selection.eventTypes,
    'author[]': selection.authors,
    offset,
    limit,
  };
}
