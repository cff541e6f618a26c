import {
  type Change as DomainChange,
  type EventObject,
  eventSources,
  eventTypes,
  type PlacedEvent,
  securityAlertKinds,
  securitySeverities,
} from '../domain/event.ts';
import { Failure } from '../domain/failure.ts';
import { AuditLogEntry, entryNode } from './audit-log.ts';
import { BillingSubscription } from './billing-subscription.ts';
import { builder } from './builder.ts';
import { describedEnum } from './described-enum.ts';
import { IncompleteExecution } from './incomplete-execution.ts';
import { Invoice } from './invoice.ts';
import { makeInvoiceNode } from './make-invoice.ts';
import { makeSubscriptionNode } from './make-subscription.ts';
import { findOrganization, Organization } from './organization.ts';
import { Payment, paymentNode } from './payment.ts';
import { makeMethodNode, PaymentMethod, platformMethodNode } from './payment-method.ts';
import { platformInvoiceNode } from './platform-invoice.ts';
import { platformSubscriptionNode } from './platform-subscription.ts';
import { Quota } from './quota.ts';
import { Usage, UsageUnit } from './usage.ts';

export const EventType = describedEnum('EventType', 'What happened.', eventTypes, {
  SUBSCRIPTION_CREATED: 'A subscription began.',
  SUBSCRIPTION_STATUS_CHANGED: 'The status of a subscription changed, or its trial, or when it is to end.',
  SUBSCRIPTION_PLAN_CHANGED: 'A subscription has another plan, price or interval.',
  SUBSCRIPTION_DISCOUNT_CHANGED: 'A coupon was applied to a subscription, or ran out.',
  SUBSCRIPTION_ENDED: 'A subscription was cancelled, or is no longer there.',
  PAYMENT_RECORDED: 'A payment was recorded, whatever became of it.',
  PAYMENT_STATUS_CHANGED: 'A payment that was known has another status.',
  INVOICE_CREATED: 'An invoice was issued, by Make or by the platform.',
  INVOICE_STATUS_CHANGED: 'An invoice has another status, or an attempt to charge it failed.',
  PAYMENT_METHOD_ADDED: 'A payment method was added.',
  PAYMENT_METHOD_CHANGED: 'A payment method is not as it was.',
  PAYMENT_METHOD_REMOVED: 'A payment method was removed.',
  AUDIT_LOG_RECORDED: 'Somebody did something that the audit log records.',
  INCOMPLETE_EXECUTION_CREATED: 'A run of a scenario failed and was kept.',
  INCOMPLETE_EXECUTION_STATUS_CHANGED:
    'An incomplete execution is being retried, was resolved, or failed again.',
  INCOMPLETE_EXECUTION_DELETED: 'An incomplete execution is no longer there.',
  USAGE_THRESHOLD_REACHED: 'So much of what is included has been used; once in a period.',
  USAGE_THRESHOLD_RECOVERED: 'The use is below a threshold again: more was bought, or a new period began.',
  SECURITY_ALERT: 'Something in the audit log that somebody ought to look at.',
  SNAPSHOT: 'The present state, at the beginning of a subscription that asked for it.',
  LAGGED: 'Events were missed.',
});

const EventSource = describedEnum('EventSource', 'How an event was noticed.', eventSources, {
  POLL: 'The gateway looked and found it.',
  WEBHOOK: 'The platform told of it.',
  GATEWAY: 'The gateway itself did it, or says it of the stream.',
});

export const OrganizationEvent = builder.interfaceRef<PlacedEvent>('OrganizationEvent');

const typeByKind: Readonly<Record<EventObject['kind'], string>> = {
  'make-subscription': 'SubscriptionEvent',
  'platform-subscription': 'SubscriptionEvent',
  payment: 'PaymentEvent',
  'make-invoice': 'InvoiceEvent',
  'platform-invoice': 'InvoiceEvent',
  'make-payment-method': 'PaymentMethodEvent',
  'platform-payment-method': 'PaymentMethodEvent',
  'audit-log-entry': 'AuditLogEvent',
  'incomplete-execution': 'IncompleteExecutionEvent',
  'usage-threshold': 'UsageThresholdEvent',
  'security-alert': 'SecurityAlert',
  snapshot: 'Snapshot',
  lagged: 'EventsLagged',
};

