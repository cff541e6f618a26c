import { z } from 'zod';
import { notePaymentMethods } from '../actions/note-payment-methods.ts';
import type { Context } from '../context.ts';
import { Failure } from '../domain/failure.ts';
import type { PaymentMethod as DomainMethod } from '../domain/payment-method.ts';
import { AddressInput } from './address.ts';
import { asks } from './asks.ts';
import { addressRule, optional } from './billing-rules.ts';
import { builder } from './builder.ts';
import { expiredFault, expiryMonthRule, expiryYearRule, isGood } from './card-input.ts';
import { authorizeCustomer } from './customer-action.ts';
import type { InputNames } from './input-names.ts';
import { changeAtMake, showOrganization } from './make-change.ts';
import {
  authorize,
  checked,
  idempotencyKeyDescription,
  idempotencyKeyRule,
  mutation,
  readAt,
} from './mutation.ts';
import { loadMakeMethod, makeMethodNode, PaymentMethod } from './payment-method.ts';
import { readMethodPlace } from './payment-method-id.ts';

const idDescription = 'Global id of a payment method at Make, as `paymentMethods` show it.';

interface UpdatePaymentMethod {
  readonly organization: number;
  readonly upstreamId: string;
  /** Null where Make only said that it accepted. */
  readonly answered: { readonly method: DomainMethod; readonly fetchedAt: Date } | null;
}

const UpdatePaymentMethodPayload = builder
  .objectRef<UpdatePaymentMethod>('UpdatePaymentMethodPayload')
  .implement({
    description: 'A payment method that was changed.',
    fields: (t) => ({
      paymentMethod: t.field({
        type: PaymentMethod,
        nullable: true,
        description: 'The method as Make answered or, in the live dialect, read again.',
        extensions: asks({ requests: 1 }),
        resolve: ({ organization, upstreamId, answered }, _args, context, info) =>
          answered === null
            ? loadMakeMethod(organization, upstreamId, context, info)
            : makeMethodNode(answered.method, organization, answered.fetchedAt),
      }),
    }),
  });

showOrganization(UpdatePaymentMethodPayload);

const UpdatePaymentMethodInput = builder.inputType('UpdatePaymentMethodInput', {
  description:
    'What to change of a payment method at Make. What is left out stays; at least one change is needed.',
  fields: (t) => ({
    paymentMethodId: t.id({ required: true, description: idDescription }),
    isDefault: t.boolean({
      description: 'Is it to be charged for subscriptions? The live dialect takes true alone.',
    }),
    isDefaultForExtras: t.boolean({
      description:
        'Is it to be charged for what is bought beside the subscription? Live dialect, true alone.',
    }),
    billingAddress: t.field({
      type: AddressInput,
      description: 'The address that its issuer has: replaces the whole. Documented dialect.',
    }),
    expiryMonth: t.int({ description: "The card's last month, 1 to 12. Documented dialect." }),
    expiryYear: t.int({ description: 'The year of that month. Documented dialect.' }),
    idempotencyKey: t.string({ description: idempotencyKeyDescription }),
  }),
});

const inputNames: InputNames = {
  'card.expiryMonth': ['expiryMonth'],
  'card.expiryYear': ['expiryYear'],
};

function updateRulesAt(now: Date) {
  return z
    .object({
      idempotencyKey: idempotencyKeyRule,
      isDefault: optional(z.boolean()),
      isDefaultForExtras: optional(z.boolean()),
      billingAddress: optional(addressRule),
      expiryMonth: optional(expiryMonthRule),
      expiryYear: optional(expiryYearRule),
    })
    .refine(
      (changes) =>
        Object.entries(changes).some(([name, value]) => name !== 'idempotencyKey' && value !== undefined),
      'Takes at least one change: isDefault, isDefaultForExtras, billingAddress, expiryMonth, expiryYear.',
    )
    .refine((changes) => isGood(changes, now), expiredFault);
}

mutation('updatePaymentMethod', {
  description:
    "Changes what an organization pays Make with: its address, a card's expiry, or whether it is charged by default.",
  input: UpdatePaymentMethodInput,
  payload: UpdatePaymentMethodPayload,
  // a token that serves several organizations is checked against the list first; what Make does not answer is read after
  asks: { requests: 3 },
  async run({ paymentMethodId, ...asked }, context) {
    const { organization, upstreamId } = methodToChange(paymentMethodId, 'updatePaymentMethod', context);
    const { idempotencyKey, ...changes } = checked(updateRulesAt(context.loaders.startedAt), asked);
    const answered = await changeAtMake(context, {
      name: 'updatePaymentMethod',
      organization,
      idempotencyKey,
      input: { upstreamId, ...changes },
      inputNames,
      make: async (billing, registered, errand) => {
        const { value, fetchedAt } = await billing.updatePaymentMethod(
          registered,
          upstreamId,
          changes,
          errand,
        );
        return { value: value && { method: value, fetchedAt: new Date(fetchedAt) } };
      },
      note: async (changed, doing) => {
        if (changed === null) return notePaymentMethods(doing, organization);
        await doing.note({ section: 'payment-methods', value: changed.method, isNew: false });
      },
    });
    return { organization, upstreamId, answered };
  },
});

const RemovePaymentMethodPayload = builder
  .objectRef<{ readonly organization: number; readonly paymentMethodId: string }>(
    'RemovePaymentMethodPayload',
  )
  .implement({
    description: 'A payment method that was removed.',
    fields: (t) => ({
      paymentMethodId: t.exposeID('paymentMethodId', { description: 'The global id that it had.' }),
    }),
  });

showOrganization(RemovePaymentMethodPayload);

const RemovePaymentMethodInput = builder.inputType('RemovePaymentMethodInput', {
  description: 'Which payment method to remove.',
  fields: (t) => ({
    paymentMethodId: t.id({ required: true, description: idDescription }),
    idempotencyKey: t.string({ description: idempotencyKeyDescription }),
  }),
});

const removeRules = z.object({ idempotencyKey: idempotencyKeyRule });

mutation('removePaymentMethod', {
  description:
    'Removes what an organization pays Make with. The one that a subscription is charged to stays: that is a Conflict, `payment_method_default`, until another is the default.',
  input: RemovePaymentMethodInput,
  payload: RemovePaymentMethodPayload,
  asks: { requests: 2 },
  async run({ paymentMethodId, ...asked }, context) {
    const { organization, upstreamId } = methodToChange(paymentMethodId, 'removePaymentMethod', context);
    const { idempotencyKey } = checked(removeRules, asked);
    await changeAtMake(context, {
      name: 'removePaymentMethod',
      organization,
      idempotencyKey,
      input: { upstreamId },
      make: (billing, registered, errand) => billing.removePaymentMethod(registered, upstreamId, errand),
      note: (_done, { note }) => note({ section: 'payment-methods', removed: upstreamId }),
    });
    return { organization, paymentMethodId };
  },
});

/** The method that an input names, where the caller may change it. */
function methodToChange(id: string, section: string, context: Context) {
  const place = readAt('paymentMethodId', () => readMethodPlace(id));
  if ('organization' in place) {
    const { organization, upstreamId } = place;
    authorize(context.visit, { organization, right: 'billingActions', section });
    context.visit.acted({ organization, section, objects: [upstreamId] });
    return place;
  }
  authorizeCustomer(place.customer, section, context, place.upstreamId);
  throw new Failure(
    'NOT_SUPPORTED_BY_UPSTREAM',
    'The platform neither changes nor removes payment methods: add another, as the default.',
    { upstream: 'platform-billing' },
  );
}
