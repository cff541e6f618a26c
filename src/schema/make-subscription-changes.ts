import { z } from 'zod';
import { noteSubscription } from '../actions/note-subscription.ts';
import type { Cancellation } from '../domain/make-order.ts';
import { asks } from './asks.ts';
import { SubscriptionStatus } from './billing-subscription.ts';
import { builder } from './builder.ts';
import { readOrganizationId } from './global-id.ts';
import { loadSubscription, MakeSubscription } from './make-subscription.ts';
import {
  authorize,
  checked,
  confirmDescription,
  confirmed,
  idempotencyKeyDescription,
  idempotencyKeyRule,
  mutation,
  readAt,
} from './mutation.ts';
import { findOrganization, Organization } from './organization.ts';

interface CancelSubscription {
  readonly organization: number;
  readonly cancellation: Cancellation;
}

const CancelSubscriptionPayload = builder
  .objectRef<CancelSubscription>('CancelSubscriptionPayload')
  .implement({
    description: 'A cancellation that was accepted.',
    fields: (t) => ({
      organization: t.field({
        type: Organization,
        nullable: true,
        description: 'Whose subscription it was.',
        resolve: ({ organization }, _args, context) => findOrganization(organization, context),
      }),
      subscription: t.field({
        type: MakeSubscription,
        nullable: true,
        description: 'The subscription as it is now, read again; null once it is gone.',
        extensions: asks({ requests: 1 }),
        resolve: ({ organization }, _args, context, info) => loadSubscription(organization, context, info),
      }),
      status: t.field({
        type: SubscriptionStatus,
        nullable: true,
        description: 'What the upstream answered; null where it only said that it accepted.',
        resolve: ({ cancellation }) => cancellation.status,
      }),
      cancelAtPeriodEnd: t.boolean({
        nullable: true,
        description: 'Does it run on until its period ends? As the upstream answered, else as it was asked.',
        resolve: ({ cancellation }) => cancellation.cancelAtPeriodEnd,
      }),
      effectiveAt: t.field({
        type: 'DateTime',
        nullable: true,
        description: 'When it ends, as far as the upstream told.',
        resolve: ({ cancellation }) => cancellation.effectiveAt,
      }),
    }),
  });

const CancelSubscriptionInput = builder.inputType('CancelSubscriptionInput', {
  description: 'Which subscription to cancel, and when.',
  fields: (t) => ({
    organizationId: t.id({ required: true, description: "The organization's global id, or Make's number." }),
    atPeriodEnd: t.boolean({
      required: true,
      defaultValue: true,
      description:
        'Let the period that was paid for run out. Otherwise it ends at once, which asks for `confirm`.',
    }),
    reason: t.string({ description: 'Why, for whoever reads it at Make: up to 500 characters.' }),
    confirm: t.boolean({ description: confirmDescription }),
    idempotencyKey: t.string({ description: idempotencyKeyDescription }),
  }),
});

const cancelRules = z.object({
  idempotencyKey: idempotencyKeyRule,
  reason: z.string().max(500, 'Takes up to 500 characters.').nullish(),
});

mutation('cancelSubscription', {
  description: "Cancels an organization's subscription at Make.",
  input: CancelSubscriptionInput,
  payload: CancelSubscriptionPayload,
  asks: { requests: 2 },
  async run({ organizationId, confirm, ...asked }, { visit, actions }) {
    const organization = readAt('organizationId', () => readOrganizationId(organizationId));
    authorize(visit, { organization, right: 'billingActions', section: 'cancelSubscription' });
    const { idempotencyKey, ...input } = asked;
    const { reason } = checked(cancelRules, asked);
    if (!input.atPeriodEnd) confirmed(confirm, 'The subscription would end at once.', 1);
    const cancellation = await actions.perform({
      name: 'cancelSubscription',
      owner: String(organization),
      idempotencyKey,
      input,
      async make(doing) {
        const { sources, errand, organization: registered } = doing;
        const order = { atPeriodEnd: input.atPeriodEnd, ...(reason != null && { reason }) };
        const { value } = await sources.makeBilling.cancelSubscription(
          registered(organization),
          order,
          errand,
        );
        await noteSubscription(doing, organization);
        return value;
      },
    });
    return { organization, cancellation };
  },
});
