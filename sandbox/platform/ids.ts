import type { World } from '../world.ts';

/** `inv_1234567890abcdef` */
export function newId(world: World, kind: string): string {
  world.platform.idCount += 1;
  return `${kind}_${world.random.fork(`platform ${kind} ${world.platform.idCount}`).hex(16)}`;
}
