import { setImmediate } from 'node:timers/promises';
import type { Follower, PlacedEvent } from '../domain/event.ts';
import { createQueue, type Queue } from './queue.ts';

/** The receiving end of a subscription. */
export interface Sink<Shown> {
  /** The subscription stands. `stop` ends it: nothing more is given. */
  begin(stop: () => void): void;
  /** Takes what is shown at once. False: there is no room for more before `room` has resolved. */
  give(shown: Shown): boolean;
  room(): Promise<void>;
  /** Nothing more comes. Undefined where that is no failure. */
  end(error?: unknown): void;
}

export interface Showing<Shown, Who> {
  readonly shown: Shown;
  /** Hears of each who is given it. */
  readonly note: (who: Who) => void;
}

/** One who is to be told of events. */
interface Attendance<Shown, Who> {
  /** Those of equal keys are shown the same. */
  readonly key: string;
  readonly follower: Follower;
  readonly who: Who;
  /** Makes of an event what is shown, on behalf of one of those who are shown it. */
  readonly show: (placed: PlacedEvent, who: Who) => Promise<Showing<Shown, Who>>;
  readonly sink: Sink<Shown>;
}

/** Those who follow events. What happens is made ready once for all who are shown the same. */
export interface Audience<Shown, Who> {
  /** Until it is stopped, or fails: for one who stays too slow, with OVERLOADED. */
  attend(attendance: Attendance<Shown, Who>): void;
}

/** All that is held of each for as long as it attends. */
interface Member<Shown, Who> {
  readonly follower: Follower;
  readonly who: Who;
  readonly sink: Sink<Shown>;
  /** Null until it has caught up. */
  group: Group<Shown, Who> | null;
  /** The position of the last event that it was told of. */
  at: number;
  /** What waits while there is no room; null while it takes everything. */
  behind: Queue | null;
  isOver: boolean;
}

interface Group<Shown, Who> {
  readonly show: Attendance<Shown, Who>['show'];
  readonly members: Set<Member<Shown, Who>>;
  /** The position of what was told last. */
  readonly toldOf: () => number;
  readonly close: () => void;
}

/** So many are told in one go: other work does not wait until thousands have been. */
const inOneGo = 250;
/** So many different ones are made ready in one go, for the same reason. */
const showsInOneGo = 50;
/** When more news wait to be told, they are read from the log again in their turn. */
const mostNews = 1000;

