/** A span of time: `end` is the first instant that is no longer part of it. */
export interface Period {
  readonly start: Date;
  readonly end: Date;
}
