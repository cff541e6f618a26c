import { z } from 'zod';
import { anew, isAsAsked } from '../actions/platform-look-back.ts';
import type { CustomerChanges } from '../domain/customer.ts';
import { AddressInput } from './address.ts';
import { addressRule, emailRule } from './billing-rules.ts';
import { builder } from './builder.ts';
import { Customer, visibleCustomer } from './customer.ts';
import { authorizeCustomer, authorizeOperator } from './customer-action.ts';
import { given } from './given.ts';
import { readCustomerId, readOrganizationId } from './global-id.ts';
import { atInputNames } from './input-names.ts';
import { metadataChangesDescription, metadataDescription, metadataRule } from './metadata-input.ts';
import {
  authorize,
  checked,
  idempotencyKeyDescription,
  idempotencyKeyRule,
  mutation,
  readAt,
} from './mutation.ts';
import { changesOf, text } from './rules.ts';

const bucket = 'platform:customers';

function customerPayload(name: string, description: string) {
  return builder.objectRef<{ readonly customer: string }>(name).implement({
    description,
    fields: (t) => ({
      customer: t.field({
        type: Customer,
        nullable: true,
        description: 'The customer as it is now: what is asked of it is read again.',
        resolve: ({ customer }, _args, context) => visibleCustomer(customer, 'customer', context),
      }),
    }),
  });
}

const CustomerTaxInput = builder.inputType('CustomerTaxInput', {
  description: 'How a customer is taxed. What is left out stays as it is.',
  fields: (t) => ({
    taxId: t.string({ description: 'Its number at the tax office, up to 40 characters.' }),
    isExempt: t.boolean({ description: 'Does it pay no tax?' }),
    exemptionType: t.string({ description: "Why it pays none, in the platform's own word." }),
  }),
});

const CreateCustomerInput = builder.inputType('CreateCustomerInput', {
  description: 'A customer of the platform to be, and which organization it is.',
  fields: (t) => ({
    organizationId: t.id({
      description:
        "The organization that it is: its global id, or Make's number. One that is a customer already, or is being made one, is a Conflict. Without it, only operators make and see the customer.",
    }),
    email: t.string({ required: true, description: 'Where its invoices go.' }),
    name: t.string({ required: true, description: 'The person or company that is billed.' }),
    description: t.string({ description: 'What is to be noted of it in a sentence.' }),
    address: t.field({ type: AddressInput, description: 'Where it is billed: decides its tax.' }),
    phone: t.string({ description: 'Its telephone number: `+1-555-123-4567`.' }),
    tax: t.field({ type: CustomerTaxInput, description: 'How it is taxed.' }),
    metadata: t.field({ type: 'JSON', description: metadataDescription }),
    idempotencyKey: t.string({ description: idempotencyKeyDescription }),
  }),
});

const UpdateCustomerInput = builder.inputType('UpdateCustomerInput', {
  description: 'What to change of a customer. What is left out stays; at least one change is needed.',
  fields: (t) => ({
    customerId: t.id({ required: true, description: "The customer's global id, or the platform's own." }),
    email: t.string({ description: 'Where its invoices go.' }),
    name: t.string({ description: 'The person or company that is billed.' }),
    description: t.string({ description: 'What is to be noted of it in a sentence.' }),
    address: t.field({ type: AddressInput, description: 'Where it is billed: replaces the whole address.' }),
    phone: t.string({ description: 'Its telephone number: `+1-555-123-4567`.' }),
    tax: t.field({ type: CustomerTaxInput, description: 'How it is taxed.' }),
    metadata: t.field({ type: 'JSON', description: metadataChangesDescription }),
    idempotencyKey: t.string({ description: idempotencyKeyDescription }),
  }),
});

const profileRules = {
  idempotencyKey: idempotencyKeyRule,
  description: text(1000).nullish(),
  address: addressRule.nullish(),
  phone: text(40).nullish(),
  tax: z
    .object({
      taxId: text(40).nullish(),
      isExempt: z.boolean().nullish(),
      exemptionType: text(40).nullish(),
    })
    .nullish(),
  metadata: metadataRule,
};

