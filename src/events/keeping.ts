import { z } from 'zod';
import { type EventObject, eventSources, eventTypes, type RecordedEvent } from '../domain/event.ts';

const dateKey = '@date';

/** An event as a row of its log. Dates stay dates. */
export function textOfEvent(event: RecordedEvent): string {
  return JSON.stringify(event, function (this: unknown, key, value: unknown) {
    const held: unknown = typeof this === 'object' && this !== null ? Reflect.get(this, key) : value;
    return held instanceof Date ? { [dateKey]: held.toISOString() } : value;
  });
}

const eventShape = z.object({
  id: z.string(),
  type: z.enum(eventTypes),
  organization: z.number(),
  occurredAt: z.date().nullable(),
  detectedAt: z.date(),
  source: z.enum(eventSources),
  asOf: z.date().nullable().default(null),
  changes: z.array(z.object({ field: z.string(), before: z.unknown(), after: z.unknown() })),
  team: z.number().nullable(),
  // written by this gateway: it is what it was
  object: z.custom<EventObject>(),
});

/** Null for a row that another version wrote, and this one cannot read. */
export function eventFromText(text: string): RecordedEvent | null {
  const value: unknown = JSON.parse(text, (_key, part: unknown) => {
    const written = typeof part === 'object' && part !== null ? Reflect.get(part, dateKey) : undefined;
    return typeof written === 'string' ? new Date(written) : part;
  });
  const read = eventShape.safeParse(value);
  return read.success ? read.data : null;
}
