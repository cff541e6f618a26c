import type { AuditLogEntry } from './audit-log.ts';
import type { CustomerSubscription } from './customer.ts';
import type { UpstreamName } from './failure.ts';
import type { IncompleteExecution } from './incomplete-execution.ts';
import type { MakeInvoice } from './invoice.ts';
import type { MakePayment } from './payment.ts';
import type { PaymentMethod } from './payment-method.ts';
import type { PlatformInvoice } from './platform-invoice.ts';
import type { PlatformPaymentMethod } from './platform-payment-method.ts';
import type { MakeSubscription } from './subscription.ts';
import type { Usage } from './usage.ts';

export const eventTypes = [
  'SUBSCRIPTION_CREATED',
  'SUBSCRIPTION_STATUS_CHANGED',
  'SUBSCRIPTION_PLAN_CHANGED',
  'SUBSCRIPTION_DISCOUNT_CHANGED',
  'SUBSCRIPTION_ENDED',
  'PAYMENT_RECORDED',
  'PAYMENT_STATUS_CHANGED',
  'INVOICE_CREATED',
  'INVOICE_STATUS_CHANGED',
  'PAYMENT_METHOD_ADDED',
  'PAYMENT_METHOD_CHANGED',
  'PAYMENT_METHOD_REMOVED',
  'AUDIT_LOG_RECORDED',
  'INCOMPLETE_EXECUTION_CREATED',
  'INCOMPLETE_EXECUTION_STATUS_CHANGED',
  'INCOMPLETE_EXECUTION_DELETED',
  'USAGE_THRESHOLD_REACHED',
  'USAGE_THRESHOLD_RECOVERED',
  'SECURITY_ALERT',
  'SNAPSHOT',
  'LAGGED',
] as const;
export type EventType = (typeof eventTypes)[number];

export const eventSources = ['POLL', 'WEBHOOK', 'GATEWAY'] as const;
export type EventSource = (typeof eventSources)[number];

/** One thing about an object that is not what it was. Values are plain JSON. */
export interface Change {
  readonly field: string;
  readonly before: unknown;
  readonly after: unknown;
}

/** What is counted against what is included. */
export type UsageMeter = 'OPERATIONS' | 'CREDITS';

export const securityAlertKinds = ['FAILED_LOGINS', 'API_KEY_CHANGED', 'USER_ROLE_CHANGED'] as const;
export type SecurityAlertKind = (typeof securityAlertKinds)[number];

export const securitySeverities = ['LOW', 'MEDIUM', 'HIGH'] as const;
export type SecuritySeverity = (typeof securitySeverities)[number];

/** What an event is about, as it was when it was seen. */
export type EventObject =
  | { readonly kind: 'make-subscription'; readonly value: MakeSubscription | null }
  | {
      readonly kind: 'platform-subscription';
      readonly customer: string;
      readonly id: string;
      readonly value: CustomerSubscription | null;
    }
  | { readonly kind: 'payment'; readonly value: MakePayment }
  | { readonly kind: 'make-invoice'; readonly value: MakeInvoice }
  | { readonly kind: 'platform-invoice'; readonly customer: string; readonly value: PlatformInvoice }
  | { readonly kind: 'make-payment-method'; readonly id: string; readonly value: PaymentMethod | null }
  | {
      readonly kind: 'platform-payment-method';
      readonly customer: string;
      readonly id: string;
      readonly value: PlatformPaymentMethod | null;
    }
  | { readonly kind: 'audit-log-entry'; readonly value: AuditLogEntry }
  | {
      readonly kind: 'incomplete-execution';
      readonly id: string;
      readonly scenarioId: string;
      /** Null for one that is gone. Never with its blueprint. */
      readonly value: IncompleteExecution | null;
    }
  | {
      readonly kind: 'usage-threshold';
      readonly meter: UsageMeter;
      /** Per cent of what is included. */
      readonly threshold: number;
      readonly value: Usage;
    }
  | {
      readonly kind: 'security-alert';
      readonly alert: SecurityAlertKind;
      readonly severity: SecuritySeverity;
      /** How many entries of the audit log it was made of. */
      readonly count: number;
      /** The last of them. */
      readonly value: AuditLogEntry;
    }
  | { readonly kind: 'snapshot' }
  | { readonly kind: 'lagged'; readonly missed: number; readonly resumeFrom: string };

/** A change as a detector finds it. */
export interface DetectedEvent {
  /** Follows from what happened, so that the same fact seen twice is one event. */
  readonly id: string;
  readonly type: EventType;
  /** Null where only a state was seen. */
  readonly occurredAt: Date | null;
  readonly changes: readonly Change[];
  /** The team that it belongs to, for those who may see their teams alone. */
  readonly team: number | null;
  readonly object: EventObject;
}

