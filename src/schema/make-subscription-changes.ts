import { z } from 'zod';
import { noteSubscription } from '../actions/note-subscription.ts';
import type { Cancellation } from '../domain/make-order.ts';
import type { PlanChange, PlanSubscription } from '../domain/plan-subscription.ts';
import { asks } from './asks.ts';
import { SubscriptionStatus } from './billing-subscription.ts';
import { builder } from './builder.ts';
import {
  changeAtMake,
  organizationIdDescription,
  organizationToBill,
  showOrganization,
  showSubscription,
} from './make-change.ts';
import {
  checked,
  confirmDescription,
  confirmed,
  idempotencyKeyDescription,
  idempotencyKeyRule,
  mutation,
} from './mutation.ts';
import { loadPlanSubscription, MakePlanSubscription } from './plan-subscription.ts';
import { selectedFields } from './selected-fields.ts';

interface CancelSubscription {
  readonly organization: number;
  readonly cancellation: Cancellation;
  /** As it was answered, where it was asked for when the subscription was cancelled. */
  readonly plan: PlanSubscription | null;
  readonly atPeriodEnd: boolean;
}

const CancelSubscriptionPayload = builder
  .objectRef<CancelSubscription>('CancelSubscriptionPayload')
  .implement({
    description: 'A cancellation that was accepted.',
    fields: (t) => ({
      planSubscription: t.field({
        type: MakePlanSubscription,
        nullable: true,
        description:
          'The subscription by its plan, as Make answered; null once it is gone. Documented dialect.',
        extensions: asks({ requests: 1 }),
        resolve: ({ organization, plan }, _args, context, info) =>
          plan ?? loadPlanSubscription(organization, context, info),
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
        resolve: ({ cancellation, atPeriodEnd }) => cancellation.cancelAtPeriodEnd ?? atPeriodEnd,
      }),
      effectiveAt: t.field({
        type: 'DateTime',
        nullable: true,
        description: 'When it ends, as far as the upstream told.',
        resolve: ({ cancellation }) => cancellation.effectiveAt,
      }),
    }),
  });

showOrganization(CancelSubscriptionPayload);
showSubscription(CancelSubscriptionPayload);

const CancelSubscriptionInput = builder.inputType('CancelSubscriptionInput', {
  description: 'Which subscription to cancel, and when.',
  fields: (t) => ({
    organizationId: t.id({ required: true, description: organizationIdDescription }),
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
  async run({ organizationId, confirm, ...asked }, context, info) {
    const organization = organizationToBill(organizationId, 'cancelSubscription', context);
    const { idempotencyKey, ...input } = asked;
    const { reason } = checked(cancelRules, asked);
    if (!input.atPeriodEnd) confirmed(confirm, 'The subscription would end at once.', 1);
    const order = { atPeriodEnd: input.atPeriodEnd, ...(reason != null && { reason }) };
    const wantsPlan = selectedFields(info, 'CancelSubscriptionPayload').has('planSubscription');
    const cancelled = await changeAtMake(context, {
      name: 'cancelSubscription',
      organization,
      idempotencyKey,
      input,
      make: async (billing, registered, errand) =>
        wantsPlan
          ? withPlan((await billing.cancelPlan(registered, order, errand)).value)
          : withoutPlan((await billing.cancelSubscription(registered, order, errand)).value),
      note: (_done, doing) =>
        noteSubscription(doing, organization, input.atPeriodEnd ? { cancelAtPeriodEnd: true } : {}),
    });
    return { ...cancelled, organization, atPeriodEnd: input.atPeriodEnd };
  },
});

type Cancelled = Pick<CancelSubscription, 'plan' | 'cancellation'>;

/** The one call to cancel answers with the plan, the other with the flag. */
function withPlan({ subscription: plan, effectiveAt }: PlanChange): { readonly value: Cancelled } {
  const { status = null, rawStatus = null } = plan ?? {};
  const cancellation = { subscriptionId: null, status, rawStatus, cancelAtPeriodEnd: null, effectiveAt };
  return { value: { plan, cancellation } };
}

function withoutPlan(cancellation: Cancellation): { readonly value: Cancelled } {
  return { value: { plan: null, cancellation } };
}
