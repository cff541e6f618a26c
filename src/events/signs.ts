import type { EventObject, PlacedEvent } from '../domain/event.ts';
import type { EventLog } from './event-log.ts';

interface Place {
  readonly organization: number;
  readonly position: number;
  readonly now: number;
}

type Cursors = Pick<EventLog, 'cursorOf'>;

/** Stands in the place of what was missed, before a position. Whoever goes on from there gets what is still kept. */
export function laggedAt(log: Cursors, place: Place, missed: number): PlacedEvent {
  const resumeFrom = log.cursorOf(place.organization, place.position);
  return signAt(log, place, 'LAGGED', { kind: 'lagged', missed, resumeFrom }, null);
}

/** Stands for the present state, with all that had happened at a time: what comes after it happened later. */
export function snapshotAt(log: Cursors, place: Place, asOf: Date | null): PlacedEvent {
  return signAt(log, place, 'SNAPSHOT', { kind: 'snapshot' }, asOf);
}

/** An event that is in no log: it says something of the stream, and not of the organization. */
function signAt(
  log: Cursors,
  { organization, position, now }: Place,
  type: 'SNAPSHOT' | 'LAGGED',
  object: EventObject,
  asOf: Date | null,
): PlacedEvent {
  const cursor = log.cursorOf(organization, position);
  return {
    cursor,
    position,
    event: {
      id: `${type.toLowerCase()}-${cursor}`,
      type,
      organization,
      occurredAt: null,
      detectedAt: new Date(now),
      source: 'GATEWAY',
      asOf,
      changes: [],
      team: null,
      object,
    },
  };
}
