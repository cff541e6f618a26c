import { type Fields, isFields } from './fields.ts';
import {
  createInspection,
  type FieldFault,
  flag,
  type Inspection,
  type Kind,
  oneOf,
  text,
  wholeNumber,
} from './inspection.ts';
import { createRandom, type Random } from './random.ts';

const mebibyte = 1024 * 1024;

/** The faults that can be played, each with the options that it takes beyond those of every fault. */
const optionsOf = {
  latency: ['ms'],
  hang: ['before', 'afterEffect'],
  reset: ['before', 'afterEffect'],
  truncate: [],
  html: [],
  'content-type': [],
  '401': [],
  '429': ['retryAfter'],
  '500': ['afterEffect'],
  '502': ['afterEffect'],
  '503': ['retryAfter', 'afterEffect'],
  redirect: [],
  drip: ['ms'],
  oversized: ['bytes'],
  'bad-enum': ['field'],
  'missing-field': ['field'],
  'null-field': ['field'],
  'extra-field': ['field'],
  'duplicate-rows': [],
  'shift-pages': [],
  'empty-page': [],
  'error-inside-200': [],
} as const;

type FaultName = keyof typeof optionsOf;
const faultNames = Object.keys(optionsOf).filter((name): name is FaultName => Object.hasOwn(optionsOf, name));
/** Played without the endpoint having run, unless `afterEffect` says otherwise. */
const withoutEffect: readonly FaultName[] = ['hang', '401', '429', '500', '502', '503', 'redirect'];
const commonOptions = ['endpoint', 'fault', 'times', 'share', 'organization'] as const;

export interface Fault {
  readonly id: string;
  /** `GET /template`, or `*` for every endpoint. */
  readonly endpoint: string;
  readonly name: FaultName;
  /** How often it is still played; null when it goes by `share`. */
  remaining: number | null;
  readonly share: number | null;
  readonly organization: number | null;
  /** Whether the endpoint runs before its answer is spoilt. */
  readonly afterEffect: boolean;
  /** Whether nothing of an answer comes at all, not even its headers. */
  readonly before: boolean;
  readonly ms: number;
  readonly bytes: number;
  readonly retryAfter: string | null;
  readonly field: string | null;
  hits: number;
}

export interface Faults {
  /** Sets a fault up, or says all that is wrong with the order. */
  add(order: unknown): Fault | readonly FieldFault[];
  list(): readonly Fault[];
  remove(id: string): boolean;
  clear(): void;
  /** The fault to play on a call, if any; it is used up by that. */
  next(routeKey: string, bucket: string): Fault | undefined;
}

interface Surroundings {
  readonly seed: string;
  /** `GET /template` of every endpoint. */
  readonly routeKeys: readonly string[];
  readonly organizationIds: readonly number[];
}

/** Faults on demand. Of several that concern a call, the one that was set up first is played. */
export function createFaults(surroundings: Surroundings): Faults {
  const random = createRandom(`${surroundings.seed}/faults`);
  const generators = new Map<string, Random>();
  let faults: Fault[] = [];
  let made = 0;

  function isDrawn(fault: Fault): boolean {
    if (fault.remaining !== null) return fault.remaining > 0;
    return generators.get(fault.id)?.chance(fault.share ?? 0) ?? false;
  }

  return {
    add(order) {
      const inspection = createInspection();
      const fault = readFault(order, `fault_${made + 1}`, surroundings, inspection);
      if (fault === undefined || inspection.faults.length > 0) return inspection.faults;
      made += 1;
      faults.push(fault);
      generators.set(fault.id, random.fork(fault.id));
      return fault;
    },
    list: () => faults,
    remove(id) {
      const count = faults.length;
      faults = faults.filter((fault) => fault.id !== id);
      return faults.length < count;
    },
    clear() {
      faults = [];
      generators.clear();
    },
    next(routeKey, bucket) {
      const fault = faults.find(
        (candidate) =>
          (candidate.endpoint === '*' || candidate.endpoint === routeKey) &&
          (candidate.organization === null || `make:${candidate.organization}` === bucket) &&
          isDrawn(candidate),
      );
      if (fault === undefined) return undefined;
      fault.hits += 1;
      if (fault.remaining !== null) fault.remaining -= 1;
      return fault;
    },
  };
}

