import type { BillingProfile as DomainProfile } from '../domain/billing-profile.ts';
import { Address } from './address.ts';
import { asks } from './asks.ts';
import { builder } from './builder.ts';
import { markStale } from './mark-stale.ts';
import { Money } from './money.ts';
import { Organization } from './organization.ts';
import { MakePlanSubscription } from './plan-subscription.ts';
import { Quota } from './quota.ts';

const BilledUsage = builder.objectRef<NonNullable<DomainProfile['usage']>>('BilledUsage').implement({
  description: 'What was used of a plan in the period that is billed next.',
  fields: (t) => ({
    operations: t.expose('operations', {
      type: Quota,
      nullable: true,
      description: 'Operations of scenarios.',
    }),
    resetAt: t.expose('resetAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When the operations are counted anew.',
    }),
    storage: t.expose('storage', { type: Quota, nullable: true, description: 'Gigabytes kept.' }),
    users: t.expose('users', { type: Quota, nullable: true, description: 'People with access.' }),
  }),
});

interface BillingProfileNode extends DomainProfile {
  readonly fetchedAt: Date;
}

const BillingProfile = builder.objectRef<BillingProfileNode>('BillingProfile').implement({
  description: "Whom an organization's bills go to, and what they come to.",
  fields: (t) => ({
    address: t.expose('address', { type: Address, nullable: true, description: 'Printed on the invoices.' }),
    taxId: t.exposeString('taxId', {
      nullable: true,
      description: 'Number at the tax office, printed on the invoices.',
    }),
    invoiceEmailRecipients: t.exposeStringList('invoiceEmailRecipients', {
      nullable: true,
      description: 'To whom invoices are mailed.',
    }),
    subscription: t.expose('subscription', {
      type: MakePlanSubscription,
      nullable: true,
      description: 'The plan that is billed.',
    }),
    usage: t.expose('usage', {
      type: BilledUsage,
      nullable: true,
      description: 'What was used in the present period, as far as it is billed.',
    }),
    currentAmount: t.expose('currentAmount', {
      type: Money,
      nullable: true,
      description: 'What the present period costs.',
    }),
    nextAmount: t.expose('nextAmount', {
      type: Money,
      nullable: true,
      description: 'What the next period will cost; null where there is none.',
    }),
    overageCharges: t.expose('overageCharges', {
      type: Money,
      nullable: true,
      description: 'What use beyond the plan adds.',
    }),
    fetchedAt: t.expose('fetchedAt', {
      type: 'DateTime',
      description: 'When this was read from the upstream.',
    }),
  }),
});

builder.objectField(Organization, 'billing', (t) =>
  t.field({
    type: BillingProfile,
    nullable: true,
    description:
      'Whom its bills go to, and what they come to; null without a subscription, and in the live dialect, which tells no more of it than `subscription` does.',
    authScopes: ({ id }) => ({ need: { organization: id, right: 'billing', section: 'billing' } }),
    extensions: asks({ requests: 1, section: 'billing' }),
    resolve: async ({ id }, _args, context, info) => {
      const answer = await context.loaders.billing.profile.load(id);
      if (answer !== null) markStale(answer, context, info);
      return answer && { ...answer.value, fetchedAt: new Date(answer.fetchedAt) };
    },
  }),
);
