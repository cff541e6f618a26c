/** A seeded generator. The same seed gives the same sequence; `fork` gives an independent one that does not disturb it. */
export interface Random {
  /** A number in [0, 1). */
  next(): number;
  /** A whole number from min to max, both included. */
  int(min: number, max: number): number;
  chance(probability: number): boolean;
  pick<T>(list: readonly [T, ...T[]]): T;
  /** Lower-case hexadecimal digits. */
  hex(digits: number): string;
  /** Shaped like a version 4 UUID. */
  uuid(): string;
  fork(label: string): Random;
}

export function createRandom(seed: string): Random {
  let state = hash(seed);

  // mulberry32: 32 bits of state, plenty for a simulated world
  function next(): number {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  }

  const int = (min: number, max: number): number => min + Math.floor(next() * (max - min + 1));

  function hex(digits: number): string {
    let text = '';
    while (text.length < digits) text += int(0, 0xffff).toString(16).padStart(4, '0');
    return text.slice(0, digits);
  }

  return {
    next,
    int,
    hex,
    chance: (probability) => next() < probability,
    pick: (list) => list[int(0, list.length - 1)] ?? list[0],
    uuid: () => `${hex(8)}-${hex(4)}-4${hex(3)}-${'89ab'[int(0, 3)]}${hex(3)}-${hex(12)}`,
    fork: (label) => createRandom(`${seed}/${label}`),
  };
}

/** FNV-1a over the text, finished so that close seeds do not give close states. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    value = Math.imul(value ^ text.charCodeAt(index), 0x01000193);
  }
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35);
  return (value ^ (value >>> 16)) | 0;
}
