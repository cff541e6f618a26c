import { z } from 'zod';
import { noteChangedInvoice } from '../actions/note-platform.ts';
import { findPaidInvoice } from '../actions/platform-look-back.ts';
import { errandFor } from '../loaders/platform.ts';
import { asks } from './asks.ts';
import { builder } from './builder.ts';
import { authorizeCustomer, methodIdDescription, noteMade, readMethodId } from './customer-action.ts';
import { given } from './given.ts';
import { readCustomersId } from './global-id.ts';
import { atInputNames } from './input-names.ts';
import { metadataDescription, metadataRule } from './metadata-input.ts';
import { MoneyInput } from './money.ts';
import {
  checked,
  idempotencyKeyDescription,
  idempotencyKeyRule,
  idRule,
  mutation,
  readAt,
} from './mutation.ts';
import { loadPlatformInvoice, PlatformInvoice } from './platform-invoice.ts';
import { loadPlatformPayment, PlatformPayment } from './platform-payment.ts';
import { moneyFrom } from './rules.ts';

interface Paid {
  readonly customer: string;
  readonly invoiceId: string;
  /** Null where its answer was lost, and the invoice alone shows that it was made. */
  readonly paymentId: string | null;
}

const ProcessPaymentPayload = builder.objectRef<Paid>('ProcessPaymentPayload').implement({
  description: 'A payment that was made.',
  fields: (t) => ({
    payment: t.field({
      type: PlatformPayment,
      nullable: true,
      description:
        'The payment, read again; null where its answer was lost and the invoice alone shows that it was made.',
      extensions: asks({ requests: 2, bucket: 'platform:payments' }),
      resolve: ({ customer, paymentId }, _args, context, info) =>
        paymentId === null ? null : loadPlatformPayment(customer, paymentId, context, info),
    }),
    invoice: t.field({
      type: PlatformInvoice,
      nullable: true,
      description: 'The invoice as it is now, read again.',
      extensions: asks({ requests: 1, bucket: 'platform:invoices' }),
      resolve: ({ customer, invoiceId }, _args, context, info) =>
        loadPlatformInvoice(customer, invoiceId, context, info),
    }),
  }),
});

const ProcessPaymentInput = builder.inputType('ProcessPaymentInput', {
  description: 'Which invoice to pay, with what, and how much of it.',
  fields: (t) => ({
    invoiceId: t.id({ required: true, description: 'The global id of an open invoice of the platform.' }),
    paymentMethodId: t.id({ required: true, description: `${methodIdDescription}. It is charged.` }),
    amount: t.field({
      type: MoneyInput,
      required: true,
      description: 'What is paid: all that is due, or a part of it, in the currency of the invoice.',
    }),
    isConfirmed: t.boolean({
      description: 'Is it charged now? Otherwise it stays pending. As the platform has it unless told.',
    }),
    metadata: t.field({ type: 'JSON', description: metadataDescription }),
    idempotencyKey: t.string({ description: idempotencyKeyDescription }),
  }),
});

function paymentRulesOf(customer: string) {
  return z.object({
    idempotencyKey: idempotencyKeyRule,
    paymentMethodId: idRule((id) => readMethodId(id, customer)),
    amount: moneyFrom(1),
    metadata: metadataRule,
  });
}

const inputNames = {
  amount: ['amount', 'minorUnits'],
  currency: ['amount', 'currency'],
  confirm: ['isConfirmed'],
};

mutation('processPayment', {
  description:
    'Pays an invoice of the platform. It is sent once: where its answer is lost, the invoice is looked at, and a payment that cannot be seen there stays unknown.',
  input: ProcessPaymentInput,
  payload: ProcessPaymentPayload,
  asks: { requests: 4, bucket: 'platform:payments' },
  async run(asked, context) {
    const { customer, upstreamId: invoiceId } = readAt('invoiceId', () =>
      readCustomersId(asked.invoiceId, 'PlatformInvoice'),
    );
    authorizeCustomer(customer, 'processPayment', context, invoiceId);
    const { idempotencyKey, paymentMethodId, amount, metadata } = checked(paymentRulesOf(customer), asked);
    const isConfirmed = given(asked.isConfirmed);
    const order = { invoiceId, paymentMethodId, amount, isConfirmed, metadata: given(metadata) };
    const pay = context.actions.perform<Paid>({
      name: 'processPayment',
      owner: customer,
      idempotencyKey,
      input: order,
      async make(doing) {
        const { platform, sources, errand, key } = doing;
        const payment = { ...order, idempotencyKey: key };
        const on = errandFor(customer, sources, errand);
        const { value } = await platform().processPayment(customer, payment, on);
        await noteChangedInvoice(doing, customer, invoiceId);
        return { customer, invoiceId, paymentId: value.upstreamId };
      },
      async lookFor(doing) {
        const isPaid = isConfirmed !== false && (await findPaidInvoice(customer, invoiceId, amount, doing));
        return isPaid ? { customer, invoiceId, paymentId: null } : null;
      },
    });
    const paid = await atInputNames(inputNames, pay);
    if (paid.paymentId !== null) noteMade(customer, 'processPayment', paid.paymentId, context);
    return paid;
  },
});
