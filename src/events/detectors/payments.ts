import type { MakePayment } from '../../domain/payment.ts';
import type { ListKind } from './list.ts';

export const makePayments: ListKind<MakePayment> = {
  name: 'make-payment',
  keyOf: ({ upstreamId }) => upstreamId,
  atOf: ({ createdAt }) => createdAt.getTime(),
  fieldsOf: ({ status }) => ({ status }),
  isOpen: ({ status }) => status === 'PENDING' || status === 'PROCESSING',
  added: 'PAYMENT_RECORDED',
  addedAt: ({ createdAt }) => createdAt,
  changed: [{ type: 'PAYMENT_STATUS_CHANGED', fields: ['status'] }],
  removed: null,
  objectOf: (value) => ({ kind: 'payment', value }),
};
