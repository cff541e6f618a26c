/** What a field asks of the upstreams, for the pricing of operations where its parent is not read yet. */
export interface Asks {
  /** The most requests that it takes beside those of its parent; where the parent is known, they are counted exactly. */
  readonly requests?: number | ((args: Readonly<Record<string, unknown>>) => number);
  /** The budget that they draw on (`platform:invoices`); that of its parent where left out. */
  readonly bucket?: string;
  /** Fields of one object that name the same section share its requests. */
  readonly section?: string;
  /** All objects of an organization share them, however many there are. */
  readonly isOfOrganization?: boolean;
  /** How many rows a list that is no connection has at most, as far as pricing goes. */
  readonly rows?: number;
}

/** What a list of all scenarios of an organization takes, with the names of their teams. */
export const requestsOfScenarioList = 10;
export const scenarioList: Asks = {
  requests: requestsOfScenarioList,
  section: 'scenarios',
  isOfOrganization: true,
};

/** For a field's `extensions`. Needed wherever the parent comes from an upstream itself. */
export function asks(asked: Asks): { readonly asks: Asks } {
  return { asks: asked };
}
