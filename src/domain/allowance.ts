/** What a caller may still ask of the gateway itself. It fills up evenly, to a whole minute's. */
export interface Allowance {
  /** Requests in a minute. */
  readonly limit: number;
  readonly remaining: number;
  /** Epoch milliseconds at which the whole of it is there again, if nothing more is asked. */
  readonly fullAt: number;
}