const createRules = z.object({ ...profileRules, email: emailRule, name: text(200) });
const updateRules = changesOf({ ...profileRules, email: emailRule.nullish(), name: text(200).nullish() });

const inputNames = { tax_info: ['tax'], 'tax_info.tax_exempt': ['tax', 'isExempt'] };

mutation('createCustomer', {
  description:
    'Makes a customer of the platform. With an organization it is linked to it from then on, also after restarts.',
  input: CreateCustomerInput,
  payload: customerPayload('CreateCustomerPayload', 'A customer that was made.'),
  asks: { requests: 2, bucket },
  async run({ organizationId, ...asked }, { visit, loaders, actions }) {
    const organization =
      organizationId == null ? null : readAt('organizationId', () => readOrganizationId(organizationId));
    if (organization === null) authorizeOperator(visit, 'createCustomer');
    else authorize(visit, { organization, right: 'billingActions', section: 'createCustomer' });
    const { idempotencyKey, email, name, ...profile } = checked(createRules, asked);
    const { idempotencyKey: _, ...input } = asked;
    const create = actions.perform({
      name: 'createCustomer',
      owner: String(organization ?? 'platform'),
      idempotencyKey,
      input,
      async make({ platform, sources, errand, key }) {
        const customer = { ...givenProfile(profile), email, name, idempotencyKey: key };
        const make = async () => (await platform().createCustomer(customer, errand)).value.upstreamId;
        return organization === null ? make() : sources.links.link(organization, make);
      },
      // no list has the customers of the platform: only one that was linked before the answer was kept is found
      async lookFor(doing) {
        const linked = organization === null ? null : loaders.links.customerOf(organization);
        if (linked === null) return null;
        const { value } = await doing.platform().customer(linked, anew(doing));
        return value.idempotencyKey === doing.key ? linked : null;
      },
    });
    const customer = await atInputNames(inputNames, create);
    visit.acted({ organization, section: 'createCustomer', objects: [customer] });
    return { customer };
  },
});

mutation('updateCustomer', {
  description: 'Changes what the platform knows of a customer.',
  input: UpdateCustomerInput,
  payload: customerPayload('UpdateCustomerPayload', 'A customer that was changed.'),
  asks: { requests: 2, bucket },
  async run({ customerId, ...asked }, context) {
    const customer = readAt('customerId', () => readCustomerId(customerId));
    authorizeCustomer(customer, 'updateCustomer', context);
    const { idempotencyKey, email, name, ...profile } = checked(updateRules, asked);
    const changes: CustomerChanges = { ...givenProfile(profile), email: given(email), name: given(name) };
    const update = context.actions.perform({
      name: 'updateCustomer',
      owner: customer,
      idempotencyKey,
      input: changes,
      async make({ platform, errand }) {
        await platform().updateCustomer(customer, changes, errand);
        return customer;
      },
      async lookFor(doing) {
        const found = (await doing.platform().customer(customer, anew(doing))).value;
        return isAsAsked(inFull(changes), found) ? customer : null;
      },
    });
    return { customer: await atInputNames(inputNames, update) };
  },
});

function givenProfile({
  description,
  address,
  phone,
  tax,
  metadata,
}: Pick<z.output<typeof createRules>, 'description' | 'address' | 'phone' | 'tax' | 'metadata'>) {
  return {
    description: given(description),
    address: given(address),
    phone: given(phone),
    tax:
      tax == null
        ? undefined
        : {
            ...(tax.taxId != null && { taxId: tax.taxId }),
            ...(tax.isExempt != null && { isExempt: tax.isExempt }),
            ...(tax.exemptionType != null && { exemptionType: tax.exemptionType }),
          },
    metadata: given(metadata),
  };
}

/** An address is replaced as a whole: what it leaves out is gone. */
function inFull({ address, ...changes }: CustomerChanges): object {
  const whole = address && { ...address, line2: address.line2 ?? null, state: address.state ?? null };
  return { ...changes, address: whole };
}
