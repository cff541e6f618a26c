import type { UnitPrice as DomainUnitPrice } from '../domain/money.ts';
import { builder } from './builder.ts';

export const UnitPrice = builder.objectRef<DomainUnitPrice>('UnitPrice').implement({
  description: 'A price for one unit, exact however far below the smallest coin it lies.',
  fields: (t) => ({
    decimal: t.expose('decimal', { type: 'Decimal', description: 'In whole units of the currency.' }),
    currency: t.expose('currency', {
      type: 'CurrencyCode',
      nullable: true,
      description: 'What it is in; null where the upstream does not tell.',
    }),
  }),
});
