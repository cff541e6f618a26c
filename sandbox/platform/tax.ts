import { Refusal } from '../kernel/endpoint.ts';
import type { Customer } from './state.ts';

interface TaxRule {
  readonly name: string;
  /** Thousandths of a percent. */
  readonly rate: number;
}

const wholeRate = 100_000;

const ruleByCountry: Readonly<Record<string, TaxRule>> = {
  AT: { name: 'VAT', rate: 20_000 },
  CA: { name: 'GST', rate: 5_000 },
  CZ: { name: 'VAT', rate: 21_000 },
  DE: { name: 'VAT', rate: 19_000 },
  DK: { name: 'VAT', rate: 25_000 },
  ES: { name: 'VAT', rate: 21_000 },
  FR: { name: 'VAT', rate: 20_000 },
  GB: { name: 'VAT', rate: 20_000 },
  IE: { name: 'VAT', rate: 23_000 },
  IT: { name: 'VAT', rate: 22_000 },
  JP: { name: 'Consumption Tax', rate: 10_000 },
  NL: { name: 'VAT', rate: 21_000 },
};

const ruleByState: Readonly<Record<string, TaxRule>> = {
  CA: { name: 'Sales Tax', rate: 8_750 },
  NY: { name: 'Sales Tax', rate: 8_875 },
  TX: { name: 'Sales Tax', rate: 6_250 },
  WA: { name: 'Sales Tax', rate: 6_500 },
};

export interface Tax {
  /** `Sales Tax (CA 8.75%)` */
  readonly name: string;
  readonly rate: number;
  readonly wholeRate: number;
}

/** What the place of a customer charges; null where nothing is due. */
export function taxOf({ address, tax }: Customer): Tax | null {
  if (address === null || tax.isExempt) return null;
  const isStates = address.country === 'US';
  const place = isStates ? (address.state ?? '') : address.country;
  const rules = isStates ? ruleByState : ruleByCountry;
  const rule = Object.hasOwn(rules, place) ? rules[place] : undefined;
  return rule === undefined
    ? null
    : { name: `${rule.name} (${place} ${rule.rate / 1000}%)`, rate: rule.rate, wholeRate };
}

/** Customers with the tax id `TAXDOWN` find the tax service unavailable when they are to be billed by a call. */
export function requireTaxService({ tax }: Customer): void {
  if (tax.taxId !== 'TAXDOWN') return;
  throw new Refusal(500, 'tax_calculation_error', 'The tax service is unavailable', {
    field: 'customer_id',
    reason: 'has a tax id that cannot be looked up',
  });
}
