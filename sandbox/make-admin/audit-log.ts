import type { Call } from '../kernel/endpoint.ts';
import type { Organization, User } from '../organizations/organizations.ts';
import type { World } from '../world.ts';
import type { Actor, AuditEntry, AuditTarget } from './state.ts';

interface AuditRecord {
  readonly organizationId: number;
  readonly eventName: string;
  /** The organization's owner when nobody is named. */
  readonly actor?: Actor;
  readonly teamId?: number;
  readonly target?: AuditTarget;
  readonly metadata?: Readonly<Record<string, unknown>>;
  /** World time; now when not given. */
  readonly at?: number;
}

export function recordAudit(world: World, record: AuditRecord): AuditEntry {
  const { makeAdmin, timeline } = world;
  const entry: AuditEntry = {
    uuid: makeAdmin.random.uuid(),
    organizationId: record.organizationId,
    teamId: record.teamId ?? null,
    eventName: record.eventName,
    triggeredAt: record.at ?? timeline.now(),
    actor: record.actor ?? ownerOf(world, record.organizationId),
    target: record.target ?? null,
    metadata: record.metadata ?? {},
  };
  insertByTime(auditLogOf(world, record.organizationId), entry);
  makeAdmin.auditEntries.set(entry.uuid, entry);
  return entry;
}

/** An organization's entries, oldest first. */
export function auditLogOf({ makeAdmin }: World, organizationId: number): AuditEntry[] {
  const log = makeAdmin.auditLogs.get(organizationId);
  if (log !== undefined) return log;
  const empty: AuditEntry[] = [];
  makeAdmin.auditLogs.set(organizationId, empty);
  return empty;
}

/** The user whose token a call came with: the first who has its role; where nobody has it, the least of them. */
export function userOf(call: Call, organization: Organization): User {
  const { users } = organization;
  return users.find((user) => user.role === call.caller.role) ?? users.at(-1) ?? users[0];
}

function ownerOf(world: World, organizationId: number): Actor {
  const owner = world.organizations.get(organizationId)?.users[0];
  return owner ?? { id: null, name: 'Make', email: 'support@make.example' };
}

function insertByTime(log: AuditEntry[], entry: AuditEntry): void {
  const place = log.findLastIndex(({ triggeredAt }) => triggeredAt <= entry.triggeredAt) + 1;
  if (place === log.length) log.push(entry);
  else log.splice(place, 0, entry);
}
