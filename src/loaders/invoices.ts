import { registrationOf } from '../datasources/directory.ts';
import type { Rows, Slice } from '../datasources/read.ts';
import type { BillingSource } from '../domain/billing-source.ts';
import { Failure } from '../domain/failure.ts';
import type { InvoiceStatus, MakeInvoice } from '../domain/invoice.ts';
import type { PlatformInvoice, PlatformInvoiceDetail } from '../domain/platform-invoice.ts';
import type { Answer, Errand } from '../upstream/call.ts';
import { loadEachAlike, orNull } from './each.ts';
import type { Sources } from './loaders.ts';
import { type MergedList, merge } from './merge.ts';
import { orderTies } from './order-ties.ts';
import { type Page, type PagedList, renewing } from './pages.ts';
import { errandFor, platformOf } from './platform.ts';
import { find, sliceOf, type Window, type WindowArguments } from './walk.ts';

export interface InvoiceFilter {
  readonly source?: BillingSource | null | undefined;
  readonly statuses?: readonly InvoiceStatus[] | null | undefined;
  /** At or after. */
  readonly from?: Date | null | undefined;
  /** Before. */
  readonly to?: Date | null | undefined;
  readonly subscription?: InvoicedSubscription | undefined;
}

/** A subscription by whose it is. An organization has one at most at Make. */
export type InvoicedSubscription =
  | { readonly source: 'MAKE'; readonly organization: number }
  | { readonly source: 'PLATFORM'; readonly customer: string; readonly upstreamId: string };

export type InvoiceRow =
  | { readonly source: 'MAKE'; readonly organization: number; readonly invoice: MakeInvoice }
  | { readonly source: 'PLATFORM'; readonly invoice: PlatformInvoice };

/** By what invoices of one instant are ordered, whichever list they come from. */
type IdOf = (row: InvoiceRow) => string;

export interface InvoicesReader {
  /** A window of an organization's invoices from Make and, where it is linked, from the platform; newest first. */
  ofOrganization(
    organization: number,
    filter: InvoiceFilter,
    window: WindowArguments,
    idOf: IdOf,
  ): Promise<Window<InvoiceRow>>;
  /** A window of the platform's invoices to a customer, newest first. */
  ofCustomer(
    customer: string,
    filter: InvoiceFilter,
    window: WindowArguments,
    idOf: IdOf,
  ): Promise<Window<InvoiceRow>>;
  /** Null where the organization has no such invoice. */
  makeInvoice(organization: number, id: string): Promise<Answer<MakeInvoice> | null>;
  /** With what lists do not show. Null where the customer has no such invoice. */
  platformInvoice(customer: string, id: string): Promise<Answer<PlatformInvoiceDetail> | null>;
}

const pageSize = 100;

export function createInvoicesReader(sources: Sources, errand: Errand): InvoicesReader {
  const { directory, links, makeBilling, platformBilling } = sources;

  function makeList(organization: number, filter: InvoiceFilter, idOf: IdOf): PagedList<InvoiceRow> {
    const registration = registrationOf(directory, organization);
    const wish = { ...rangeOf(filter), ...(filter.statuses != null && { statuses: filter.statuses }) };
    return {
      upstream: 'make-billing',
      pageSize,
      keyOf: ({ invoice }) => invoice.upstreamId,
      page: async (offset, after) => {
        const by = renewing(errand, after);
        const answer = await makeBilling.invoices(registration, wish, sliceAt(offset), by);
        return pageFrom(answer, offset, (invoice) => ({ source: 'MAKE', organization, invoice }), idOf);
      },
      ...filtering(filter),
    };
  }

  function platformList(customer: string, filter: InvoiceFilter, idOf: IdOf): PagedList<InvoiceRow> {
    const { statuses, subscription } = filter;
    const status = statuses?.length === 1 ? statuses[0] : undefined;
    const wish = {
      ...rangeOf(filter),
      ...(status !== undefined && status !== 'OVERDUE' && status !== 'UNKNOWN' && { status }),
      ...(subscription?.source === 'PLATFORM' && { subscriptionId: subscription.upstreamId }),
    };
    return {
      upstream: 'platform-billing',
      pageSize,
      keyOf: ({ invoice }) => invoice.upstreamId,
      page: async (offset, after) => {
        const answer = await platformOf(sources).invoices(
          customer,
          wish,
          sliceAt(offset),
          renewing(errandFor(customer, sources, errand), after),
        );
        return pageFrom(answer, offset, (invoice) => ({ source: 'PLATFORM', invoice }), idOf);
      },
      ...filtering(filter),
    };
  }

  async function windowOf(
    merged: Omit<MergedList<InvoiceRow>, 'order'>,
    window: WindowArguments,
    idOf: IdOf,
  ): Promise<Window<InvoiceRow>> {
    if (merged.lists.length > 0) return merge({ ...merged, order: newestFirst(idOf) }, window);
    return sliceOf<InvoiceRow>([], window, { ...merged, keyOf: idOf, at: new Date(errand.startedAt) });
  }

  return {
    async ofOrganization(organization, filter, window, idOf) {
      const customer = links.customerOf(organization);
      const isMakeWanted = wants(filter, { source: 'MAKE', organization });
      // where no platform is configured there is none whose invoices could be missing
      const isPlatformWanted = platformBilling !== null || filter.source === 'PLATFORM';
      const lists = [
        ...(isMakeWanted ? [makeList(organization, filter, idOf)] : []),
        ...(customer !== null && isPlatformWanted && wants(filter, { source: 'PLATFORM', customer })
          ? [platformList(customer, filter, idOf)]
          : []),
      ];
      const list = `invoices:${organization}`;
      return windowOf({ list, filterKey: filterKeyOf(filter), lists }, window, idOf);
    },
    async ofCustomer(customer, filter, window, idOf) {
      const isWanted = wants(filter, { source: 'PLATFORM', customer });
      const list = `customerInvoices:${encodeURIComponent(customer.toWellFormed())}`;
      const lists = isWanted ? [platformList(customer, filter, idOf)] : [];
      return windowOf({ list, filterKey: filterKeyOf(filter), lists }, window, idOf);
    },
    makeInvoice: loadEachAlike('makeInvoice', (organization: number, id: string) =>
      orNull(readMakeInvoice(organization, id)),
    ),
    platformInvoice: loadEachAlike('platformInvoice', async (customer: string, id: string) =>
      orNull(platformOf(sources).invoice(customer, id, errandFor(customer, sources, errand))),
    ),
  };

  async function readMakeInvoice(organization: number, id: string): Promise<Answer<MakeInvoice> | null> {
    const registration = registrationOf(directory, organization);
    const answer = await makeBilling.invoice(registration, id, errand);
    if (answer !== null) return answer;
    // this dialect gives none by its id: the list is walked until it is met
    const page = async (offset: number): Promise<Page<MakeInvoice>> => {
      const { value, ...rest } = await makeBilling.invoices(registration, {}, sliceAt(offset), errand);
      return { ...value, ...rest };
    };
    const list = { upstream: 'make-billing', pageSize, page } as const;
    const found = await find(list, ({ upstreamId }) => upstreamId === id);
    return found && { value: found.row, fetchedAt: found.fetchedAt, isStale: found.isStale };
  }
}

