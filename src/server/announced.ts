import type { Look } from './look.ts';
import type { Outlook } from './price.ts';

/** Which requests operations that run now were found to need: others that need the same may share them. */
export interface Announced {
  /** The outlook of an operation that begins beside those which run already: what they send, it may not have to. */
  besideOthers(outlook: Look['outlook']): Outlook;
  /** Announces what an operation sends; the answer takes that back, once it is over. */
  announce(outlook: Outlook): () => void;
}

export function createAnnounced(): Announced {
  const operationsByKey = new Map<string, number>();
  const count = (key: string, change: number): void => {
    const operations = (operationsByKey.get(key) ?? 0) + change;
    if (operations === 0) operationsByKey.delete(key);
    else operationsByKey.set(key, operations);
  };

  return {
    besideOthers({ needs, mayNeed, missing }) {
      const own = new Map<string, string>();
      const all = new Map(mayNeed);
      for (const [key, { bucket, isStill }] of needs) {
        if (operationsByKey.has(key) || !isStill()) all.set(key, bucket);
        else own.set(key, bucket);
      }
      return { needs: own, mayNeed: all, missing };
    },
    announce({ needs }) {
      const keys = [...needs.keys()];
      for (const key of keys) count(key, 1);
      return () => {
        for (const key of keys) count(key, -1);
      };
    },
  };
}
