import { registrationOf } from '../datasources/directory.ts';
import type { Rows, Slice } from '../datasources/read.ts';
import type { BillingSource } from '../domain/billing-source.ts';
import { Failure } from '../domain/failure.ts';
import type { InvoiceStatus, MakeInvoice } from '../domain/invoice.ts';
import type { PlatformInvoice, PlatformInvoiceDetail } from '../domain/platform-invoice.ts';
import type { Answer, Errand } from '../upstream/call.ts';
import { loadEachAlike, orNull } from './each.ts';
import type { Sources } from './loaders.ts';
import { merge } from './merge.ts';
import { errandFor, platformOf } from './platform.ts';
import {
  find,
  type Page,
  type PagedList,
  renewing,
  sliceOf,
  type Window,
  type WindowArguments,
} from './walk.ts';

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
      page: async (index, anew) => {
        const by = renewing(errand, anew);
        const answer = await makeBilling.invoices(registration, wish, sliceAt(index), by);
        return pageFrom(answer, (invoice) => ({ source: 'MAKE', organization, invoice }), idOf);
      },
      ...filtering('MAKE', filter),
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
      page: async (index, anew) => {
        const answer = await platformOf(sources).invoices(
          customer,
          wish,
          sliceAt(index),
          renewing(errandFor(customer, sources, errand), anew),
        );
        return pageFrom(answer, (invoice) => ({ source: 'PLATFORM', invoice }), idOf);
      },
      ...filtering('PLATFORM', filter),
    };
  }

  async function windowOf(
    lists: readonly PagedList<InvoiceRow>[],
    window: WindowArguments,
    idOf: IdOf,
  ): Promise<Window<InvoiceRow>> {
    if (lists.length > 0) return merge(lists, newestFirst(idOf), window);
    return sliceOf<InvoiceRow>([], window, { keyOf: idOf, at: new Date(errand.startedAt) });
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
      return windowOf(lists, window, idOf);
    },
    async ofCustomer(customer, filter, window, idOf) {
      const isWanted = wants(filter, { source: 'PLATFORM', customer });
      return windowOf(isWanted ? [platformList(customer, filter, idOf)] : [], window, idOf);
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
    const list: PagedList<MakeInvoice> = {
      upstream: 'make-billing',
      pageSize,
      keyOf: ({ upstreamId }) => upstreamId,
      page: async (index) => {
        const { value, ...rest } = await makeBilling.invoices(registration, {}, sliceAt(index), errand);
        return { ...value, ...rest };
      },
    };
    const found = await find(list, ({ upstreamId }) => upstreamId === id);
    return found && { value: found.row, fetchedAt: found.fetchedAt, isStale: found.isStale };
  }
}

const sliceAt = (index: number): Slice => ({ offset: index * pageSize, limit: pageSize });

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
function filtering(
  source: BillingSource,
  { statuses, from, to, subscription }: InvoiceFilter,
): Pick<PagedList<InvoiceRow>, 'matches' | 'filterKey'> {
  const subscriptionKey = subscription?.source === 'PLATFORM' ? subscription.upstreamId : '';
  const parts = [statuses?.toSorted().join('+') ?? '', from?.getTime() ?? '', to?.getTime() ?? ''];
  const filterKey = [source, ...parts, Buffer.from(subscriptionKey).toString('base64url')].join('|');
  if (statuses == null && from == null && to == null) return { filterKey };
  return {
    matches: ({ invoice: { status, issuedAt } }) =>
      (statuses == null || statuses.includes(status)) &&
      (from == null || issuedAt >= from) &&
      (to == null || issuedAt < to),
    filterKey,
  };
}

const newestFirst =
  (idOf: IdOf) =>
  (one: InvoiceRow, other: InvoiceRow): number =>
    other.invoice.issuedAt.getTime() - one.invoice.issuedAt.getTime() || (idOf(one) < idOf(other) ? -1 : 1);

function pageFrom<Invoice>(
  { value, fetchedAt, isStale }: Answer<Rows<Invoice>>,
  rowOf: (invoice: Invoice) => InvoiceRow,
  idOf: IdOf,
): Page<InvoiceRow> {
  const rows = value.rows.map((row) => (row instanceof Failure ? row : rowOf(row)));
  return { rows: orderTies(rows, idOf), total: value.total, fetchedAt, isStale };
}

/** The upstreams order by time alone: those of one instant are put in order here. */
function orderTies(rows: readonly (InvoiceRow | Failure)[], idOf: IdOf): readonly (InvoiceRow | Failure)[] {
  const ordered: (InvoiceRow | Failure)[] = [];
  for (const row of rows) {
    let place = ordered.length;
    for (; place > 0; place -= 1) {
      const earlier = ordered[place - 1];
      if (earlier === undefined || earlier instanceof Failure || row instanceof Failure) break;
      if (earlier.invoice.issuedAt.getTime() !== row.invoice.issuedAt.getTime()) break;
      if (idOf(earlier) < idOf(row)) break;
    }
    ordered.splice(place, 0, row);
  }
  return ordered;
}
