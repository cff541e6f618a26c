import { z } from 'zod';
import { findMadeInvoice, lookBackRequests } from '../actions/platform-look-back.ts';
import { errandFor } from '../loaders/platform.ts';
import { asks } from './asks.ts';
import { builder } from './builder.ts';
import { authorizeCustomer, noteMade } from './customer-action.ts';
import { given } from './given.ts';
import { readCustomerId } from './global-id.ts';
import { atInputNames } from './input-names.ts';
import { metadataDescription, metadataRule } from './metadata-input.ts';
import { MoneyInput } from './money.ts';
import { checked, idempotencyKeyDescription, idempotencyKeyRule, mutation, readAt } from './mutation.ts';
import { loadPlatformInvoice, PlatformInvoice } from './platform-invoice.ts';
import { moneyFrom, quantityRule, text } from './rules.ts';

const bucket = 'platform:invoices';

interface MadeInvoice {
  readonly customer: string;
  readonly invoiceId: string;
}

const CreateInvoicePayload = builder.objectRef<MadeInvoice>('CreateInvoicePayload').implement({
  description: 'An invoice that was made. It is open: nothing is charged by itself.',
  fields: (t) => ({
    invoice: t.field({
      type: PlatformInvoice,
      nullable: true,
      description: 'The invoice, read again.',
      extensions: asks({ requests: 1, bucket }),
      resolve: ({ customer, invoiceId }, _args, context, info) =>
        loadPlatformInvoice(customer, invoiceId, context, info),
    }),
  }),
});

const InvoiceLineItemInput = builder.inputType('InvoiceLineItemInput', {
  description: 'One thing that an invoice charges.',
  fields: (t) => ({
    description: t.string({ required: true, description: 'What is charged, up to 500 characters.' }),
    quantity: t.field({ type: 'Decimal', required: true, description: 'How much of it there was.' }),
    unitPrice: t.field({ type: MoneyInput, required: true, description: 'What one of it costs.' }),
  }),
});

const CreateInvoiceInput = builder.inputType('CreateInvoiceInput', {
  description: 'An invoice to a customer of the platform, beside those that its subscription makes.',
  fields: (t) => ({
    customerId: t.id({ required: true, description: "The customer's global id, or the platform's own." }),
    lineItems: t.field({
      type: [InvoiceLineItemInput],
      required: true,
      description: 'What it charges: 1 to 100 items, all in one currency.',
    }),
    description: t.string({ description: 'What it is for, in a sentence.' }),
    dueAt: t.field({
      type: 'DateTime',
      description:
        'The day on which it is due; its time of day does not count. As the platform has it unless told.',
    }),
    isTaxIncluded: t.boolean({
      description:
        'Do the prices include the tax? Otherwise it comes on top, unless the platform has it differently.',
    }),
    metadata: t.field({ type: 'JSON', description: metadataDescription }),
    idempotencyKey: t.string({ description: idempotencyKeyDescription }),
  }),
});

const createRules = z.object({
  idempotencyKey: idempotencyKeyRule,
  lineItems: z
    .array(z.object({ description: text(500), quantity: quantityRule, unitPrice: moneyFrom(0) }))
    .min(1, 'Takes 1 to 100 items.')
    .max(100, 'Takes 1 to 100 items.')
    .refine(
      (items) => new Set(items.map(({ unitPrice }) => unitPrice.currency)).size <= 1,
      'Takes items of one currency.',
    ),
  description: text(1000).nullish(),
  metadata: metadataRule,
});

const inputNames = { due_date: ['dueAt'], tax_behavior: ['isTaxIncluded'] };

mutation('createInvoice', {
  description: 'Makes an invoice by hand for a customer of the platform.',
  input: CreateInvoiceInput,
  payload: CreateInvoicePayload,
  asks: { requests: 1 + lookBackRequests.invoice, bucket },
  async run({ customerId, ...asked }, context) {
    const customer = readAt('customerId', () => readCustomerId(customerId));
    authorizeCustomer(customer, 'createInvoice', context);
    const { idempotencyKey, lineItems, description, metadata } = checked(createRules, asked);
    const order = {
      lineItems,
      description: given(description),
      dueAt: given(asked.dueAt),
      isTaxIncluded: given(asked.isTaxIncluded),
      metadata: given(metadata),
    };
    const create = context.actions.perform({
      name: 'createInvoice',
      owner: customer,
      idempotencyKey,
      input: order,
      async make({ platform, sources, errand, key, note }) {
        const invoice = { ...order, idempotencyKey: key };
        const on = errandFor(customer, sources, errand);
        const { value } = await platform().createInvoice(customer, invoice, on);
        await note({ section: 'platform-invoices', value, isNew: true });
        return value.upstreamId;
      },
      lookFor: (doing) => findMadeInvoice(customer, doing),
    });
    const invoiceId = await atInputNames(inputNames, create);
    noteMade(customer, 'createInvoice', invoiceId, context);
    return { customer, invoiceId };
  },
});
