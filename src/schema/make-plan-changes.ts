import { z } from 'zod';
import { noteSubscription } from '../actions/note-subscription.ts';
import { type FreePlan, prorations } from '../domain/make-order.ts';
import type { PlanChange } from '../domain/plan-subscription.ts';
import { optional, priceIdRule } from './billing-rules.ts';
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
import { OrganizationPlan } from './organization.ts';
import { MakePlanSubscription } from './plan-subscription.ts';
import { Proration } from './proration.ts';

interface ChangedPlan extends PlanChange {
  readonly organization: number;
}

/** An upgrade and a downgrade differ in nothing but their names and what they are for. */
function planChange(
  name: 'upgradeSubscription' | 'downgradeSubscription',
  way: 'upgradePlan' | 'downgradePlan',
  texts: { readonly mutation: string; readonly payload: string; readonly input: string },
): void {
  const typename = `${name.charAt(0).toUpperCase()}${name.slice(1)}`;

  const Payload = builder.objectRef<ChangedPlan>(`${typename}Payload`).implement({
    description: texts.payload,
    fields: (t) => ({
      planSubscription: t.field({
        type: MakePlanSubscription,
        nullable: true,
        description:
          'The plan as Make answered; null where it only said that it accepted. Documented dialect.',
        resolve: ({ subscription }) => subscription,
      }),
      effectiveAt: t.expose('effectiveAt', {
        type: 'DateTime',
        nullable: true,
        description: 'From when the new plan holds, where Make tells.',
      }),
    }),
  });

  showOrganization(Payload);
  showSubscription(Payload);

  const Input = builder.inputType(`${typename}Input`, {
    description: texts.input,
    fields: (t) => ({
      organizationId: t.id({ required: true, description: organizationIdDescription }),
      priceId: t.string({ required: true, description: 'The new price, one of `availablePrices`.' }),
      proration: t.field({
        type: Proration,
        description: 'How the rest of the period is billed, where Make lets one choose. Documented dialect.',
      }),
      idempotencyKey: t.string({ description: idempotencyKeyDescription }),
    }),
  });

  const rules = z.object({
    idempotencyKey: idempotencyKeyRule,
    priceId: priceIdRule,
    proration: optional(z.enum(prorations)),
  });

  mutation(name, {
    description: texts.mutation,
    input: Input,
    payload: Payload,
    asks: { requests: 2 },
    async run({ organizationId, ...asked }, context) {
      const organization = organizationToBill(organizationId, name, context);
      const { idempotencyKey, ...order } = checked(rules, asked);
      const change = await changeAtMake(context, {
        name,
        organization,
        idempotencyKey,
        input: order,
        make: (billing, registered, errand) => billing[way](registered, order, errand),
        note: (_done, doing) => noteSubscription(doing, organization),
      });
      return { ...change, organization };
    },
  });
}

planChange('upgradeSubscription', 'upgradePlan', {
  mutation:
    "Moves an organization to a higher plan of Make, or the same for longer: at once, with the period's rest billed. `planChangePreview` tells beforehand what it comes to.",
  payload: 'An upgrade that was accepted.',
  input: 'Whose plan to raise, and to what.',
});

planChange('downgradeSubscription', 'downgradePlan', {
  mutation:
    'Moves an organization to a lower plan of Make, or the same for shorter. In the documented dialect it holds once the period that was paid for has ended.',
  payload: 'A downgrade that was accepted.',
  input: 'Whose plan to lower, and to what.',
});

interface SetFreePlan extends FreePlan {
  readonly organization: number;
}

const SetFreePlanPayload = builder.objectRef<SetFreePlan>('SetFreePlanPayload').implement({
  description: 'A change to the free plan that was made. What that plan does not allow is not read again.',
  fields: (t) => ({
    plan: t.expose('plan', {
      type: OrganizationPlan,
      nullable: true,
      description: 'What it has now, as Make answered; null where Make does not tell.',
    }),
    confirmation: t.exposeString('message', {
      nullable: true,
      description: "Make's own words, where it has any.",
    }),
    effectiveAt: t.expose('effectiveAt', {
      type: 'DateTime',
      nullable: true,
      description: 'Since when it holds, where Make tells.',
    }),
    subscriptionId: t.exposeID('subscriptionId', {
      nullable: true,
      description: "Make's own id of the subscription that was ended; the live dialect alone tells it.",
    }),
    customerId: t.exposeID('customerId', {
      nullable: true,
      description: "Make's own id of who paid it; the live dialect alone tells it.",
    }),
  }),
});

showOrganization(SetFreePlanPayload);

const SetFreePlanInput = builder.inputType('SetFreePlanInput', {
  description: 'Whose paid plan to end.',
  fields: (t) => ({
    organizationId: t.id({ required: true, description: organizationIdDescription }),
    confirm: t.boolean({ description: confirmDescription }),
    idempotencyKey: t.string({ description: idempotencyKeyDescription }),
  }),
});

const freeRules = z.object({ idempotencyKey: idempotencyKeyRule });

mutation('setFreePlan', {
  description:
    'Puts an organization on the free plan of Make at once. What is left of the period that was paid for is lost: it asks for `confirm`.',
  input: SetFreePlanInput,
  payload: SetFreePlanPayload,
  asks: { requests: 1 },
  async run({ organizationId, confirm, ...asked }, context) {
    const organization = organizationToBill(organizationId, 'setFreePlan', context);
    const { idempotencyKey } = checked(freeRules, asked);
    confirmed(
      confirm,
      'The paid plan and all that is above the limits of the free one would end at once.',
      1,
    );
    const free = await changeAtMake(context, {
      name: 'setFreePlan',
      organization,
      idempotencyKey,
      input: {},
      make: (billing, registered, errand) => billing.setFreePlan(registered, true, errand),
      note: (_done, { note }) => note({ section: 'subscription', value: null }),
    });
    return { ...free, organization };
  },
});
