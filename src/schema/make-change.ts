import type { ObjectRef } from '@pothos/core';
import type { Doing } from '../actions/actions.ts';
import type { Context } from '../context.ts';
import type { Registration } from '../datasources/directory.ts';
import type { MakeBilling } from '../datasources/make-billing/make-billing.ts';
import { asks } from './asks.ts';
import { builder, type SchemaTypes } from './builder.ts';
import { readOrganizationId } from './global-id.ts';
import { atInputNames, type InputNames } from './input-names.ts';
import { loadSubscription, MakeSubscription } from './make-subscription.ts';
import { authorize, readAt } from './mutation.ts';
import { findOrganization, Organization } from './organization.ts';

/** A change of an organization's billing at Make, after its input was found right. */
interface MakeChange<Done> {
  /** The mutation's. */
  readonly name: string;
  readonly organization: number;
  readonly idempotencyKey: string | null | undefined;
  /** What is asked, less the key and what may be kept nowhere. */
  readonly input: unknown;
  /** Where the input says something in other words than Make. */
  readonly inputNames?: InputNames;
  readonly make: (
    billing: MakeBilling,
    organization: Registration,
    errand: Doing['errand'],
  ) => Promise<{ readonly value: Done }>;
  /** Tells those who follow events what came of it. Left out: a poll finds it. */
  readonly note?: (done: Done, doing: Doing) => Promise<void>;
}

const customerNames: InputNames = {
  customerDetails: ['customer'],
  'customerDetails.billingAddress': ['customer', 'address'],
};

/** Makes it once. What Make finds wrong is told at the fields of the input. */
export function changeAtMake<Done>(
  { actions }: Pick<Context, 'actions'>,
  { name, organization, idempotencyKey, input, inputNames = customerNames, make, note }: MakeChange<Done>,
): Promise<Done> {
  const change = actions.perform({
    name,
    owner: String(organization),
    idempotencyKey,
    input,
    make: async (doing) => {
      const { sources, errand, organization: registered } = doing;
      const { value } = await make(sources.makeBilling, registered(organization), errand);
      await note?.(value, doing);
      return value;
    },
  });
  return atInputNames(inputNames, change);
}

export const organizationIdDescription = "The organization's global id, or Make's number.";

/** The organization that an input names, where the caller may change its billing. */
export function organizationToBill(id: string, mutation: string, { visit }: Context): number {
  const organization = readAt('organizationId', () => readOrganizationId(id));
  authorize(visit, { organization, right: 'billingActions', section: mutation });
  visit.acted({ organization, section: mutation, objects: [String(organization)] });
  return organization;
}

interface OfOrganization {
  readonly organization: number;
}

/** Lets a payload show whose billing was changed. */
export function showOrganization<Payload extends OfOrganization>(
  payload: ObjectRef<SchemaTypes, Payload>,
): void {
  builder.objectField(payload, 'organization', (t) =>
    t.field({
      type: Organization,
      nullable: true,
      description: 'Whose billing it is; what is asked of it here is read after the change.',
      resolve: ({ organization }, _args, context) => findOrganization(organization, context),
    }),
  );
}

/** Lets a payload show the subscription after the change. */
export function showSubscription<Payload extends OfOrganization>(
  payload: ObjectRef<SchemaTypes, Payload>,
): void {
  builder.objectField(payload, 'subscription', (t) =>
    t.field({
      type: MakeSubscription,
      nullable: true,
      description: 'The subscription as it is now, read again; null where there is none.',
      extensions: asks({ requests: 1 }),
      resolve: ({ organization }, _args, context, info) => loadSubscription(organization, context, info),
    }),
  );
}
