import type { GraphQLResolveInfo } from 'graphql';
import type { Context } from '../context.ts';
import type {
  PlanFeature as DomainFeature,
  PlanSubscription as DomainPlanSubscription,
} from '../domain/plan-subscription.ts';
import { asks } from './asks.ts';
import { BillingInterval, SubscriptionStatus } from './billing-subscription.ts';
import { builder } from './builder.ts';
import { MakeSubscription } from './make-subscription.ts';
import { markStale } from './mark-stale.ts';
import { OrganizationPlan } from './organization.ts';

const MakePlanFeature = builder.objectRef<DomainFeature>('MakePlanFeature').implement({
  description: 'Something that a plan of Make offers.',
  fields: (t) => ({
    name: t.exposeString('name', { description: 'What it is, in the words of Make.' }),
    isIncluded: t.exposeBoolean('isIncluded', {
      nullable: true,
      description: 'Does the plan include it? Null where Make only names it.',
    }),
    limit: t.expose('limit', {
      type: 'Decimal',
      nullable: true,
      description: 'How much of it; null without a limit, or where none is told.',
    }),
  }),
});

export const MakePlanSubscription = builder
  .objectRef<DomainPlanSubscription>('MakePlanSubscription')
  .implement({
    description: "A subscription as Make's administration tells it: by its plan, and with what that offers.",
    fields: (t) => ({
      plan: t.expose('plan', {
        type: OrganizationPlan,
        nullable: true,
        description: 'What is subscribed to.',
      }),
      rawPlan: t.exposeString('rawPlan', { nullable: true, description: "The plan in Make's own word." }),
      status: t.expose('status', {
        type: SubscriptionStatus,
        nullable: true,
        description: 'Where it stands.',
      }),
      rawStatus: t.exposeString('rawStatus', {
        nullable: true,
        description: "The status in Make's own word.",
      }),
      interval: t.expose('interval', {
        type: BillingInterval,
        nullable: true,
        description: 'How often it is billed.',
      }),
      nextBillingAt: t.expose('nextBillingAt', {
        type: 'DateTime',
        nullable: true,
        description: 'When the next payment is due.',
      }),
      features: t.expose('features', {
        type: [MakePlanFeature],
        nullable: true,
        description: 'What the plan offers.',
      }),
    }),
  });

builder.objectField(MakeSubscription, 'features', (t) =>
  t.field({
    type: [MakePlanFeature],
    nullable: true,
    description: 'What the plan offers; the live dialect does not tell.',
    extensions: asks({ requests: 1 }),
    resolve: async ({ organization }, _args, context, info) =>
      (await loadPlanSubscription(organization, context, info))?.features ?? null,
  }),
);

/** Null where there is none, and where the dialect does not tell. */
export async function loadPlanSubscription(
  organization: number,
  context: Context,
  info: GraphQLResolveInfo,
): Promise<DomainPlanSubscription | null> {
  const answer = await context.loaders.billing.planSubscription.load(organization);
  return answer && markStale(answer, context, info).value;
}
