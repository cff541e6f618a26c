import { type ErrorCode, errorCodes, Failure, type FailureDetails } from '../domain/failure.ts';
import { builder } from './builder.ts';
import { describedEnum } from './described-enum.ts';

/** What a caller can do something about. */
const refusalCodes = [
  'BAD_USER_INPUT',
  'NOT_FOUND',
  'CONFLICT',
  'CONFIRMATION_REQUIRED',
  'PAYMENT_DECLINED',
  'PLAN_UPGRADE_REQUIRED',
  'NOT_SUPPORTED_BY_UPSTREAM',
  'IDEMPOTENCY_CONFLICT',
  'OUTCOME_UNKNOWN',
] as const satisfies readonly ErrorCode[];

type RefusalCode = (typeof refusalCodes)[number];

/** A failure as a value: an Error itself would be taken for one that was thrown. */
export interface Refusal {
  readonly refusal: RefusalCode;
  readonly message: string;
  readonly details: FailureDetails;
}

export const ErrorCodeEnum = describedEnum('ErrorCode', 'What happened, for programs.', errorCodes, {
  UNAUTHENTICATED: 'There was no valid credential.',
  FORBIDDEN: 'The role or the scopes do not allow it.',
  NOT_FOUND: 'What was named is not there, or not to be seen.',
  BAD_USER_INPUT: 'The input is not as it is accepted.',
  CONFLICT: "The upstream's state does not allow it.",
  CONFIRMATION_REQUIRED: 'It is done only when confirmed.',
  PAYMENT_DECLINED: 'The payment provider declined.',
  PLAN_UPGRADE_REQUIRED: "The organization's plan does not include it.",
  NOT_SUPPORTED_BY_UPSTREAM: 'This upstream, or its dialect, has no such thing.',
  OUTCOME_UNKNOWN: 'It was sent, and its answer was lost.',
  RATE_LIMITED: 'The request budget has no room in time.',
  OPERATION_TOO_EXPENSIVE: 'It takes more upstream requests than one operation may.',
  IDEMPOTENCY_CONFLICT: 'The idempotency key was used with another input.',
  UPSTREAM_TIMEOUT: 'The upstream did not answer in time.',
  UPSTREAM_UNAVAILABLE: 'The upstream is down.',
  UPSTREAM_BAD_RESPONSE: 'The upstream answered with something that cannot be read.',
  UPSTREAM_AUTH: "The upstream does not take the gateway's own credential.",
  DOCUMENT_INVALID: 'The document cannot be parsed or does not fit the schema.',
  DOCUMENT_TOO_COMPLEX: 'The document passes a limit of the gateway.',
  DOCUMENT_NOT_TRUSTED: 'Only trusted documents are run.',
  DOCUMENT_NOT_FOUND: 'There is no trusted document of that id.',
  STALE_CURSOR: 'The list has moved too far since the cursor was given.',
  OVERLOADED: 'The gateway has too much to do.',
  INTERNAL: 'A fault of the gateway.',
});

export const ErrorInterface = builder.interfaceRef<Refusal>('Error').implement({
  resolveType: ({ refusal }): string => errorMembers[refusal].name,
  description: 'Why a change was not made, where the caller can do something about it.',
  fields: (t) => ({
    code: t.field({ type: ErrorCodeEnum, description: 'What happened.', resolve: ({ refusal }) => refusal }),
    message: t.string({ description: 'The same for people.', resolve: ({ message }) => message }),
    upstreamCode: t.string({
      nullable: true,
      description: "The upstream's own word for it, where it gave one: `card_declined`.",
      resolve: ({ details }) => details.upstreamCode ?? null,
    }),
  }),
});

const FieldFault = builder
  .objectRef<{ readonly path: readonly string[]; readonly message: string }>('FieldFault')
  .implement({
    description: 'One thing that is wrong with an input.',
    fields: (t) => ({
      path: t.stringList({
        description: 'Where it stands in the input: `["card", "expiryYear"]`.',
        resolve: ({ path }) => [...path],
      }),
      message: t.exposeString('message', { description: 'What is wrong, and what is accepted.' }),
    }),
  });

