import { z } from 'zod';
import type { AuditLogEntry, AuditLogSelection } from '../../domain/audit-log.ts';
import type { Answer, Endpoint, QueryValue, Upstream } from '../../upstream/call.ts';
import type { Rows, Slice } from '../read.ts';
import { anyObject, instant, orNull, rowsOf, textOrNumber, wholeNumber } from '../wire.ts';
import type { MakeAdmin } from './make-admin.ts';
import { own } from './own.ts';
import { lastInstantBefore } from './range.ts';
import { adminTag } from './tags.ts';

const entryShape = z
  .object({
    uuid: z.string().min(1),
    eventName: z.string(),
    triggeredAt: instant,
    createdAt: orNull(instant),
    actor: orNull(
      z.object({ id: orNull(textOrNumber), name: orNull(z.string()), email: orNull(z.string()) }),
    ),
    targetId: orNull(textOrNumber),
    organizationId: wholeNumber,
    team: orNull(z.object({ id: wholeNumber, name: z.string() })),
    version: orNull(z.object({ from: z.unknown().optional(), to: z.unknown().optional() })),
    details: orNull(anyObject),
  })
  .transform(({ eventName, targetId, version, ...entry }) => ({
    ...entry,
    eventType: eventName,
    target: targetId === null ? null : { type: null, id: targetId, name: null },
    change:
      version === null || (version.from == null && version.to == null)
        ? null
        : { from: version.from ?? null, to: version.to ?? null },
  }));

const organizationLog: Endpoint<Rows<AuditLogEntry>> = {
  method: 'GET',
  path: '/audit-logs/organization/{organizationId}',
  answer: z
    .object({
      auditLogs: rowsOf('make-admin', entryShape),
      pg: orNull(z.object({ totalCount: orNull(wholeNumber) })),
    })
    .transform(({ auditLogs, pg }) => ({ rows: auditLogs, total: pg?.totalCount ?? null })),
  cache: 'audit-log',
};

const teamLog: Endpoint<Rows<AuditLogEntry>> = { ...organizationLog, path: '/audit-logs/team/{teamId}' };

const entry: Endpoint<AuditLogEntry> = {
  method: 'GET',
  path: '/audit-logs/{organizationId}/{uuid}',
  answer: entryShape,
  cache: 'audit-log',
};

export function auditLogLive(
  upstream: Upstream,
): Pick<MakeAdmin, 'auditLog' | 'teamAuditLog' | 'auditLogEntry'> {
  return {
    async auditLog({ id, account }, selection, slice, errand) {
      const call = {
        endpoint: organizationLog,
        account,
        params: { organizationId: id },
        query: queryOf(selection, slice),
        tags: [adminTag(id, 'audit-log')],
      };
      return withTotalOf(selection, await upstream.request(call, errand));
    },
    async teamAuditLog({ id, account }, teamId, selection, slice, errand) {
      const call = {
        endpoint: teamLog,
        account,
        params: { teamId },
        query: queryOf({ ...selection, teams: [] }, slice),
        tags: [adminTag(id, 'audit-log')],
      };
      return withTotalOf(selection, await upstream.request(call, errand));
    },
    async auditLogEntry(organization, uuid, errand) {
      const { id, account } = organization;
      const call = {
        endpoint: entry,
        account,
        params: { organizationId: id, uuid },
        tags: [adminTag(id, 'audit-log')],
      };
      return own(organization, await upstream.request(call, errand));
    },
  };
}

function queryOf({ from, to, ...lists }: AuditLogSelection, { offset, limit }: Slice) {
  return {
    'team[]': lists.teams,
    dateFrom: from === null ? undefined : dayOf(from),
    dateTo: to === null ? undefined : dayOf(lastInstantBefore(to)),
    'event[]': lists.eventTypes,
    'author[]': lists.authors,
    'pg[offset]': offset,
    'pg[limit]': limit,
    'pg[sortBy]': 'triggeredAt',
    'pg[sortDir]': 'desc',
    'pg[returnTotalCount]': 'true',
  } satisfies Record<string, QueryValue>;
}

const dayOf = (at: Date): string => at.toISOString().slice(0, 10);

/** Whole days are counted there: of a range that begins or ends within one, the count is not known. */
function withTotalOf(
  { from, to }: AuditLogSelection,
  answer: Answer<Rows<AuditLogEntry>>,
): Answer<Rows<AuditLogEntry>> {
  const isMidnight = (at: Date | null): boolean => at === null || at.getTime() % 86_400_000 === 0;
  if (isMidnight(from) && isMidnight(to)) return answer;
  return { ...answer, value: { ...answer.value, total: null } };
}