OrganizationEvent.implement({
  description: 'Something that happened in an organization. What it shows is as it was when it was noticed.',
  resolveType: ({ event }) => typeByKind[event.object.kind],
  fields: (t) => ({
    id: t.id({
      description: 'The same for the same fact, however it was noticed. It tells nothing of the order.',
      resolve: ({ event }) => event.id,
    }),
    cursor: t.exposeString('cursor', {
      description: 'Its place in the order of events: give it as `after` to go on from here.',
    }),
    type: t.field({ type: EventType, description: 'What happened.', resolve: ({ event }) => event.type }),
    occurredAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When it happened, as the upstream tells it; null where only a state was seen.',
      resolve: ({ event }) => event.occurredAt,
    }),
    detectedAt: t.field({
      type: 'DateTime',
      description: 'When the gateway noticed it.',
      resolve: ({ event }) => event.detectedAt,
    }),
    source: t.field({
      type: EventSource,
      description: 'How it was noticed.',
      resolve: ({ event }) => event.source,
    }),
    organization: t.field({
      type: Organization,
      description:
        'Where it happened, as it is now: what is kept of it is shown where it is no older than the event.',
      resolve: ({ event }, _args, context) => {
        const organization = findOrganization(event.organization, context);
        if (organization !== null) return organization;
        throw new Failure('NOT_FOUND', 'There is no such organization.');
      },
    }),
  }),
});

const Change = builder.objectRef<DomainChange>('Change').implement({
  description: 'One thing that is not what it was.',
  fields: (t) => ({
    field: t.exposeString('field', { description: 'What has changed, by the name of the field.' }),
    before: t.expose('before', {
      type: 'JSON',
      nullable: true,
      description: 'What it was; null for nothing, and where that was not known.',
    }),
    after: t.expose('after', { type: 'JSON', nullable: true, description: 'What it is now.' }),
  }),
});

/** The object of an event, where it is one of these kinds. */
function objectOf<Kind extends EventObject['kind']>(
  { event: { object } }: PlacedEvent,
  ...kinds: readonly Kind[]
): Extract<EventObject, { kind: Kind }> | null {
  const isOne = (each: EventObject): each is Extract<EventObject, { kind: Kind }> =>
    kinds.some((kind) => kind === each.kind);
  return isOne(object) ? object : null;
}

const changes: [typeof Change] = [Change];

/** On every event that has an object. */
const changed = {
  type: changes,
  description: 'What is not as it was. Of something new, what it is.',
  resolve: ({ event }: PlacedEvent) => event.changes,
} as const;

builder.objectRef<PlacedEvent>('SubscriptionEvent').implement({
  description: 'A subscription, at Make or at the platform, began, changed or ended.',
  interfaces: [OrganizationEvent],
  fields: (t) => ({
    changes: t.field(changed),
    subscription: t.field({
      type: BillingSubscription,
      nullable: true,
      description: 'The subscription as it was noticed; null for one that is gone.',
      resolve: (placed) => {
        const { organization, detectedAt } = placed.event;
        const make = objectOf(placed, 'make-subscription')?.value;
        if (make) return makeSubscriptionNode(make, organization, detectedAt);
        const platform = objectOf(placed, 'platform-subscription');
        if (!platform?.value) return null;
        return platformSubscriptionNode(platform.value, { id: platform.customer, organization }, detectedAt);
      },
    }),
  }),
});