export interface RecordedEvent extends DetectedEvent {
  /** Make's number. */
  readonly organization: number;
  readonly detectedAt: Date;
  readonly source: EventSource;
  /** What is read from then on is as new as the event; null where anything will do. */
  readonly asOf: Date | null;
}

/** By which way something was seen, and since when what is read shows it, too. */
export type Sighting = Pick<RecordedEvent, 'source' | 'asOf'>;

/** An event with its place in the log of its organization. */
export interface PlacedEvent {
  /** Opaque: what comes after it can be asked for. */
  readonly cursor: string;
  readonly position: number;
  readonly event: RecordedEvent;
}

/**
 * One who follows the events of an organization: what has happened is caught up with, then what happens is heard.
 * Iterated over, it is both.
 */
export interface Follower extends AsyncIterable<PlacedEvent> {
  readonly organization: number;
  /** The next of what has happened; null at its end. Begins with a snapshot, where one is wished. */
  past(): Promise<PlacedEvent | null>;
  /** Has nothing happened since `past` gave null? */
  isAtEnd(): boolean;
  /** Up to where it has caught up. */
  position(): number;
  /** One that is shown the same, from another place on, and holds nothing. */
  from(position: number): Follower;
  /** Hears of what happens, as far as it is shown to this follower; never waits. The answer stops it. */
  listen(hear: (placed: PlacedEvent) => void): () => void;
  /** What stands in the place of so many events after a position. */
  lagged(missed: number, after: number): PlacedEvent;
  /** Lets go of whatever it holds. What is listened to stays. */
  end(): void;
}

/** What a change that the gateway made itself left behind. */
export type Noted =
  | { readonly section: 'subscription'; readonly value: MakeSubscription | null }
  | { readonly section: 'payments'; readonly value: MakePayment; readonly isNew: boolean }
  | { readonly section: 'make-invoices'; readonly value: MakeInvoice; readonly isNew: boolean }
  | { readonly section: 'platform-invoices'; readonly value: PlatformInvoice; readonly isNew: boolean }
  | {
      readonly section: 'platform-subscriptions';
      readonly value: CustomerSubscription;
      readonly isNew: boolean;
    }
  | { readonly section: 'payment-methods'; readonly value: PaymentMethod; readonly isNew: boolean }
  | { readonly section: 'payment-methods'; readonly removed: string }
  | {
      readonly section: 'platform-payment-methods';
      readonly value: PlatformPaymentMethod;
      readonly isNew: boolean;
    }
  | { readonly section: 'incomplete-executions'; readonly values: readonly IncompleteExecution[] }
  | { readonly section: 'incomplete-executions'; readonly removed: readonly string[] };

/** How events are followed. */
export interface FollowOptions {
  readonly organization: number;
  readonly types: readonly EventType[];
  /** A cursor to go on from; left out, only what happens from now on. */
  readonly after: string | null;
  readonly includeSnapshot: boolean;
  /** Is the event shown to this follower? */
  readonly isShown: (event: RecordedEvent) => boolean;
}

export interface EventsWindow {
  readonly rows: readonly PlacedEvent[];
  readonly hasMore: boolean;
}

/** The events of organizations, as the graph sees them. */
export interface EventFeed {
  follow(options: FollowOptions): Promise<Follower>;
  /** Oldest first. */
  history(
    organization: number,
    options: {
      readonly isShown: (event: RecordedEvent) => boolean;
      readonly after: string | null;
      readonly before: string | null;
      readonly limit: number;
      readonly isBackward: boolean;
    },
  ): Promise<EventsWindow>;
  /** Publishes at once what the gateway itself changed; `startedAt`, in epoch milliseconds, is when it began to. */
  noteChange(organization: number, noted: Noted, startedAt: number): Promise<void>;
  /** Whether it is told what becomes of a section: it is once somebody has followed it. */
  isWatched(organization: number, section: Noted['section']): Promise<boolean>;
  /** What is found elsewhere of a change that the gateway is making is told after what `noteChange` says of it. */
  whileChanging<Done>(organization: number, change: (startedAt: number) => Promise<Done>): Promise<Done>;
  pollers(): readonly PollerReport[];
}

export interface PollerReport {
  readonly organization: number;
  readonly section: string;
  readonly upstream: UpstreamName;
  readonly listeners: number;
  /** Null while it is polling. */
  readonly nextPollAt: Date | null;
  readonly intervalMs: number;
  /** Whether its last poll failed. */
  readonly isFailing: boolean;
}
