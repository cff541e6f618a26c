/** Who is to hear when something is changed. Entries and requests under way are both listed by their tags. */
export interface Tags {
  /** Runs `drop` when one of the tags is changed, until the answer takes it off the list. */
  readonly watch: (tags: readonly string[], drop: () => void) => () => void;
  readonly invalidate: (tags: readonly string[]) => void;
}

export function createTags(): Tags {
  const watchers = new Map<string, Set<() => void>>();

  return {
    watch(tags, drop) {
      for (const tag of tags) {
        const listed = watchers.get(tag);
        if (listed) listed.add(drop);
        else watchers.set(tag, new Set([drop]));
      }
      return () => {
        for (const tag of tags) {
          const listed = watchers.get(tag);
          listed?.delete(drop);
          if (listed?.size === 0) watchers.delete(tag);
        }
      };
    },
    invalidate(tags) {
      const all = new Set(tags.flatMap((tag) => [...(watchers.get(tag) ?? [])]));
      for (const drop of all) drop();
    },
  };
}