builder.objectRef<PlacedEvent>('PaymentEvent').implement({
  description: 'A payment was recorded, or something became of it.',
  interfaces: [OrganizationEvent],
  fields: (t) => ({
    changes: t.field(changed),
    payment: t.field({
      type: Payment,
      nullable: true,
      description: 'The payment as it was noticed.',
      resolve: (placed) => {
        const { organization, detectedAt } = placed.event;
        const object = objectOf(placed, 'payment');
        return object && paymentNode(object.value, organization, detectedAt);
      },
    }),
  }),
});

builder.objectRef<PlacedEvent>('InvoiceEvent').implement({
  description: 'An invoice was issued, or something became of it.',
  interfaces: [OrganizationEvent],
  fields: (t) => ({
    changes: t.field(changed),
    invoice: t.field({
      type: Invoice,
      nullable: true,
      description: 'The invoice as it was noticed.',
      resolve: (placed) => {
        const { organization, detectedAt } = placed.event;
        const make = objectOf(placed, 'make-invoice');
        if (make !== null) return makeInvoiceNode(make.value, organization, detectedAt);
        const platform = objectOf(placed, 'platform-invoice');
        return platform && platformInvoiceNode(platform.value, detectedAt);
      },
    }),
  }),
});

builder.objectRef<PlacedEvent>('PaymentMethodEvent').implement({
  description: 'A payment method was added, changed or removed.',
  interfaces: [OrganizationEvent],
  fields: (t) => ({
    changes: t.field(changed),
    upstreamId: t.string({
      nullable: true,
      description: 'Its id in the system that charges it.',
      resolve: (placed) => objectOf(placed, 'make-payment-method', 'platform-payment-method')?.id ?? null,
    }),
    paymentMethod: t.field({
      type: PaymentMethod,
      nullable: true,
      description: 'The payment method as it was noticed; null for one that is gone.',
      resolve: (placed) => {
        const { organization, detectedAt } = placed.event;
        const make = objectOf(placed, 'make-payment-method')?.value;
        if (make) return makeMethodNode(make, organization, detectedAt);
        const platform = objectOf(placed, 'platform-payment-method');
        return platform?.value ? platformMethodNode(platform.value, platform.customer, detectedAt) : null;
      },
    }),
  }),
});

builder.objectRef<PlacedEvent>('AuditLogEvent').implement({
  description: 'Somebody did something that the audit log records.',
  interfaces: [OrganizationEvent],
  fields: (t) => ({
    changes: t.field(changed),
    entry: t.field({
      type: AuditLogEntry,
      nullable: true,
      description: 'What the audit log has of it.',
      resolve: (placed) => {
        const { organization, detectedAt } = placed.event;
        const object = objectOf(placed, 'audit-log-entry');
        return object && entryNode(object.value, organization, detectedAt);
      },
    }),
  }),
});

builder.objectRef<PlacedEvent>('IncompleteExecutionEvent').implement({
  description: 'An incomplete execution was kept, changed or deleted.',
  interfaces: [OrganizationEvent],
  fields: (t) => ({
    changes: t.field(changed),
    makeId: t.id({
      nullable: true,
      description: "Make's own id of it.",
      resolve: (placed) => objectOf(placed, 'incomplete-execution')?.id ?? null,
    }),
    scenarioId: t.id({
      nullable: true,
      description: "Make's number of the scenario that ran.",
      resolve: (placed) => objectOf(placed, 'incomplete-execution')?.scenarioId ?? null,
    }),
    incompleteExecution: t.field({
      type: IncompleteExecution,
      nullable: true,
      description: 'The incomplete execution as it was noticed; null for one that is gone.',
      resolve: (placed) => {
        const { organization, detectedAt } = placed.event;
        const value = objectOf(placed, 'incomplete-execution')?.value;
        return value ? { ...value, organization, fetchedAt: detectedAt } : null;
      },
    }),
  }),
});

