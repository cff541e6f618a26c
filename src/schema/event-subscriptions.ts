import type { Context } from '../context.ts';
import { eventTypes, type PlacedEvent, type EventType as Type } from '../domain/event.ts';
import { Failure } from '../domain/failure.ts';
import { builder } from './builder.ts';
import { eventsShownTo } from './event-rights.ts';
import { readOrganizationId } from './global-id.ts';
import { findOrganization } from './organization.ts';
import { EventType, OrganizationEvent } from './organization-event.ts';

builder.subscriptionType({
  description: 'What can be followed. Over WebSocket, or as an event stream over HTTP.',
});

const beginningWith = (...beginnings: readonly string[]): readonly Type[] =>
  eventTypes.filter((type) => beginnings.some((beginning) => type.startsWith(beginning)));

/** Subscriptions to events of one kind: the same as `organizationEvents` with these types. */
const narrower: readonly {
  readonly name: string;
  readonly types: readonly Type[];
  readonly description: string;
}[] = [
  {
    name: 'subscriptionChanged',
    types: beginningWith('SUBSCRIPTION_'),
    description: 'What becomes of its subscriptions, at Make and at the platform.',
  },
  {
    name: 'paymentRecorded',
    types: beginningWith('PAYMENT_RECORDED', 'PAYMENT_STATUS_'),
    description: 'Payments to Make, as they are recorded and as their status changes.',
  },
  {
    name: 'invoiceChanged',
    types: beginningWith('INVOICE_'),
    description: 'Invoices of both sources, as they are issued and as their status changes.',
  },
  {
    name: 'auditLogRecorded',
    types: beginningWith('AUDIT_LOG_'),
    description: 'Entries of its audit log; of those that have their own teams alone, entries of these.',
  },
  {
    name: 'incompleteExecutionChanged',
    types: beginningWith('INCOMPLETE_EXECUTION_'),
    description: 'Incomplete executions, as they are kept, retried, resolved and deleted.',
  },
  {
    name: 'usageThresholdCrossed',
    types: beginningWith('USAGE_'),
    description: 'Thresholds of what is included, as the use reaches them and is below them again.',
  },
];

interface FollowArguments {
  readonly organizationId: string;
  readonly after?: string | null | undefined;
  readonly includeSnapshot?: boolean | null | undefined;
}

/** An organization that the caller may not see is none. */
async function follow(
  { organizationId, after, includeSnapshot }: FollowArguments,
  wished: readonly Type[] | null,
  context: Context,
): Promise<AsyncIterable<PlacedEvent>> {
  const organization = findOrganization(readOrganizationId(organizationId), context);
  if (organization === null) throw new Failure('NOT_FOUND', 'There is no such organization.');
  const shown = eventsShownTo(context.visit, organization.id, wished);
  return context.loaders.events.follow({
    ...shown,
    organization: organization.id,
    after: after ?? null,
    includeSnapshot: includeSnapshot ?? false,
  });
}

const organizationIdArgument = {
  required: true,
  description: "The organization's global id, or Make's number.",
} as const;
const afterArgument = {
  description:
    'The cursor of an event: what came after it is told first. Left out, only what happens from now on.',
} as const;
const includeSnapshotArgument = {
  defaultValue: false,
  description:
    'Begin with a `Snapshot`, given once everything has been looked at: what happens after it is told.',
} as const;

builder.subscriptionField('organizationEvents', (t) =>
  t.field({
    type: OrganizationEvent,
    description: 'Everything that happens in an organization, as far as you may see it.',
    args: {
      organizationId: t.arg.id(organizationIdArgument),
      types: t.arg({
        type: [EventType],
        description: 'Only events of these types. Those that you may not see are left out.',
      }),
      after: t.arg.string(afterArgument),
      includeSnapshot: t.arg.boolean(includeSnapshotArgument),
    },
    subscribe: (_root, { types, ...args }, context) => follow(args, types ?? null, context),
    resolve: (placed) => placed,
  }),
);

for (const { name, types, description } of narrower) {
  builder.subscriptionField(name, (t) =>
    t.field({
      type: OrganizationEvent,
      description,
      args: {
        organizationId: t.arg.id(organizationIdArgument),
        after: t.arg.string(afterArgument),
        includeSnapshot: t.arg.boolean(includeSnapshotArgument),
      },
      subscribe: (_root, args, context) => follow(args, types, context),
      resolve: (placed) => placed,
    }),
  );
}
