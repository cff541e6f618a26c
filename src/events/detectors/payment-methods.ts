import type { PaymentMethod } from '../../domain/payment-method.ts';
import type { PlatformPaymentMethod } from '../../domain/platform-payment-method.ts';
import type { ListKind } from './list.ts';

const common = {
  keyOf: ({ upstreamId }: PaymentMethod) => upstreamId,
  atOf: ({ createdAt }: PaymentMethod) => createdAt?.getTime() ?? 0,
  fieldsOf: ({ type, isDefault, isDefaultForExtras, isValid, brand, last4, ...method }: PaymentMethod) => ({
    type,
    isDefault,
    isDefaultForExtras,
    isValid,
    brand,
    last4,
    expiryMonth: method.expiryMonth,
    expiryYear: method.expiryYear,
    bankName: method.bankName,
    email: method.email,
    billingAddress: method.billingAddress && { ...method.billingAddress },
  }),
  added: 'PAYMENT_METHOD_ADDED',
  addedAt: ({ createdAt }: PaymentMethod) => createdAt,
  changed: [
    {
      type: 'PAYMENT_METHOD_CHANGED',
      fields: [
        'type',
        'isDefault',
        'isDefaultForExtras',
        'isValid',
        'brand',
        'last4',
        'expiryMonth',
        'expiryYear',
        'bankName',
        'email',
        'billingAddress',
      ],
    },
  ],
  removed: 'PAYMENT_METHOD_REMOVED',
} as const;

export const makePaymentMethods: ListKind<PaymentMethod> = {
  ...common,
  name: 'make-payment-method',
  objectOf: (value) => ({ kind: 'make-payment-method', id: value.upstreamId, value }),
  goneObjectOf: (id) => ({ kind: 'make-payment-method', id, value: null }),
};

export function platformPaymentMethodsOf(customer: string): ListKind<PlatformPaymentMethod> {
  return {
    ...common,
    name: 'platform-payment-method',
    objectOf: (value) => ({ kind: 'platform-payment-method', customer, id: value.upstreamId, value }),
    goneObjectOf: (id) => ({ kind: 'platform-payment-method', customer, id, value: null }),
  };
}