/** A status may be written as the number that it is. */
const faultName: Kind<FaultName> = {
  ...oneOf(faultNames),
  read: (value) => faultNames.find((name) => name === (typeof value === 'number' ? String(value) : value)),
};

function readFault(
  order: unknown,
  id: string,
  { routeKeys, organizationIds }: Surroundings,
  inspection: Inspection,
): Fault | undefined {
  if (!isFields(order)) {
    inspection.fault('', order, 'a JSON object');
    return undefined;
  }
  const endpoint = inspection.required(order, 'endpoint', endpointOf(routeKeys));
  const name = inspection.required(order, 'fault', faultName);
  if (name !== undefined) inspection.only(order, [...commonOptions, ...optionsOf[name]]);

  const times = inspection.optional(order, 'times', wholeNumber(1, 1_000_000));
  const share = inspection.optional(order, 'share', shareOfCalls);
  if ((order['times'] === undefined) === (order['share'] === undefined)) {
    inspection.fault('times', pick(order, ['times', 'share']), 'exactly one of times and share');
  }
  const organization = inspection.optional(order, 'organization', oneOf(organizationIds));
  if (organization !== undefined && endpoint?.includes(' /billing/') === true) {
    inspection.fault(
      'organization',
      organization,
      'only endpoints of Make, whose calls belong to an organization',
    );
  }

  const ms = inspection.optional(order, 'ms', wholeNumber(0, 600_000));
  if (name === 'latency' && order['ms'] === undefined) {
    inspection.fault('ms', undefined, 'the delay in milliseconds');
  }
  const bytes = inspection.optional(order, 'bytes', wholeNumber(1024, 1024 * mebibyte));
  const retryAfter = inspection.optional(order, 'retryAfter', headerText);
  const field = inspection.optional(order, 'field', text);
  const before = inspection.optional(order, 'before', flag);
  const afterEffect = inspection.optional(order, 'afterEffect', flag);
  if (name === undefined || endpoint === undefined) return undefined;

  return {
    id,
    endpoint,
    name,
    remaining: times ?? null,
    share: share ?? null,
    organization: organization ?? null,
    afterEffect: afterEffect ?? !withoutEffect.includes(name),
    before: before ?? name === 'hang',
    ms: ms ?? 50,
    bytes: bytes ?? 32 * mebibyte,
    retryAfter: retryAfter ?? null,
    field: field ?? null,
    hits: 0,
  };
}

const shareOfCalls: Kind<number> = {
  accepted: 'a number above 0, up to 1',
  read: (value) => (typeof value === 'number' && value > 0 && value <= 1 ? value : undefined),
};

const headerText: Kind<string> = {
  accepted: 'a number, or printable text of up to 100 characters',
  read(value) {
    if (typeof value === 'number') return String(value);
    return typeof value === 'string' && /^[ -~]{1,100}$/.test(value) ? value : undefined;
  },
};

/** Parameters may be named differently than in the template, as long as one template alone is meant. */
function endpointOf(routeKeys: readonly string[]): Kind<string> {
  const anonymous = (key: string): string => key.replaceAll(/\{[^/]*\}/g, '{}');
  return {
    accepted: `* or one of ${routeKeys.toSorted().join(', ')}`,
    read(value) {
      if (typeof value !== 'string') return undefined;
      if (value === '*' || routeKeys.includes(value)) return value;
      const alike = routeKeys.filter((key) => anonymous(key) === anonymous(value));
      return alike.length === 1 ? alike[0] : undefined;
    },
  };
}

function pick(order: Fields, names: readonly string[]): Fields {
  return Object.fromEntries(
    names.filter((name) => Object.hasOwn(order, name)).map((name) => [name, order[name]]),
  );
}
