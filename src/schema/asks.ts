import { pagesAtMost, type WindowArguments } from '../loaders/walk.ts';

type Arguments = Readonly<Record<string, unknown>>;

/** Requests to one budget. */
export interface Ask {
  /** The most requests that it takes beside those of its parent; where the parent is known, they are counted exactly. */
  readonly requests?: number | ((args: Arguments) => number);
  /** The budget that they draw on (`platform:invoices`); that of its parent where left out. */
  readonly bucket?: string;
  /** Fields of one object that name the same section share its requests. */
  readonly section?: string;
  /** All objects of an organization share them, however many there are. Always so for fields of the organization itself. */
  readonly isOfOrganization?: boolean;
  /** What it takes as well: of another budget, or shared with other fields. */
  readonly also?: readonly Ask[];
}

/** What a field asks of the upstreams, for the pricing of operations where its parent is not read yet. */
export interface Asks extends Ask {
  /** How many rows a list that is no connection has at most, as far as pricing goes. */
  readonly rows?: number;
}

/** What Make tells of an organization: its name, plan and teams. */
export const organizationProfile = {
  requests: 1,
  section: 'organization',
  isOfOrganization: true,
} as const satisfies Ask;

/** An organization's subscription at Make. */
export const makeSubscription = {
  requests: 1,
  section: 'make-subscription',
  isOfOrganization: true,
} as const satisfies Ask;

/** What is sold to an organization at Make. */
export const makePrices = {
  requests: 1,
  section: 'make-prices',
  isOfOrganization: true,
  // in its own currency
  also: [makeSubscription],
} as const satisfies Ask;

/** What an organization has used in the present period. */
export const presentUsage = {
  requests: 1,
  section: 'usage',
  isOfOrganization: true,
} as const satisfies Ask;

/** What an organization's audit log can be filtered by; its people are told with it. */
export const auditLogFilters = {
  requests: 1,
  section: 'audit-log-filters',
  isOfOrganization: true,
} as const satisfies Ask;

/** What a list of all scenarios of an organization takes, with the names of their teams. */
export const requestsOfScenarioList = 10;
export const scenarioList = {
  requests: requestsOfScenarioList - organizationProfile.requests,
  section: 'scenarios',
  isOfOrganization: true,
  also: [organizationProfile],
} as const satisfies Ask;

/** For a field's `extensions`. Needed wherever the parent comes from an upstream itself, and for all of an organization. */
export function asks(asked: Asks): { readonly asks: Asks } {
  return { asks: asked };
}

/** How many pages of a hundred a window takes. `isFiltered`: the gateway leaves out rows itself. */
export function pagesOf(args: Arguments, isFiltered: boolean): number {
  const { first, after, last, before } = args;
  const window: WindowArguments = {
    first: numberIn(first),
    after: textIn(after),
    last: numberIn(last),
    before: textIn(before),
  };
  return pagesAtMost({ pageSize: 100, isFiltered }, window);
}

/** Whether any of these parts of a field's `filter` is given. */
export function filtersBy({ filter }: Arguments, ...parts: readonly string[]): boolean {
  return parts.some((part) => partOf(filter, part) != null);
}

/** A part of an argument that is an input object. */
export function partOf(argument: unknown, part: string): unknown {
  const parts: Arguments = { ...(typeof argument === 'object' && argument) };
  return parts[part];
}

const numberIn = (value: unknown): number | undefined => (typeof value === 'number' ? value : undefined);
const textIn = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
