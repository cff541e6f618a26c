/** What an input leaves out and what it gives as null are the same: not given. */
export function given<Value>(value: Value | null | undefined): Value | undefined {
  return value ?? undefined;
}