const sliceAt = (offset: number): Slice => ({ offset, limit: pageSize });

const rangeOf = ({ from, to }: InvoiceFilter) => ({
  ...(from != null && { from }),
  ...(to != null && { to }),
});

/** Can any invoice of an owner be among those that are wished for? */
function wants(
  { source, subscription }: InvoiceFilter,
  owner:
    | { readonly source: 'MAKE'; readonly organization: number }
    | { readonly source: 'PLATFORM'; readonly customer: string },
): boolean {
  if (source != null && source !== owner.source) return false;
  if (subscription === undefined) return true;
  return owner.source === 'MAKE'
    ? subscription.source === 'MAKE' && subscription.organization === owner.organization
    : subscription.source === 'PLATFORM' && subscription.customer === owner.customer;
}

/** What an upstream could not narrow is left out here. The subscription it always can. */
function filtering({ statuses, from, to }: InvoiceFilter): Pick<PagedList<InvoiceRow>, 'matches'> {
  if (statuses == null && from == null && to == null) return {};
  return {
    matches: ({ invoice: { status, issuedAt } }) =>
      (statuses == null || statuses.includes(status)) &&
      (from == null || issuedAt >= from) &&
      (to == null || issuedAt < to),
  };
}

function filterKeyOf({ source, statuses, from, to, subscription }: InvoiceFilter): string {
  const parts = [statuses?.toSorted().join('+') ?? '', from?.getTime() ?? '', to?.getTime() ?? ''];
  const upstreamId = subscription?.source === 'PLATFORM' ? subscription.upstreamId : '';
  const bought = [subscription?.source ?? '', Buffer.from(upstreamId).toString('base64url')];
  return [source ?? '', ...parts, ...bought].join('|');
}

const areTied = (one: InvoiceRow, other: InvoiceRow): boolean =>
  one.invoice.issuedAt.getTime() === other.invoice.issuedAt.getTime();

const newestFirst =
  (idOf: IdOf) =>
  (one: InvoiceRow, other: InvoiceRow): number =>
    other.invoice.issuedAt.getTime() - one.invoice.issuedAt.getTime() || (idOf(one) < idOf(other) ? -1 : 1);

function pageFrom<Invoice>(
  { value, fetchedAt, isStale }: Answer<Rows<Invoice>>,
  offset: number,
  rowOf: (invoice: Invoice) => InvoiceRow,
  idOf: IdOf,
): Page<InvoiceRow> {
  const rows = value.rows.map((row) => (row instanceof Failure ? row : rowOf(row)));
  const ordered = orderTies(
    rows,
    { areTied, order: newestFirst(idOf) },
    { first: offset > 0, last: rows.length === pageSize },
  );
  return { rows: ordered, total: value.total, fetchedAt, isStale };
}
