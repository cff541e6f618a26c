/** What a client of the platform noted beside a thing. */
export type Metadata = Readonly<Record<string, string | number | boolean | null>>;

export interface Annotated {
  /** Null where the answer does not show any. */
  readonly metadata: Metadata | null;
  /** The key under which the gateway made it; null where it did not. */
  readonly idempotencyKey: string | null;
}
