import { z } from 'zod';
import type { AuditLogEntry } from '../../domain/audit-log.ts';
import type { Change, DetectedEvent, SecurityAlertKind, SecuritySeverity } from '../../domain/event.ts';
import { type Detection, eventId } from './list.ts';

export const securitySnapshotShape = z.object({
  /** Logins that failed lately, by whom they were tried as. */
  failures: z.array(z.object({ actor: z.string(), at: z.number() })),
  /** When an alert on an actor's failed logins was given last, by severity and actor. */
  alerts: z.record(z.string(), z.number()),
});
export type SecuritySnapshot = z.output<typeof securitySnapshotShape>;

/** Failed logins within so long count together. */
const windowMs = 10 * 60_000;
const failedLoginSteps = [
  { count: 3, severity: 'MEDIUM' },
  { count: 10, severity: 'HIGH' },
] as const;
const rememberedFailures = 200;

/** Entries that are an alert each. */
const alertOf: ReadonlyMap<string, { alert: SecurityAlertKind; severity: SecuritySeverity }> = new Map([
  ['key_created', { alert: 'API_KEY_CHANGED', severity: 'MEDIUM' }],
  ['key_deleted', { alert: 'API_KEY_CHANGED', severity: 'LOW' }],
  ['user_role_changed', { alert: 'USER_ROLE_CHANGED', severity: 'MEDIUM' }],
]);

/** What among new entries of the audit log somebody ought to look at. Entries come oldest first. */
export function detectAlerts(
  organization: number,
  previous: SecuritySnapshot | null,
  entries: readonly AuditLogEntry[],
): Detection<SecuritySnapshot> {
  const events: DetectedEvent[] = [];
  let failures = [...(previous?.failures ?? [])];
  const alerts = new Map(Object.entries(previous?.alerts ?? {}));

  function tell(
    value: AuditLogEntry,
    alert: SecurityAlertKind,
    severity: SecuritySeverity,
    count: number,
  ): void {
    const changes: Change[] = [];
    events.push({
      id: eventId([organization, 'security-alert', value.uuid, severity], 'SECURITY_ALERT', changes, null),
      type: 'SECURITY_ALERT',
      occurredAt: value.triggeredAt,
      changes,
      team: null,
      object: { kind: 'security-alert', alert, severity, count, value },
    });
  }

  for (const entry of entries) {
    const at = entry.triggeredAt.getTime();
    const single = alertOf.get(entry.eventType);
    if (single !== undefined) tell(entry, single.alert, single.severity, 1);
    if (entry.eventType !== 'login_failed') continue;
    const actor = entry.actor?.id ?? entry.actor?.email ?? entry.target?.id ?? '';
    failures.push({ actor, at });
    const count = failures.filter(
      (each) => each.actor === actor && Math.abs(each.at - at) <= windowMs,
    ).length;
    for (const { count: step, severity } of failedLoginSteps) {
      const key = `${severity}:${actor}`;
      const isOnRecord = at - (alerts.get(key) ?? Number.NEGATIVE_INFINITY) <= windowMs;
      if (count < step || isOnRecord) continue;
      alerts.set(key, at);
      tell(entry, 'FAILED_LOGINS', severity, count);
    }
  }
  const newest = Math.max(0, ...failures.map(({ at }) => at), ...alerts.values());
  failures = failures.filter(({ at }) => newest - at <= windowMs).slice(-rememberedFailures);
  const recent = [...alerts].filter(([, at]) => newest - at <= windowMs);
  return { events, snapshot: { failures, alerts: Object.fromEntries(recent) } };
}
