import { z } from 'zod';
import type { Context } from '../context.ts';
import type { UsageRecord as DomainRecord, NewUsage } from '../domain/customer-usage.ts';
import { Failure } from '../domain/failure.ts';
import { errandFor } from '../loaders/platform.ts';
import { builder } from './builder.ts';
import { Customer, visibleCustomer } from './customer.ts';
import { authorizeCustomer, noteMade } from './customer-action.ts';
import { given } from './given.ts';
import { readCustomerId, readCustomersId } from './global-id.ts';
import { atInputNames } from './input-names.ts';
import { metadataDescription, metadataRule } from './metadata-input.ts';
import {
  checked,
  idempotencyKeyDescription,
  idempotencyKeyRule,
  idRule,
  mutation,
  readAt,
} from './mutation.ts';
import { ErrorInterface, refusalFrom } from './outcome.ts';
import { quantityRule, text } from './rules.ts';

const mostRecords = 100;
/** How many are under way at the same time. */
const atOnce = 10;

const UsageRecord = builder.objectRef<DomainRecord>('UsageRecord').implement({
  description:
    'A use that the platform has recorded. No call shows it again: it is part of what usage adds up.',
  fields: (t) => ({
    platformId: t.exposeID('upstreamId', { description: "The platform's own id of the record." }),
    subscriptionId: t.exposeID('subscriptionId', {
      nullable: true,
      description: "The platform's own id of the subscription that it counts for.",
    }),
    metric: t.exposeString('metric', { description: 'What was used: `api_calls`.' }),
    quantity: t.expose('quantity', { type: 'Decimal', description: 'How much of it.' }),
    recordedAt: t.expose('recordedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it was used, as the platform has it.',
    }),
    metadata: t.expose('metadata', {
      type: 'JSON',
      nullable: true,
      description: 'What was noted beside it, an object of plain values.',
    }),
  }),
});

/** What came of one record: it was taken, or it failed. */
interface Outcome {
  readonly index: number;
  readonly outcome: DomainRecord | Failure;
}

const UsageRecordOutcome = builder.objectRef<Outcome>('UsageRecordOutcome').implement({
  description: 'What came of one record: each is taken or refused on its own.',
  fields: (t) => ({
    index: t.exposeInt('index', { description: 'Which record of the input it is, from 0.' }),
    isRecorded: t.boolean({
      description: 'Is it known to have been taken?',
      resolve: ({ outcome }) => !(outcome instanceof Failure),
    }),
    record: t.field({
      type: UsageRecord,
      nullable: true,
      description:
        'The record, as the platform answered; null where it was not taken. Where that is nothing that the caller can do ' +
        'something about, such as a spent budget, the error stands at this path.',
      resolve: ({ outcome }) => {
        if (!(outcome instanceof Failure)) return outcome;
        if (refusalFrom(outcome) === null) throw outcome;
        return null;
      },
    }),
    error: t.field({
      type: ErrorInterface,
      nullable: true,
      description: 'Why it was not taken, where the caller can do something about it.',
      resolve: ({ outcome }) => (outcome instanceof Failure ? refusalFrom(outcome) : null),
    }),
  }),
});

interface Recorded {
  readonly customer: string;
  readonly outcomes: readonly Outcome[];
}

const RecordUsagePayload = builder.objectRef<Recorded>('RecordUsagePayload').implement({
  description: 'What came of the records, each on its own.',
  fields: (t) => ({
    customer: t.field({
      type: Customer,
      nullable: true,
      description: 'Who used it; its usage is read again.',
      resolve: ({ customer }, _args, context) => visibleCustomer(customer, 'customer', context),
    }),
    recordedCount: t.int({
      description: 'How many of them are known to have been taken.',
      resolve: ({ outcomes }) => outcomes.filter(({ outcome }) => !(outcome instanceof Failure)).length,
    }),
    outcomes: t.field({
      type: [UsageRecordOutcome],
      description: 'One for each record, in the order of the input.',
      resolve: ({ outcomes }) => [...outcomes],
    }),
  }),
});

const UsageRecordInput = builder.inputType('UsageRecordInput', {
  description: 'One use to record.',
  fields: (t) => ({
    metric: t.string({ required: true, description: "The platform's name of what was used: `api_calls`." }),
    quantity: t.field({ type: 'Decimal', required: true, description: 'How much of it, from 0.' }),
    subscriptionId: t.id({
      description:
        "The global id of the subscription that it counts for; the customer's running one unless told.",
    }),
    at: t.field({ type: 'DateTime', description: 'When it was used; now unless told.' }),
    metadata: t.field({ type: 'JSON', description: metadataDescription }),
  }),
});

