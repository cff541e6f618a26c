import type { z } from 'zod';
import type { Detection } from './detectors/list.ts';

/** What was read by `endedAt` (epoch milliseconds), waiting for the snapshot that it is compared with. */
export type Finding = (snapshot: string | null, endedAt: number) => Detection<string>;

/** A finding over a snapshot of some shape; one that cannot be read counts as none. */
export function findingOf<Snapshot>(
  shape: z.ZodType<Snapshot>,
  detect: (snapshot: Snapshot | null, endedAt: number) => Detection<Snapshot>,
): Finding {
  return (text, endedAt) => {
    const { events, snapshot } = detect(readSnapshot(shape, text), endedAt);
    return { events, snapshot: JSON.stringify(snapshot) };
  };
}

export function readSnapshot<Snapshot>(shape: z.ZodType<Snapshot>, text: string | null): Snapshot | null {
  return text === null ? null : (shape.safeParse(JSON.parse(text)).data ?? null);
}
