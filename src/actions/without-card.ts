import { holdsCardNumber } from '../domain/card.ts';
import { Failure, type FieldFault } from '../domain/failure.ts';
import type { PaymentMethodSource } from '../domain/payment-method.ts';

/** Sends a payment method on. Should the upstream repeat a card in what it refuses, that goes no further. */
export async function withoutCard<Done>(
  source: PaymentMethodSource,
  send: () => Promise<Done>,
): Promise<Done> {
  try {
    return await send();
  } catch (error) {
    if (!(error instanceof Failure) || !('card' in source)) throw error;
    const { code, message, details } = error;
    // its cause is left behind: it may hold what the upstream answered
    throw new Failure(code, message, {
      ...details,
      ...(details.faults && { faults: details.faults.map((fault) => cleaned(fault, source.card.cvc)) }),
    });
  }
}

function cleaned({ path, message }: FieldFault, cvc: string): FieldFault {
  const clean = (text: string): string =>
    holdsCardNumber(text) ? '…' : text.replace(new RegExp(`(?<!\\d)${cvc}(?!\\d)`, 'g'), '…');
  return { path: path.map(clean), message: clean(message) };
}
