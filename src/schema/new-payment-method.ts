import { z } from 'zod';
import { holdsCardNumber } from '../domain/card.ts';
import type { PaymentMethodSource } from '../domain/payment-method.ts';
import { addressRule, emailRule, optional } from './billing-rules.ts';
import { builder } from './builder.ts';
import { CardInput, cardRule } from './card-input.ts';
import { readCustomerId, readOrganizationId } from './global-id.ts';
import type { InputNames } from './input-names.ts';
import { metadataRule } from './metadata-input.ts';
import { idempotencyKeyRule, invalidInput, readAt } from './mutation.ts';
import { text } from './rules.ts';

export const PaymentMethodOwnerInput = builder.inputType('PaymentMethodOwnerInput', {
  description: 'Who is to pay with it: an organization Make, or a customer the platform.',
  isOneOf: true,
  fields: (t) => ({
    organizationId: t.id({ description: "An organization, by its global id or Make's number." }),
    customerId: t.id({ description: "A customer, by its global id or the platform's own." }),
  }),
});

const BankAccountInput = builder.inputType('BankAccountInput', {
  description: 'A bank account, as far as Make asks for it.',
  fields: (t) => ({
    bankName: t.string({ required: true, description: 'Where it is kept.' }),
    last4: t.string({ required: true, description: 'Its last four digits.' }),
  }),
});

const PaypalInput = builder.inputType('PaypalInput', {
  description: 'An account at PayPal.',
  fields: (t) => ({
    email: t.string({ required: true, description: 'The address by which PayPal knows the payer.' }),
  }),
});

export const PaymentMethodSourceInput = builder.inputType('PaymentMethodSourceInput', {
  description: 'What is to be charged. The platform takes cards and tokens alone.',
  isOneOf: true,
  fields: (t) => ({
    card: t.field({ type: CardInput, description: 'A card as it is printed.' }),
    token: t.string({
      description:
        'A token that the payment provider gave for it in the browser: no number passes through here.',
    }),
    bankAccount: t.field({ type: BankAccountInput, description: 'A bank account.' }),
    paypal: t.field({ type: PaypalInput, description: 'An account at PayPal.' }),
  }),
});

type Payer = { readonly organization: number } | { readonly organization: null; readonly customer: string };

export function readPayer(owner: typeof PaymentMethodOwnerInput.$inferInput): Payer {
  const { organizationId, customerId } = owner;
  return readAt('owner', () =>
    organizationId == null
      ? { organization: null, customer: readCustomerId(customerId ?? '') }
      : { organization: readOrganizationId(organizationId) },
  );
}

export function newMethodRulesAt(now: Date) {
  return z.object({
    idempotencyKey: idempotencyKeyRule,
    source: z.object({
      card: optional(cardRule(now)),
      token: optional(
        text(200).refine((token) => !holdsCardNumber(token), 'Takes a token, not the number of a card.'),
      ),
      bankAccount: optional(
        z.object({
          bankName: text(100),
          last4: z.string().regex(/^\d{4}$/, 'Takes four digits.'),
        }),
      ),
      paypal: optional(z.object({ email: emailRule })),
    }),
    billingAddress: optional(addressRule),
    isDefault: optional(z.boolean()),
    metadata: metadataRule,
  });
}

type Sources = z.output<ReturnType<typeof newMethodRulesAt>>['source'];

export function sourceOf({ card, token, bankAccount, paypal }: Sources): PaymentMethodSource {
  if (card !== undefined) return { card };
  if (token !== undefined) return { token };
  if (bankAccount !== undefined) return { bankAccount };
  if (paypal !== undefined) return { paypalEmail: paypal.email };
  throw invalidInput([{ path: ['source'], message: 'Takes one of card, token, bankAccount and paypal.' }]);
}

/** Where the input says something in other words than the upstreams. */
export const newMethodNames: InputNames = {
  card: ['source', 'card'],
  'card.expiry': ['source', 'card', 'expiryYear'],
  'card.exp_month': ['source', 'card', 'expiryMonth'],
  'card.exp_year': ['source', 'card', 'expiryYear'],
  token: ['source', 'token'],
  'card.token': ['source', 'token'],
  bankAccount: ['source', 'bankAccount'],
  paypalEmail: ['source', 'paypal', 'email'],
  set_as_default: ['isDefault'],
};
