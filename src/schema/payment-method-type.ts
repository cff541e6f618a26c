import { paymentMethodTypes } from '../domain/payment-method.ts';
import { describedEnum } from './described-enum.ts';

export const PaymentMethodType = describedEnum(
  'PaymentMethodType',
  'What kind of thing is charged.',
  paymentMethodTypes,
  {
    CARD: 'A credit or debit card.',
    BANK_ACCOUNT: 'A bank account that is debited.',
    PAYPAL: 'An account at PayPal.',
    UNKNOWN: 'A kind that this graph does not know: see `rawType`.',
  },
);
