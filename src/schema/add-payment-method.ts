import type { Doing } from '../actions/actions.ts';
import { withoutCard } from '../actions/without-card.ts';
import type { Context } from '../context.ts';
import { Failure } from '../domain/failure.ts';
import type { NewPaymentMethod } from '../domain/payment-method.ts';
import type { PlatformPaymentMethod } from '../domain/platform-payment-method.ts';
import { errandFor } from '../loaders/platform.ts';
import { AddressInput } from './address.ts';
import { builder } from './builder.ts';
import { Customer, visibleCustomer } from './customer.ts';
import { authorizeCustomer, noteMade } from './customer-action.ts';
import { atInputNames } from './input-names.ts';
import { changeAtMake } from './make-change.ts';
import { metadataDescription } from './metadata-input.ts';
import { authorize, checked, idempotencyKeyDescription, mutation } from './mutation.ts';
import {
  newMethodNames,
  newMethodRulesAt,
  PaymentMethodOwnerInput,
  PaymentMethodSourceInput,
  readPayer,
  sourceOf,
} from './new-payment-method.ts';
import { findOrganization, Organization } from './organization.ts';
import {
  makeMethodNode,
  PaymentMethod,
  type PaymentMethodNode,
  platformMethodNode,
} from './payment-method.ts';

const name = 'addPaymentMethod';

interface AddPaymentMethod {
  readonly organization: number | null;
  readonly customer: string | null;
  readonly method: PaymentMethodNode;
}

const AddPaymentMethodPayload = builder.objectRef<AddPaymentMethod>('AddPaymentMethodPayload').implement({
  description: 'A payment method that was added.',
  fields: (t) => ({
    paymentMethod: t.expose('method', {
      type: PaymentMethod,
      nullable: true,
      description: 'The method as the system that charges it answered.',
    }),
    organization: t.field({
      type: Organization,
      nullable: true,
      description: 'Whose it is at Make; what is asked of it here is read after the change.',
      resolve: ({ organization }, _args, context) =>
        organization === null ? null : findOrganization(organization, context),
    }),
    customer: t.field({
      type: Customer,
      nullable: true,
      description: 'Whose it is at the platform.',
      resolve: ({ customer }, _args, context) =>
        customer === null ? null : visibleCustomer(customer, 'customer', context),
    }),
  }),
});

const AddPaymentMethodInput = builder.inputType('AddPaymentMethodInput', {
  description: 'What is to be charged, and whose it is.',
  fields: (t) => ({
    owner: t.field({ type: PaymentMethodOwnerInput, required: true, description: 'Who pays with it.' }),
    source: t.field({ type: PaymentMethodSourceInput, required: true, description: 'What is charged.' }),
    billingAddress: t.field({ type: AddressInput, description: 'The address that its issuer has.' }),
    isDefault: t.boolean({
      description: 'Is it to be charged unless another is named? The first one always is.',
    }),
    metadata: t.field({
      type: 'JSON',
      description: `${metadataDescription} Customers of the platform only.`,
    }),
    idempotencyKey: t.string({
      description: `${idempotencyKeyDescription} The number and the code of a card do not count: another card needs another key.`,
    }),
  }),
});

mutation(name, {
  description:
    'Adds what an organization pays Make with, or a customer the platform. A card that is declined is PaymentDeclined, with the reason.',
  input: AddPaymentMethodInput,
  payload: AddPaymentMethodPayload,
  // where the answer is lost, the customer's methods are looked through
  asks: { requests: 2 },
  async run({ owner, ...asked }, context) {
    const payer = readPayer(owner);
    if (payer.organization === null) authorizeCustomer(payer.customer, name, context);
    else
      authorize(context.visit, { organization: payer.organization, right: 'billingActions', section: name });
    if (asked.source.card != null && !context.actions.takesCards) {
      throw new Failure(
        'NOT_SUPPORTED_BY_UPSTREAM',
        'Numbers of cards are not taken here (CARD_INPUT is off): send source.token, a token of the payment provider.',
      );
    }
    const { idempotencyKey, metadata, source, ...rest } = checked(
      newMethodRulesAt(context.loaders.startedAt),
      asked,
    );
    const method = { ...rest, source: sourceOf(source) };
    // neither the number nor the code of a card is kept, not even as part of a digest
    const { card, ...plain } = source;
    const kept = card && { card: { expiryMonth: card.expiryMonth, expiryYear: card.expiryYear } };
    const input = { ...rest, metadata, source: { ...plain, ...kept } };
    const order = { method, metadata: metadata ?? undefined, idempotencyKey, input };
    return payer.organization === null
      ? addAtPlatform(payer.customer, order, context)
      : addAtMake(payer.organization, order, context);
  },
});

interface Order {
  readonly method: NewPaymentMethod;
  readonly metadata: PlatformPaymentMethod['metadata'] | undefined;
  readonly idempotencyKey: string | null | undefined;
  /** What may be kept of it. */
  readonly input: object;
}

async function addAtMake(
  organization: number,
  { method, metadata, ...order }: Order,
  context: Context,
): Promise<AddPaymentMethod> {
  if (metadata !== undefined) {
    throw new Failure(
      'NOT_SUPPORTED_BY_UPSTREAM',
      'Make keeps no metadata of payment methods: leave it out.',
    );
  }
  const added = await changeAtMake(context, {
    ...order,
    name,
    organization,
    inputNames: newMethodNames,
    make: async (billing, registered, errand) => {
      const send = () => billing.addPaymentMethod(registered, method, errand);
      const { value, fetchedAt } = await withoutCard(method.source, send);
      return { value: { method: value, fetchedAt: new Date(fetchedAt) } };
    },
    note: ({ method: value }, { note }) => note({ section: 'payment-methods', value, isNew: true }),
  });
  context.visit.acted({ organization, section: name, objects: [added.method.upstreamId] });
  return {
    organization,
    customer: null,
    method: makeMethodNode(added.method, organization, added.fetchedAt),
  };
}

async function addAtPlatform(
  customer: string,
  { method, metadata, ...order }: Order,
  context: Context,
): Promise<AddPaymentMethod> {
  const adding = context.actions.perform({
    ...order,
    name,
    owner: customer,
    make: async ({ platform, sources, errand, key, note }) => {
      const added = { ...method, metadata: metadata ?? undefined, idempotencyKey: key };
      const send = () => platform().addPaymentMethod(customer, added, errandFor(customer, sources, errand));
      const { value, fetchedAt } = await withoutCard(method.source, send);
      await note({ section: 'platform-payment-methods', value, isNew: true });
      return { method: value, fetchedAt: new Date(fetchedAt) };
    },
    lookFor: (doing) => findAdded(customer, doing),
  });
  const added = await atInputNames(newMethodNames, adding);
  noteMade(customer, name, added.method.upstreamId, context);
  return {
    organization: null,
    customer,
    method: platformMethodNode(added.method, customer, added.fetchedAt),
  };
}

/** The customer's method that carries our key: it was added, whatever became of the answer. */
async function findAdded(customer: string, { platform, sources, errand, key }: Doing) {
  const anew = { ...errandFor(customer, sources, errand), maxAge: 0 };
  const { value, fetchedAt } = await platform().paymentMethods(customer, anew);
  const method = value.rows.find((row) => !(row instanceof Failure) && row.idempotencyKey === key);
  return method === undefined || method instanceof Failure
    ? null
    : { method, fetchedAt: new Date(fetchedAt) };
}
