import { createRandom, type Random } from '../kernel/random.ts';
import type { Organization } from '../organizations/organizations.ts';

/** What organizations run, how it went, and who did what. */
export interface MakeAdmin {
  readonly scenarios: Map<number, Scenario>;
  /** By id, oldest first. */
  readonly incompleteExecutions: Map<string, IncompleteExecution>;
  /** By organization, oldest first. */
  readonly auditLogs: Map<number, AuditEntry[]>;
  readonly auditEntries: Map<string, AuditEntry>;
  readonly estates: Map<number, Estate>;
  /** Operations beyond what schedules make, by scenario and day (that day's midnight). */
  readonly extraOperations: Map<number, Map<number, number>>;
  /** What varies usage from day to day. */
  usageSalt: number;
  /** The chance of whatever is made, its ids included. */
  random: Random;
}

export interface Scenario {
  readonly id: number;
  readonly name: string;
  readonly description: string;
  readonly organizationId: number;
  readonly teamId: number;
  readonly ownerId: number;
  readonly modules: readonly Module[];
  readonly createdAt: number;
  /** What a usual working day of its takes, at the volume that its organization has grown to. */
  readonly dailyOperations: number;
  readonly operationsPerRun: number;
  readonly bytesPerOperation: number;
  readonly centicreditsPerOperation: number;
  /** The share of its runs that fail for good. */
  readonly errorRate: number;
  /** What its runs fail of, the likeliest first. */
  readonly errorTypes: readonly [string, ...string[]];
  /** When it is given up. */
  readonly retiresAt: number | null;
  /** When it was switched on and off, in order: even entries on, odd ones off. */
  readonly switchedAt: number[];
  readonly edits: ScenarioEdit[];
  /** How many of its runs were kept as incomplete so far. */
  incompleteCount: number;
}

export interface Module {
  readonly id: number;
  readonly app: string;
  readonly name: string;
}

export interface ScenarioEdit {
  readonly at: number;
  readonly type: 'start' | 'stop' | 'modify';
  readonly authorId: number;
}

export type IncompleteExecutionStatus = 'pending' | 'failed' | 'retrying' | 'resolved' | 'cancelled';

export interface IncompleteExecution {
  readonly id: string;
  readonly organizationId: number;
  readonly teamId: number;
  readonly scenarioId: number;
  readonly createdAt: number;
  /** Its place in the scenario's queue, counted from 0. */
  readonly index: number;
  readonly size: number;
  /** Whether it is retried without anyone asking. */
  readonly retriesItself: boolean;
  readonly errorType: string;
  readonly errorMessage: string;
  status: IncompleteExecutionStatus;
  /** The module that failed. */
  failedModule: Module;
  /** The execution that failed first, then each retry. */
  readonly runs: [Run, ...Run[]];
  readonly notes: Note[];
  updatedAt: number;
  /** What was put in place of the blueprint of the time of failure. */
  blueprint: Blueprint | null;
  /** True from an update of the blueprint until the retry after it. */
  isMended: boolean;
}

export interface Run {
  readonly executionId: string;
  readonly startedAt: number;
  readonly authorId: number | null;
  readonly durationMs: number;
  readonly operations: number;
  outcome: 'running' | 'success' | 'error';
}

/** What people did to an incomplete execution, for its log. */
interface Note {
  readonly at: number;
  readonly message: string;
  readonly data: Readonly<Record<string, unknown>>;
}

export type Blueprint = Readonly<Record<string, unknown>>;

export interface Actor {
  readonly id: number | null;
  readonly name: string;
  readonly email: string;
}

export interface AuditEntry {
  readonly uuid: string;
  readonly organizationId: number;
  readonly teamId: number | null;
  readonly eventName: string;
  readonly triggeredAt: number;
  readonly actor: Actor;
  readonly target: AuditTarget | null;
  readonly metadata: Readonly<Record<string, unknown>>;
}

export interface AuditTarget {
  readonly type: string;
  readonly id: string;
  readonly name: string;
}

/** What people of an organization set up besides scenarios, and what decides what they do next. */
export interface Estate {
  readonly organization: Organization;
  readonly random: Random;
  readonly webhooks: Thing[];
  readonly connections: Thing[];
  readonly keys: Thing[];
  readonly guests: Thing[];
  sessionTimeoutMinutes: number;
  serial: number;
}

export interface Thing {
  readonly id: number;
  readonly name: string;
  readonly teamId: number;
}

export function createMakeAdminState(): MakeAdmin {
  return {
    scenarios: new Map(),
    incompleteExecutions: new Map(),
    auditLogs: new Map(),
    auditEntries: new Map(),
    estates: new Map(),
    extraOperations: new Map(),
    usageSalt: 0,
    random: createRandom(''),
  };
}
