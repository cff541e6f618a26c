import type { Clock } from '../domain/clock.ts';
import type { Failure } from '../domain/failure.ts';
import { type Cache, type Fetched, isAsNewAs } from './cache.ts';
import { type Errand, type Meter, priorities } from './call.ts';
import { cancelled, type Ticket } from './limiter.ts';

/** One request under way for everybody who asks the same. */
export interface Flight {
  readonly ticket: Ticket;
  /** Who pays for it: the operation that asked first. */
  readonly meter: Meter;
  /** Whether that operation had been told the same before. */
  readonly isAgain: boolean;
  /** Epoch milliseconds of the last time it was sent; `undefined` while it waits for its first turn. */
  sentAt: number | undefined;
  /** To be called each time it is sent. */
  readonly sent: () => void;
}

/** What is asked, by whatever name two that ask the same have in common. */
export interface Question {
  readonly key: string;
  readonly tags: readonly string[];
  /** Whether its answer goes into the cache. */
  readonly isKept: boolean;
  readonly fetch: (flight: Flight) => Promise<Fetched>;
  /** What is told to whose deadline comes first. */
  readonly failureOfLateness: (flight: Flight) => Failure;
}

export interface Flights {
  /** Joins the request under way, or starts one. Answers at the errand's deadline at the latest. */
  readonly board: (
    question: Question,
    errand: Errand,
  ) => { readonly landing: Promise<Fetched>; readonly isShared: boolean };
  /** Whether boarding would join a request under way. */
  readonly wouldShare: (question: Question, errand: Errand) => boolean;
}

interface FlightUnderWay extends Flight {
  readonly controller: AbortController;
  readonly landing: Promise<Fetched>;
  passengers: number;
}

export function createFlights(clock: Clock, cache: Cache): Flights {
  const underWay = new Map<string, FlightUnderWay>();

  function start({ key, tags, isKept, fetch }: Question, errand: Errand): FlightUnderWay {
    const controller = new AbortController();
    const { promise: landing, resolve, reject } = Promise.withResolvers<Fetched>();
    let isOutdated = false;
    let unwatch = (): void => {};
    const takeOut = (): void => {
      unwatch();
      if (underWay.get(key) === flight) underWay.delete(key);
    };
    const flight: FlightUnderWay = {
      ticket: { ...ticketOf(errand), signal: controller.signal },
      meter: errand.meter,
      isAgain: errand.isAgain === true,
      controller,
      landing,
      sentAt: undefined,
      passengers: 0,
      sent() {
        unwatch();
        flight.sentAt = clock.now();
        isOutdated = false;
        // A change before it was sent does not touch it; a later one makes it too old for whoever comes after.
        unwatch = cache.tags.watch(tags, () => {
          isOutdated = true;
          takeOut();
        });
      },
    };
    underWay.set(key, flight);
    fetch(flight).then(
      (fetched) => {
        if (isKept && !isOutdated && isReadable(fetched)) cache.put(key, fetched, tags);
        takeOut();
        resolve(fetched);
      },
      (failure: unknown) => {
        takeOut();
        reject(failure);
      },
    );
    return flight;
  }

  function carry(
    flight: FlightUnderWay,
    errand: Errand,
    failureOfLateness: Question['failureOfLateness'],
  ): Promise<Fetched> {
    flight.passengers += 1;
    return new Promise((resolve, reject) => {
      let isAboard = true;
      const leave = (): boolean => {
        if (!isAboard) return false;
        isAboard = false;
        flight.passengers -= 1;
        cancelTimer();
        errand.signal.removeEventListener('abort', onAbort);
        return true;
      };
      const giveUp = (failure: Failure): void => {
        if (!leave()) return;
        reject(failure);
        if (flight.passengers === 0) flight.controller.abort(failure);
      };
      const onAbort = (): void =>
        giveUp(clock.now() < errand.deadline ? cancelled(errand.signal) : failureOfLateness(flight));
      const leftMs = Math.max(0, errand.deadline - clock.now());
      const cancelTimer = clock.after(leftMs, () => giveUp(failureOfLateness(flight)));
      errand.signal.addEventListener('abort', onAbort, { once: true });
      flight.landing.then(
        (fetched) => leave() && resolve(fetched),
        (failure: unknown) => leave() && reject(failure),
      );
    });
  }

  function sharable({ key }: Question, errand: Errand): FlightUnderWay | undefined {
    const found = underWay.get(key);
    return found && !found.controller.signal.aborted && isNewEnough(found, errand) ? found : undefined;
  }

  return {
    wouldShare: (question, errand) => sharable(question, errand) !== undefined,
    board(question, errand) {
      const found = sharable(question, errand);
      const isShared = found !== undefined;
      const flight = found ?? start(question, errand);
      if (isShared) hurry(flight.ticket, errand);
      return { landing: carry(flight, errand, question.failureOfLateness), isShared };
    },
  };
}

export function ticketOf(errand: Errand): Ticket {
  const { priority, deadline, organization = '', caller, signal } = errand;
  return { priority, deadline, organization, caller, signal, changed: undefined };
}

function isReadable({ absence, readings }: Fetched): boolean {
  return absence !== undefined || readings.length > 0;
}

function isNewEnough(flight: FlightUnderWay, errand: Errand): boolean {
  if (flight.sentAt === undefined) return true;
  if (errand.maxAge !== undefined) return isAsNewAs(flight.sentAt, flight.meter, errand);
  return errand.asOf === undefined || flight.sentAt >= errand.asOf;
}

/** A request that waits for its turn takes on the priority of the most urgent who waits for it, and the latest deadline. */
function hurry(ticket: Ticket, errand: Errand): void {
  const isMoreUrgent = priorities.indexOf(errand.priority) < priorities.indexOf(ticket.priority);
  const isLonger = errand.deadline > ticket.deadline;
  if (isMoreUrgent) ticket.priority = errand.priority;
  if (isLonger) ticket.deadline = errand.deadline;
  if (isMoreUrgent || isLonger) ticket.changed?.();
}
