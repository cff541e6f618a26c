import { Refusal } from '../kernel/endpoint.ts';
import type { DeclineReason } from '../kernel/test-cards.ts';

export const declineMessages: Readonly<Record<DeclineReason, string>> = {
  card_declined: 'The card was declined',
  insufficient_funds: 'The account has insufficient funds',
  expired_card: 'The card has expired',
  invalid_cvc: 'The CVC is incorrect',
  fraud_detected: 'The transaction was flagged as fraud',
};

export function refuseDeclined(reason: DeclineReason, field: string): never {
  throw new Refusal(402, reason, declineMessages[reason], { field, reason: declineMessages[reason] });
}