builder.objectRef<PlacedEvent>('UsageThresholdEvent').implement({
  description: 'The use of what is included has crossed a threshold.',
  interfaces: [OrganizationEvent],
  fields: (t) => ({
    changes: t.field(changed),
    threshold: t.int({
      nullable: true,
      description: 'The threshold, in per cent of what is included.',
      resolve: (placed) => objectOf(placed, 'usage-threshold')?.threshold ?? null,
    }),
    unit: t.field({
      type: UsageUnit,
      nullable: true,
      description: 'What is counted.',
      resolve: (placed) => objectOf(placed, 'usage-threshold')?.meter ?? null,
    }),
    quota: t.field({
      type: Quota,
      nullable: true,
      description: 'How much there was, and how much of it was used, when it was noticed.',
      resolve: (placed) => {
        const object = objectOf(placed, 'usage-threshold');
        return object && (object.meter === 'CREDITS' ? object.value.credits : object.value.operations);
      },
    }),
    usage: t.field({
      type: Usage,
      nullable: true,
      description: 'The use as a whole, with its period, when it was noticed.',
      resolve: (placed) => {
        const object = objectOf(placed, 'usage-threshold');
        return object && { ...object.value, fetchedAt: placed.event.detectedAt };
      },
    }),
  }),
});

const SecurityAlertKind = describedEnum(
  'SecurityAlertKind',
  'What a security alert is about.',
  securityAlertKinds,
  {
    FAILED_LOGINS: 'Logins failed again and again as one person: three within ten minutes, or ten.',
    API_KEY_CHANGED: 'A key was made or deleted.',
    USER_ROLE_CHANGED: 'Somebody may do more, or less, than before.',
  },
);

const SecuritySeverity = describedEnum(
  'SecuritySeverity',
  'How soon a security alert ought to be looked at.',
  securitySeverities,
  {
    LOW: 'For the record.',
    MEDIUM: 'Worth a look: a key was made, a role changed, or three logins failed.',
    HIGH: 'At once: ten logins failed.',
  },
);

builder.objectRef<PlacedEvent>('SecurityAlert').implement({
  description: 'Something in the audit log that somebody ought to look at.',
  interfaces: [OrganizationEvent],
  fields: (t) => ({
    changes: t.field(changed),
    kind: t.field({
      type: SecurityAlertKind,
      nullable: true,
      description: 'What it is about.',
      resolve: (placed) => objectOf(placed, 'security-alert')?.alert ?? null,
    }),
    severity: t.field({
      type: SecuritySeverity,
      nullable: true,
      description: 'How soon it ought to be looked at.',
      resolve: (placed) => objectOf(placed, 'security-alert')?.severity ?? null,
    }),
    count: t.int({
      nullable: true,
      description: 'How many entries of the audit log it was made of.',
      resolve: (placed) => objectOf(placed, 'security-alert')?.count ?? null,
    }),
    entry: t.field({
      type: AuditLogEntry,
      nullable: true,
      description: 'The last of these entries: who did it, or as whom it was tried.',
      resolve: (placed) => {
        const { organization, detectedAt } = placed.event;
        const object = objectOf(placed, 'security-alert');
        return object && entryNode(object.value, organization, detectedAt);
      },
    }),
  }),
});

builder.objectRef<PlacedEvent>('Snapshot').implement({
  description:
    'The present state stands for all that was before: read what is wanted of it below `organization`. What happens after it is told.',
  interfaces: [OrganizationEvent],
});

builder.objectRef<PlacedEvent>('EventsLagged').implement({
  description:
    'Events were missed: they came faster than they were taken, or are older than what is kept. Its cursor goes on from where they begin.',
  interfaces: [OrganizationEvent],
  fields: (t) => ({
    missed: t.int({
      description: 'How many; of what is no longer kept, whatever their types.',
      resolve: (placed) => objectOf(placed, 'lagged')?.missed ?? 0,
    }),
    resumeFrom: t.string({
      description: 'The cursor from which on there are events, as far as they are kept.',
      resolve: (placed) => objectOf(placed, 'lagged')?.resumeFrom ?? placed.cursor,
    }),
  }),
});