const member = (name: string, description: string) =>
  builder.objectRef<Refusal>(name).implement({ interfaces: [ErrorInterface], description });

const InvalidInput = member('InvalidInput', 'The input is not as it is accepted.');

builder.objectField(InvalidInput, 'faults', (t) =>
  t.field({
    type: [FieldFault],
    description: 'Everything that is wrong with it.',
    resolve: ({ details }) => [...(details.faults ?? [])],
  }),
);

const ConfirmationRequired = member(
  'ConfirmationRequired',
  'It cannot be undone: it is done once the same input comes with `confirm: true`.',
);

builder.objectFields(ConfirmationRequired, (t) => ({
  effect: t.string({
    nullable: true,
    description: 'What would happen.',
    resolve: ({ details }) => details.effect ?? null,
  }),
  affected: t.int({
    nullable: true,
    description: 'To how many things it would happen; null where that cannot be known beforehand.',
    resolve: ({ details }) => details.affected ?? null,
  }),
}));

const declineReasons = [
  'CARD_DECLINED',
  'INSUFFICIENT_FUNDS',
  'EXPIRED_CARD',
  'INVALID_CVC',
  'FRAUD_DETECTED',
  'UNKNOWN',
] as const;

const DeclineReason = describedEnum('DeclineReason', 'Why a payment was declined.', declineReasons, {
  CARD_DECLINED: 'The bank declined without saying why: the customer asks the bank.',
  INSUFFICIENT_FUNDS: 'The account does not hold enough.',
  EXPIRED_CARD: 'The card has expired.',
  INVALID_CVC: 'The security code is wrong.',
  FRAUD_DETECTED: 'It was taken for fraud.',
  UNKNOWN: 'The upstream gave a reason that this graph does not know: see `upstreamCode`.',
});

const PaymentDeclined = member('PaymentDeclined', 'The payment provider declined.');

builder.objectField(PaymentDeclined, 'reason', (t) =>
  t.field({
    type: DeclineReason,
    description: 'Why.',
    resolve: ({ details }) =>
      declineReasons.find((reason) => reason === details.upstreamCode?.toUpperCase()) ?? 'UNKNOWN',
  }),
);

/** The members of every mutation's result beside its payload, by the code of what they show. */
export const errorMembers = {
  BAD_USER_INPUT: InvalidInput,
  NOT_FOUND: member('NotFound', 'What the input names is not there, or not to be seen.'),
  CONFLICT: member('Conflict', 'It does not fit what the upstream holds now.'),
  CONFIRMATION_REQUIRED: ConfirmationRequired,
  PAYMENT_DECLINED: PaymentDeclined,
  PLAN_UPGRADE_REQUIRED: member('PlanUpgradeRequired', "The organization's plan does not include it."),
  NOT_SUPPORTED_BY_UPSTREAM: member('NotSupported', 'This upstream, or its dialect, has no such thing.'),
  IDEMPOTENCY_CONFLICT: member('IdempotencyConflict', 'The idempotency key was used with another input.'),
  OUTCOME_UNKNOWN: member(
    'OutcomeUnknown',
    'It was sent, and whether it was made is not known. Look before you send it again; under the same key nothing is sent twice.',
  ),
} as const satisfies Readonly<Record<RefusalCode, unknown>>;

/** A failure that a caller can do something about is a member of the result; everything else stays an error. */
export function refusalOf(error: unknown): Refusal {
  const refusal = error instanceof Failure ? refusalFrom(error) : null;
  if (refusal === null) throw error;
  return refusal;
}

/** Null for a failure that a caller can do nothing about. */
export function refusalFrom({ code, message, details }: Failure): Refusal | null {
  const refusal = refusalCodes.find((known) => known === code);
  return refusal === undefined ? null : { refusal, message, details };
}