export function createAudience<Shown, Who>(): Audience<Shown, Who> {
  type Someone = Member<Shown, Who>;
  type Together = Group<Shown, Who>;
  const groups = new Map<string, Together>();
  const turn = createTurns(showsInOneGo);

  /** What has happened comes first; then it is one of those who hear what happens. */
  async function catchUp(someone: Someone, attendance: Attendance<Shown, Who>): Promise<void> {
    const { follower, sink, who } = someone;
    for (;;) {
      const placed = await follower.past();
      if (someone.isOver) return;
      if (placed === null) {
        if (follower.isAtEnd() && join(someone, attendance)) return;
        await setImmediate();
        continue;
      }
      await turn();
      if (someone.isOver) return;
      const { shown, note } = await attendance.show(placed, who);
      if (someone.isOver) return;
      note(who);
      await (sink.give(shown) ? setImmediate() : sink.room());
    }
  }

  /**
   * Nothing is awaited between the end of the past and here: what is published meanwhile would be lost. False: the others
   * were told more already, which was read from the log before it was published.
   */
  function join(someone: Someone, { key, show, follower }: Attendance<Shown, Who>): boolean {
    const group = groups.get(key) ?? open(key, show, follower);
    if (group.toldOf() > follower.position()) return false;
    someone.at = follower.position();
    someone.group = group;
    group.members.add(someone);
    return true;
  }

  function open(key: string, show: Together['show'], follower: Follower): Together {
    let news: PlacedEvent[] = [];
    /** Reads again what were too many news to hold. */
    let reader: Follower | null = null;
    let toldOf = follower.position();
    let isTelling = false;

    function hear(placed: PlacedEvent): void {
      if (reader === null) news.push(placed);
      if (news.length > mostNews) {
        reader = follower.from(toldOf);
        news = [];
      }
      if (!isTelling) tellNews().catch((error: unknown) => finishAll(group, error));
    }

    async function tellNews(): Promise<void> {
      isTelling = true;
      while (group.members.size > 0) {
        const next: PlacedEvent | null | undefined = reader === null ? news.shift() : await reader.past();
        // nothing is awaited between finding no more and saying so: news of that moment would be told with the next
        if (next === undefined) break;
        if (next !== null) {
          toldOf = next.position;
          await turn();
          await tell(group, next);
          if (reader !== null || news.length > 0) await setImmediate();
        } else if (reader?.isAtEnd() === true) {
          reader = null;
        } else {
          await setImmediate();
        }
      }
      isTelling = false;
    }

    const stopListening = follower.listen(hear);
    const group: Together = {
      show,
      members: new Set(),
      toldOf: () => toldOf,
      close() {
        stopListening();
        groups.delete(key);
      },
    };
    groups.set(key, group);
    return group;
  }

  async function tell({ members, show }: Together, placed: PlacedEvent): Promise<void> {
    const asker = members.values().find(({ at }) => placed.position > at);
    if (asker === undefined) return;
    const showing = await show(placed, asker.who);
    let told = 0;
    for (const someone of members) {
      if (placed.position > someone.at) give(someone, placed, showing);
      told += 1;
      if (told % inOneGo === 0) await setImmediate();
    }
  }

  function give(someone: Someone, placed: PlacedEvent, { shown, note }: Showing<Shown, Who>): void {
    someone.at = placed.position;
    if (someone.behind !== null) {
      someone.behind.put(placed);
      return;
    }
    note(someone.who);
    if (!someone.sink.give(shown)) {
      someone.behind = createQueue(placed.position);
      goOn(someone, someone.behind).catch((error: unknown) => finish(someone, error));
    }
  }

  /** What has come while there was no room, and what comes until all of it is taken. */
  async function goOn(someone: Someone, behind: Queue): Promise<void> {
    const { follower, sink, who, group } = someone;
    if (group === null) return;
    await sink.room();
    while (!someone.isOver) {
      const next = behind.take();
      if (next === null) {
        someone.behind = null;
        return;
      }
      const placed = 'missed' in next ? follower.lagged(next.missed, next.after) : next;
      const { shown, note } = await group.show(placed, who);
      if (someone.isOver) return;
      note(who);
      await (sink.give(shown) ? setImmediate() : sink.room());
    }
  }

  function finish(someone: Someone, error: unknown): void {
    if (stop(someone)) someone.sink.end(error);
  }

  function finishAll({ members }: Together, error: unknown): void {
    for (const someone of members) finish(someone, error);
  }

  /** False where it was over before. */
  function stop(someone: Someone): boolean {
    if (someone.isOver) return false;
    someone.isOver = true;
    someone.group?.members.delete(someone);
    if (someone.group?.members.size === 0) someone.group.close();
    someone.follower.end();
    return true;
  }

  return {
    attend(attendance) {
      const { follower, sink, who } = attendance;
      const someone: Someone = { follower, sink, who, group: null, at: 0, behind: null, isOver: false };
      begin(someone, sink);
      catchUp(someone, attendance).catch((error: unknown) => finish(someone, error));
    },
  };

  /** Apart from `attend`, so that what is held for as long as it lasts does not hold what it began with. */
  function begin(someone: Someone, sink: Sink<Shown>): void {
    sink.begin(() => stop(someone));
  }
}

/** Lets so many pass in each turn of the event loop; whoever comes later waits for the next ones, in order. */
function createTurns(size: number): () => Promise<void> | undefined {
  const waiting: (() => void)[] = [];
  let passed = 0;

  async function letPass(): Promise<void> {
    while (passed > 0) {
      await setImmediate();
      const next = waiting.splice(0, size);
      passed = next.length;
      for (const pass of next) pass();
    }
  }

  return () => {
    if (passed === size) return new Promise<void>((resolve) => void waiting.push(resolve));
    passed += 1;
    if (passed === 1) void letPass();
    return undefined;
  };
}