const RecordUsageInput = builder.inputType('RecordUsageInput', {
  description: 'What a customer used. Each record is a request of its own.',
  fields: (t) => ({
    customerId: t.id({ required: true, description: "The customer's global id, or the platform's own." }),
    records: t.field({
      type: [UsageRecordInput],
      required: true,
      description: `1 to ${mostRecords} records.`,
    }),
    idempotencyKey: t.string({
      description: `${idempotencyKeyDescription} It covers each record: a repeat sends those alone that were not sent before.`,
    }),
  }),
});

const usageRulesOf = (customer: string) =>
  z.object({
    idempotencyKey: idempotencyKeyRule,
    records: z
      .array(
        z.object({
          metric: text(100),
          quantity: quantityRule,
          subscriptionId: idRule((id) => readSubscriptionId(id, customer)).nullish(),
          metadata: metadataRule,
        }),
      )
      .min(1, `Takes 1 to ${mostRecords} records.`)
      .max(mostRecords, `Takes 1 to ${mostRecords} records.`),
  });

mutation('recordUsage', {
  description:
    'Records what a customer of the platform used. Each record is taken or refused on its own, and sent once.',
  input: RecordUsageInput,
  payload: RecordUsagePayload,
  asks: { requests: ({ input }) => countOf(input), bucket: 'platform:usage' },
  async run({ customerId, ...asked }, context) {
    const customer = readAt('customerId', () => readCustomerId(customerId));
    authorizeCustomer(customer, 'recordUsage', context);
    const { idempotencyKey, records } = checked(usageRulesOf(customer), asked);
    const usages = records.map(({ metric, quantity, subscriptionId, metadata }, index) => ({
      metric,
      quantity,
      subscriptionId: given(subscriptionId),
      at: given(asked.records[index]?.at),
      metadata: given(metadata),
    }));
    const record = (usage: NewUsage, index: number): Promise<Outcome> =>
      recordOne({ customer, usages, usage, index, idempotencyKey }, context);
    const outcomes: Outcome[] = [];
    // the first goes alone: whether the key was used for another list is known before more is sent
    for (let from = 0; from < usages.length; from += from === 0 ? 1 : atOnce) {
      const group = usages.slice(from, from === 0 ? 1 : from + atOnce);
      outcomes.push(...(await Promise.all(group.map((usage, place) => record(usage, from + place)))));
      if (from === 0) refuseOtherList(outcomes);
    }
    noteOutcomes(customer, outcomes, context);
    return { customer, outcomes };
  },
});

/** How many records an input has, which may be of any shape where it is only priced. */
function countOf(input: unknown): number {
  const hasRecords = typeof input === 'object' && input !== null && 'records' in input;
  return hasRecords && Array.isArray(input.records) ? input.records.length : mostRecords;
}

interface OneOfMany {
  readonly customer: string;
  readonly usages: readonly NewUsage[];
  readonly usage: NewUsage;
  readonly index: number;
  readonly idempotencyKey: string | null | undefined;
}

/** The access log gets what was recorded, and why the first of the others was not. */
function noteOutcomes(customer: string, outcomes: readonly Outcome[], context: Context): void {
  for (const { outcome } of outcomes) {
    if (!(outcome instanceof Failure)) noteMade(customer, 'recordUsage', outcome.upstreamId, context);
  }
  const failed = outcomes.map(({ outcome }) => outcome).find((outcome) => outcome instanceof Failure);
  if (failed !== undefined) context.visit.failed('recordUsage', failed.code);
}

/** Under a key of its own, so that what was sent of a list is not sent again. */
async function recordOne(
  { customer, usages, usage, index, idempotencyKey }: OneOfMany,
  { actions }: Context,
): Promise<Outcome> {
  const record = actions.perform<DomainRecord>({
    name: 'recordUsage',
    owner: customer,
    idempotencyKey: idempotencyKey == null ? null : `${idempotencyKey}/${index}`,
    input: usages,
    async make({ platform, sources, errand, key }) {
      const on = errandFor(customer, sources, errand);
      return (await platform().recordUsage(customer, { ...usage, idempotencyKey: key }, on)).value;
    },
  });
  try {
    return { index, outcome: await atInputNames(inputNames, record, ['records', String(index)]) };
  } catch (error) {
    if (error instanceof Failure) return { index, outcome: error };
    throw error;
  }
}

const inputNames = { timestamp: ['at'] };

function refuseOtherList(outcomes: readonly Outcome[]): void {
  for (const { outcome } of outcomes) {
    if (outcome instanceof Failure && outcome.code === 'IDEMPOTENCY_CONFLICT') throw outcome;
  }
}

function readSubscriptionId(id: string, customer: string): string {
  const owned = readCustomersId(id, 'PlatformSubscription');
  if (owned.customer === customer) return owned.upstreamId;
  throw new Failure('BAD_USER_INPUT', "Takes the global id of a subscription of the customer's.");
}
