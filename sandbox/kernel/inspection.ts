import { type Fields, isFields } from './fields.ts';

export interface FieldFault {
  readonly path: string;
  readonly found: string;
  readonly accepted: string;
}

/** What a value can be: how it is read, undefined when it is not one, and how that is said. */
export interface Kind<T> {
  readonly accepted: string;
  read(value: unknown): T | undefined;
}

/** Reads outside data and gathers all that is wrong with it, rather than the first thing. */
export interface Inspection {
  readonly faults: readonly FieldFault[];
  fault(path: string, found: unknown, accepted: string): void;
  optional<T>(fields: Fields, path: string, kind: Kind<T>): T | undefined;
  required<T>(fields: Fields, path: string, kind: Kind<T>): T | undefined;
  /** Faults each field that is not among the names. */
  only(fields: Fields, names: readonly string[], within?: string): void;
}

export function createInspection(): Inspection {
  const faults: FieldFault[] = [];
  const inspection: Inspection = {
    faults,
    fault(path, found, accepted) {
      faults.push({
        path,
        found: found === undefined ? 'nothing' : shorten(JSON.stringify(found)),
        accepted,
      });
    },
    optional(fields, path, kind) {
      const value = fields[path.slice(path.lastIndexOf('.') + 1)];
      const read = value === undefined ? undefined : kind.read(value);
      if (value !== undefined && read === undefined) inspection.fault(path, value, kind.accepted);
      return read;
    },
    required(fields, path, kind) {
      const value = fields[path.slice(path.lastIndexOf('.') + 1)];
      if (value === undefined) inspection.fault(path, undefined, kind.accepted);
      return inspection.optional(fields, path, kind);
    },
    only(fields, names, within = '') {
      for (const name of Object.keys(fields)) {
        if (!names.includes(name)) inspection.fault(`${within}${name}`, fields[name], names.join(', '));
      }
    },
  };
  return inspection;
}

const shorten = (text: string): string => (text.length > 80 ? `${text.slice(0, 80)}…` : text);

export const flag: Kind<boolean> = {
  accepted: 'true or false',
  read: (value) => (typeof value === 'boolean' ? value : undefined),
};

export const fields: Kind<Fields> = {
  accepted: 'an object',
  read: (value) => (isFields(value) ? value : undefined),
};

export const text: Kind<string> = {
  accepted: 'a text of 1 to 200 characters',
  read: (value) => (typeof value === 'string' && value !== '' && value.length <= 200 ? value : undefined),
};

export function wholeNumber(min: number, max: number): Kind<number> {
  return {
    accepted: `a whole number from ${min} to ${max}`,
    read: (value) =>
      typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max
        ? value
        : undefined,
  };
}

export function oneOf<const T>(values: readonly T[]): Kind<T> {
  return {
    accepted: `one of ${values.join(', ')}`,
    read: (value) => values.find((accepted) => accepted === value),
  };
}
