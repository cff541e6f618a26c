import { type Money as DomainMoney, decimalOf, formatMoney } from '../domain/money.ts';
import { builder } from './builder.ts';

export const Money = builder.objectRef<DomainMoney>('Money');

Money.implement({
  description: 'An exact amount of money.',
  fields: (t) => ({
    minorUnits: t.expose('minorUnits', {
      type: 'SafeInt',
      description: 'The amount in the smallest unit of its currency: cents, or yen.',
    }),
    currency: t.expose('currency', { type: 'CurrencyCode', description: 'What it is an amount of.' }),
    decimal: t.field({
      type: 'Decimal',
      description: 'The amount in whole units of the currency, with as many decimals as the currency has.',
      resolve: decimalOf,
    }),
    formatted: t.string({
      nullable: true,
      description: 'As people of the locale write it; null for a locale that is not known.',
      args: {
        locale: t.arg.string({
          defaultValue: 'en-US',
          description: 'A language and region: `de-DE`.',
        }),
      },
      resolve: (money, { locale }) => formatMoney(money, locale ?? 'en-US'),
    }),
  }),
});

export const MoneyInput = builder.inputType('MoneyInput', {
  description: 'An exact amount of money.',
  fields: (t) => ({
    minorUnits: t.field({
      type: 'SafeInt',
      required: true,
      description: 'The amount in the smallest unit of its currency: cents, or yen.',
    }),
    currency: t.field({ type: 'CurrencyCode', required: true, description: 'What it is an amount of.' }),
  }),
});
