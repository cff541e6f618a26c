import type { Plan, PlanDetail } from '../domain/plan.ts';
import type { Answer, Errand } from '../upstream/call.ts';
import { askingAtMost } from '../upstream/foresight.ts';
import { isAtHand } from './at-hand.ts';
import { type Loader, loadEach, orNull } from './each.ts';
import { loadFewest } from './fewest.ts';
import type { Sources } from './loaders.ts';
import { type Page, renewing } from './pages.ts';
import { platformOf } from './platform.ts';
import { defaultSize, type Window, type WindowArguments, walk } from './walk.ts';

interface PlanFilter {
  readonly activeOnly?: boolean | null | undefined;
  readonly tier?: string | null | undefined;
}

/** Null stands for a plan that is not there. */
export interface PlansReader {
  /** A window of the catalogue. `inFull`: each of its plans will be read in detail as well. */
  window(
    filter: PlanFilter,
    window: WindowArguments,
    wish: { readonly inFull: boolean },
  ): Promise<Window<Plan>>;
  /** At least what lists show of a plan. */
  readonly row: Loader<string, Answer<Plan | PlanDetail> | null>;
  readonly detail: Loader<string, Answer<PlanDetail> | null>;
}

const pageSize = 100;

export function createPlansReader(sources: Sources, errand: Errand): PlansReader {
  async function readPage(filter: PlanFilter, offset: number, by = errand): Promise<Page<Plan>> {
    const slice = { offset, limit: pageSize };
    const wire = { ...(filter.activeOnly === true && { activeOnly: true }), tier: filter.tier ?? undefined };
    const { value, fetchedAt, isStale } = await platformOf(sources).plans(wire, slice, by);
    return { ...value, fetchedAt, isStale };
  }

  const readOne = async (id: string, by = errand): Promise<Answer<PlanDetail>> =>
    platformOf(sources).plan(id, by);

  return {
    window: (filter, window, { inFull }) => {
      const list = {
        list: 'plans',
        upstream: 'platform-billing',
        pageSize,
        page: (offset: number, after?: number) => readPage(filter, offset, renewing(errand, after)),
        keyOf: ({ upstreamId }: Plan) => upstreamId,
        // a tier is a client's text: encoded, it keeps out of the way of what else a cursor holds
        filterKey: `${filter.activeOnly === true ? 'active' : ''}|${encodeURIComponent(filter.tier?.toWellFormed() ?? '')}`,
      } as const;
      const details = inFull ? (window.first ?? window.last ?? defaultSize) : 0;
      return askingAtMost(1 + details, () => walk(list, window));
    },
    row: loadFewest<Plan | PlanDetail>('plan-row', {
      one: (id) => orNull(readOne(id)),
      isOneAtHand: (id) => isAtHand(errand, (looking) => readOne(id, looking)),
      page: (index) => readPage({}, index * pageSize),
      isPageAtHand: (index) => isAtHand(errand, (looking) => readPage({}, index * pageSize, looking)),
      pageSize,
      idOf: ({ upstreamId }) => upstreamId,
    }),
    detail: loadEach('plan', (id) => orNull(readOne(id))),
  };
}
