import { z } from 'zod';
import { Failure } from '../../domain/failure.ts';
import type { OrderCustomer, Proration } from '../../domain/make-order.ts';
import type { Account } from '../../upstream/call.ts';
import { failed } from '../../upstream/failure-of-reply.ts';
import type { Registration } from '../directory.ts';
import { billingTags } from './tags.ts';

const upstream = 'make-billing';

/** Told beside what a change came to. An answer that says false is not one that can be relied on. */
export const accepted = z.literal(true).nullish();

/** What every change to an organization's billing carries. */
export function changeOf({ id, account }: Registration): {
  readonly account: Account;
  readonly params: { readonly organizationId: number };
  readonly tags: readonly string[];
} {
  return { account, params: { organizationId: id }, tags: billingTags(id) };
}

/** What the dialect has no call for. */
export function notSupported(what: string): Failure {
  return new Failure('NOT_SUPPORTED_BY_UPSTREAM', `Make's API has no call to ${what} in this dialect.`, {
    upstream,
  });
}

/** Refuses an order by the parts that a dialect cannot carry: none is ever sent with something left out. */
export function refuseGiven(parts: Readonly<Record<string, unknown>>): void {
  const given = Object.entries(parts).filter(([, value]) => value !== undefined);
  if (given.length === 0) return;
  // of what may be left out or said, it is what was said that is refused
  const names = given.map(([path, value]) => (typeof value === 'boolean' ? `${path}: ${value}` : path));
  throw new Failure(
    'NOT_SUPPORTED_BY_UPSTREAM',
    `Make's API does not take ${names.join(', ')} in this dialect: leave it out.`,
    {
      upstream,
      faults: given.map(([path]) => ({
        path: path.split('.'),
        message: 'The upstream does not take this. Leave it out.',
      })),
    },
  );
}

export function refuseOfCustomer(rest: OrderCustomer): void {
  refuseGiven(Object.fromEntries(Object.entries(rest).map(([name, value]) => [`customer.${name}`, value])));
}

/** Nothing, where none of the fields is given. */
export function whereGiven<Fields extends object>(fields: Fields): Fields | undefined {
  return Object.values(fields).some((value) => value !== undefined) ? fields : undefined;
}

export function prorationWord(proration: Proration | undefined): 'create_prorations' | 'none' | undefined {
  if (proration === undefined) return undefined;
  return proration === 'NONE' ? 'none' : 'create_prorations';
}

/** The live dialect numbers its prices. */
export function priceNumber(priceId: string): number {
  const number = /^\d{1,15}$/.test(priceId) ? Number(priceId) : 0;
  if (number > 0) return number;
  const fault = { path: ['priceId'], message: 'Takes the id of a price: a whole number above 0.' };
  throw failed('BAD_USER_INPUT', { upstream, faults: [fault] });
}
