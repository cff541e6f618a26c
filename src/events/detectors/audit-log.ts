import type { AuditLogEntry } from '../../domain/audit-log.ts';
import type { ListKind } from './list.ts';

/** Entries never change. */
export const auditLogEntries: ListKind<AuditLogEntry> = {
  name: 'audit-log-entry',
  keyOf: ({ uuid }) => uuid,
  atOf: ({ triggeredAt }) => triggeredAt.getTime(),
  fieldsOf: ({ eventType, team }) => ({ eventType, team: team?.id ?? null }),
  added: 'AUDIT_LOG_RECORDED',
  addedAt: ({ triggeredAt }) => triggeredAt,
  changed: [],
  removed: null,
  objectOf: (value) => ({ kind: 'audit-log-entry', value }),
  teamOf: ({ team }) => (typeof team === 'number' ? team : null),
};
