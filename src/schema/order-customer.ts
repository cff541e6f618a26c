import { z } from 'zod';
import { AddressInput } from './address.ts';
import { addressRule, emailRule, optional } from './billing-rules.ts';
import { builder } from './builder.ts';
import { readMakeMethodId } from './payment-method-id.ts';
import { text } from './rules.ts';

export const OrderCustomerInput = builder.inputType('OrderCustomerInput', {
  description:
    'Who pays Make, and what is charged. Each dialect and each order takes a part of it, and refuses the rest by name before anything is sent.',
  fields: (t) => ({
    name: t.string({ description: 'The person or company that is billed.' }),
    email: t.string({ description: 'Where invoices go.' }),
    address: t.field({ type: AddressInput, description: 'Where it is billed: decides the tax.' }),
    paymentMethodId: t.id({
      description:
        "What is charged from now on, by its global id or Make's own. Subscriptions in the documented dialect.",
    }),
    isBusiness: t.boolean({ description: 'Is it a company? Live dialect, which asks for it.' }),
    companyName: t.string({ description: "The company's name. Live dialect." }),
    taxId: t.string({ description: "The company's number at the tax office. Live dialect." }),
    countryId: t.int({ description: "Make's own number of the country. Live dialect, which asks for it." }),
  }),
});

/** The rules of it, in an order of the organization. */
export function orderCustomerRule(organization: number) {
  return optional(
    z.object({
      name: optional(text(200)),
      email: optional(emailRule),
      address: optional(addressRule),
      paymentMethodId: optional(
        z.string().transform((id, context) => {
          const own = readMakeMethodId(id, organization);
          if (own === null) {
            const message = "Takes one of the organization's payment methods: its global id, or Make's own.";
            context.addIssue({ code: 'custom', message });
          }
          return own ?? '';
        }),
      ),
      isBusiness: optional(z.boolean()),
      companyName: optional(text(200)),
      taxId: optional(text(50)),
      countryId: optional(z.number().int().min(1, "Takes Make's number of a country, from 1.")),
    }),
  );
}
