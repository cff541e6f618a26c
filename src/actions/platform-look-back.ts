import { Failure } from '../domain/failure.ts';
import type { Money } from '../domain/money.ts';
import type { PlanDetail } from '../domain/plan.ts';
import type { PlatformSubscriptionDetail } from '../domain/platform-subscription.ts';
import type { Doing } from './actions.ts';

// No list of the platform can be asked for our key: what is new in it is looked through, newest first.

/** Pages of 100 plans: the catalogue says nothing of its order. */
const planPages = 5;
/** Between sending a change and looking for it, no more than these are made by others. */
const newestInvoices = 5;
const newestSubscriptions = 3;

/** What a look for each takes at most, in requests. */
export const lookBackRequests = {
  plan: planPages,
  invoice: 1 + newestInvoices,
  subscription: 1 + newestSubscriptions,
} as const;

/** The id of the plan that was made under the key of the action; null where there is none. */
export async function findMadePlan(doing: Doing): Promise<string | null> {
  const { platform, key } = doing;
  for (let page = 0; page < planPages; page += 1) {
    const slice = { offset: page * 100, limit: 100 };
    const { value } = await platform().plans({}, slice, anew(doing));
    const made = readable(value.rows).find(({ idempotencyKey }) => idempotencyKey === key);
    if (made !== undefined) return made.upstreamId;
    if (value.rows.length < slice.limit) return null;
  }
  return null;
}

/** The id of the customer's invoice that was made by hand under the key of the action. */
export async function findMadeInvoice(customer: string, doing: Doing): Promise<string | null> {
  const { platform, key } = doing;
  const { value } = await platform().invoices(customer, {}, { offset: 0, limit: 20 }, anew(doing));
  const byHand = readable(value.rows).filter(({ subscriptionId }) => subscriptionId === null);
  for (const { upstreamId } of byHand.slice(0, newestInvoices)) {
    const invoice = await platform().invoice(customer, upstreamId, anew(doing));
    if (invoice.value.idempotencyKey === key) return upstreamId;
  }
  return null;
}

/** Was the invoice paid with this amount? A part of one is not seen there, so only the whole of it is known. */
export async function findPaidInvoice(
  customer: string,
  id: string,
  { minorUnits, currency }: Money,
  doing: Doing,
): Promise<boolean> {
  const { status, total } = (await doing.platform().invoice(customer, id, anew(doing))).value;
  return status === 'PAID' && total?.minorUnits === minorUnits && total.currency === currency;
}

/** The id of the customer's subscription that was made under the key of the action. */
export async function findMadeSubscription(
  customer: string,
  planId: string,
  doing: Doing,
): Promise<string | null> {
  const { platform, key } = doing;
  const { value } = await platform().customer(customer, anew(doing));
  const newest = readable(value.subscriptions)
    .filter((row) => row.planId === planId)
    .sort((one, other) => Number(other.createdAt) - Number(one.createdAt));
  for (const { upstreamId } of newest.slice(0, newestSubscriptions)) {
    const subscription = await readSubscription(customer, upstreamId, doing);
    if (subscription.idempotencyKey === key) return upstreamId;
  }
  return null;
}

/** As it is now, not as it was kept. */
export async function readSubscription(
  customer: string,
  id: string,
  doing: Doing,
): Promise<PlatformSubscriptionDetail> {
  return (await doing.platform().subscription(customer, id, anew(doing))).value;
}

/** As it is now, not as it was kept. */
export async function readPlan(id: string, doing: Doing): Promise<PlanDetail> {
  return (await doing.platform().plan(id, anew(doing))).value;
}

function readable<Row extends object>(rows: readonly (Row | Failure)[]): Row[] {
  return rows.flatMap((row) => (row instanceof Failure ? [] : [row]));
}

/** For reading past what was kept before the change. */
export function anew({ errand }: Doing): Doing['errand'] {
  return { ...errand, maxAge: 0 };
}

/** Does what was found say all that was asked for? What was not asked for may be anything. */
export function isAsAsked(asked: unknown, found: unknown): boolean {
  if (asked === undefined) return true;
  if (typeof asked !== 'object' || asked === null) return asked === found;
  if (typeof found !== 'object' || found === null) return false;
  if (Array.isArray(asked) && (!Array.isArray(found) || asked.length !== found.length)) return false;
  const values = new Map<string, unknown>(Object.entries(found));
  return Object.entries(asked).every(([name, value]) => isAsAsked(value, values.get(name)));
}
