/** A number in [0, 1) that depends on its arguments alone: chance without an order of asking. */
export function noise(salt: number, ...keys: readonly number[]): number {
  let mixed = salt | 0;
  for (const key of keys) {
    mixed = Math.imul(mixed ^ key, 0x9e3779b1);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x85ebca6b);
    mixed ^= mixed >>> 13;
  }
  mixed = Math.imul(mixed, 0xc2b2ae35);
  return ((mixed ^ (mixed >>> 16)) >>> 0) / 4_294_967_296;
}
