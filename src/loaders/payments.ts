import { registrationOf } from '../datasources/directory.ts';
import { type MakePayment, newestFirst, type PaymentOrder, type PaymentStatus } from '../domain/payment.ts';
import type { Errand } from '../upstream/call.ts';
import type { Sources } from './loaders.ts';
import { type Page, type PagedList, renewing } from './pages.ts';
import { find, type WalkedList, type Window, type WindowArguments, walk } from './walk.ts';

interface PaymentFilter {
  readonly statuses?: readonly PaymentStatus[] | null | undefined;
  /** At or after. */
  readonly from?: Date | null | undefined;
  /** Before. */
  readonly to?: Date | null | undefined;
}

export interface PaymentsReader {
  /** A window of an organization's payments. */
  window(
    organization: number,
    filter: PaymentFilter,
    order: PaymentOrder,
    window: WindowArguments,
  ): Promise<Window<MakePayment>>;
  /** One of them; null where the organization has no such payment. */
  one(organization: number, upstreamId: string): ReturnType<typeof find<MakePayment>>;
}

/** Large enough that most organizations' payments are one request, and every window shares its pages. */
const pageSize = 100;

export function createPaymentsReader({ directory, makeBilling }: Sources, errand: Errand): PaymentsReader {
  async function readPage(
    organization: number,
    offset: number,
    order: PaymentOrder,
    by: Errand,
  ): Promise<Page<MakePayment>> {
    const slice = { offset, limit: pageSize, order };
    const { value, fetchedAt, isStale } = await makeBilling.payments(
      registrationOf(directory, organization),
      slice,
      by,
    );
    return { ...value, fetchedAt, isStale };
  }

  const listOf = (organization: number, order = newestFirst): PagedList<MakePayment> => ({
    upstream: 'make-billing',
    pageSize,
    page: (offset, after) => readPage(organization, offset, order, renewing(errand, after)),
    keyOf: (payment) => payment.upstreamId,
  });

  return {
    window: (organization, filter, order, window) =>
      walk(
        { ...listOf(organization, order), list: `payments:${organization}`, ...filtering(filter, order) },
        window,
      ),
    // no upstream gives a payment by its id: the list is walked until it is met
    one: (organization, upstreamId) => find(listOf(organization), (row) => row.upstreamId === upstreamId),
  };
}

/** Neither dialect filters payments: what was read is filtered here. */
function filtering(
  { statuses, from, to }: PaymentFilter,
  { field, isAscending }: PaymentOrder,
): Pick<WalkedList<MakePayment>, 'matches' | 'filterKey'> {
  // cursors of one order do not serve another
  const ordered = `${field}${isAscending ? '+' : '-'}`;
  if (statuses == null && from == null && to == null) return { filterKey: ordered };
  return {
    matches: ({ status, createdAt }) =>
      (statuses == null || statuses.includes(status)) &&
      (from == null || createdAt >= from) &&
      (to == null || createdAt < to),
    filterKey: [
      ordered,
      statuses?.toSorted().join('+') ?? '',
      from?.getTime() ?? '',
      to?.getTime() ?? '',
    ].join('|'),
  };
}
