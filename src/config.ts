import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { accessWishShape } from './access/access-wish.ts';
import { scopes } from './access/rights.ts';
import { isLongEnough } from './access/seal.ts';
import { contradictionsInTokens, tokenSettings } from './access/token-settings.ts';
import type { MakePrice } from './domain/make-price.ts';
import { billingIntervalFrom } from './domain/subscription.ts';
import { limits, limitVariables } from './limit-settings.ts';
import {
  sandboxPlatformKey,
  sandboxPrices,
  sandboxSettings,
  sandboxWebhookSecret,
} from './sandbox-settings.ts';

const secret = z.string().min(1);
const port = z.number().int().min(0).max(65_535);
const url = z.url({ protocol: /^https?$/ }).transform((text) => text.replace(/\/+$/, ''));
const origin = z.string().refine((text) => URL.canParse(text) && new URL(text).origin === text, {
  error: 'an origin without a path (https://app.example)',
});
const organizationId = z.number().int().positive().max(Number.MAX_SAFE_INTEGER);

const organization = z.strictObject({
  id: organizationId,
  /** Shown until Make has told the name. */
  name: z.string().min(1).optional(),
  /** Host of the organization's zone: `eu1.make.com`. Its API is called there, unless `make.url` names one for all. */
  zone: z
    .string()
    .regex(/^[a-z0-9-]+(\.[a-z0-9-]+)+$/)
    .optional(),
  /** Left out where it is kept in the store (`tollgate credentials set`), which goes before this one. */
  token: secret.optional(),
  /** The platform customer that the organization is linked to. */
  customer: z.string().min(1).optional(),
  /** Requests a minute, where it is known beforehand. */
  requestsPerMinute: z.number().int().positive().optional(),
});

const caller = z.strictObject({
  name: z.string().min(1),
  key: secret,
  scopes: z.array(z.enum(scopes)).default([...scopes]),
  ...accessWishShape,
});

/** Something that Make sells, for the dialect that does not tell it. */
const price = z
  .strictObject({
    id: z.string().min(1),
    /** Make's id of what is sold. */
    product: z.string().min(1),
    planName: z.string().min(1),
    /** Minor units. */
    amount: z.number().int().min(0),
    currency: z.string().regex(/^[A-Z]{3}$/),
    /** Left out: paid once. */
    interval: z.enum(['day', 'week', 'month', 'year']).optional(),
    intervalCount: z.number().int().min(1).default(1),
    /** How many it brings: each month with a plan, in all where it is paid once. */
    operations: z.number().int().min(1).optional(),
  })
  .transform(
    ({ id, product, planName, amount, currency, interval, intervalCount, operations }): MakePrice => ({
      priceId: id,
      productId: product,
      planName,
      description: null,
      amount: { minorUnits: amount, currency },
      interval: interval === undefined ? null : billingIntervalFrom(interval),
      intervalCount: interval === undefined ? null : intervalCount,
      operations: operations ?? null,
    }),
  );

const settings = z.strictObject({
  host: z.string().min(1).default('127.0.0.1'),
  port: port.default(4000),
  /** Where callers reach the gateway, for links to it. Left out: the address that it listens on. */
  publicUrl: url.optional(),
  environment: z.enum(['development', 'test', 'production']).default('development'),
  introspection: z.enum(['on', 'off', 'operators']).optional(),
  /** Numbers of cards, which pass through to be added as payment methods. Tokens are always taken. */
  cards: z.enum(['on', 'off']).optional(),
  operationDeadlineMs: z.number().int().min(100).max(600_000).default(30_000),
  maxUpstreamRequests: z.number().int().min(1).max(10_000).default(60),
  /** Browsers are told to come by https alone: for a gateway that stands behind it. */
  strictTransport: z.boolean().default(false),
  limits,
  drainMs: z.number().int().min(0).max(600_000).default(10_000),
  logLevel: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('warn'),
  store: z.strictObject({ url: z.string().regex(/^(memory:|sqlite:.+)$/) }).optional(),
  sandbox: z
    .strictObject({
      /** A sandbox that runs already: the URL of its first port. */
      url: url.optional(),
      port: port.max(65_533).default(4010),
    })
    .prefault({}),
  /** Pages of these origins may open sockets, beside the gateway's own. */
  allowedOrigins: z.array(origin).default([]),
  sockets: z
    .strictObject({
      /** What is taken over WebSocket: subscriptions, or all operations. */
      operations: z.enum(['subscriptions', 'all']).default('subscriptions'),
      perCaller: z.number().int().min(1).default(1000),
      operationsPerSocket: z.number().int().min(1).default(100),
      /** Subscriptions over HTTP. */
      streamsPerCaller: z.number().int().min(1).default(100),
      /** How long a client may take to say who it is. */
      initTimeoutMs: z.number().int().min(100).max(600_000).default(10_000),
      /** Between two pings; a client of whom nothing is heard meanwhile is let go of. */
      pingMs: z.number().int().min(100).max(600_000).default(20_000),
      maxMessageBytes: z.number().int().min(1000).default(256_000),
      /** What may wait to be sent before nothing more is read and no result is fetched. */
      maxUnsentBytes: z.number().int().min(1000).default(1_000_000),
    })
    .prefault({}),
  trustedDocuments: z
    .strictObject({
      mode: z.enum(['off', 'prefer', 'only']).default('off'),
      /** Path of a JSON file: the texts of documents by their hashes. */
      manifest: z.string().min(1).optional(),
    })
    .prefault({}),
  make: z
    .strictObject({
      dialect: z.enum(['documented', 'live']).default('documented'),
      scheme: z.enum(['Token', 'Bearer']).default('Token'),
      url: url.optional(),
      /** What can be bought. The live dialect tells it itself. */
      prices: z.array(price).default([]),
    })
    .prefault({}),
  platform: z.strictObject({ url, key: secret }).optional(),
  events: z
    .strictObject({
      /** The shortest time between two polls of one thing; the longest is ten times that. */
      pollIntervalMs: z.number().int().min(10).max(3_600_000).optional(),
      retentionDays: z.number().positive().max(3650).default(30),
      /** Of each organization. */
      maxEvents: z.number().int().min(10).max(1_000_000).default(10_000),
      /** Per cent of the included volume. */
      thresholds: z.array(z.number().int().min(1).max(1000)).max(20).default([50, 80, 100]),
      /** Polls also while nobody listens. */
      always: z.boolean().default(false),
    })
    .prefault({}),
  webhooks: z
    .strictObject({
      /** What the platform signs with; two while one is being replaced by the other. */
      secrets: z.array(secret).max(5).default([]),
      header: z
        .string()
        .regex(/^[A-Za-z0-9-]+$/)
        .default('X-Signature'),
    })
    .prefault({}),
  organizations: z.array(organization).default([]),
  callers: z.array(caller).default([]),
  jwt: tokenSettings.optional(),
  /** Seals what is secret in the store: 32 bytes in base64, or a passphrase. */
  secretKey: z.string().refine(isLongEnough).optional(),
  metrics: z
    .strictObject({
      /** What a scraper sends as `authorization: Bearer …`. Left out: this machine alone may read them. */
      token: z.string().min(16).optional(),
    })
    .prefault({}),
  accessLog: z
    .strictObject({
      /** Older entries are forgotten. Left out: none is. */
      keepDays: z.number().int().min(1).max(36_500).optional(),
    })
    .prefault({}),
});

type Settings = z.output<typeof settings>;

/** What the gateway runs with: every setting filled in. */
export interface Config extends Settings {
  readonly introspection: 'on' | 'off' | 'operators';
  readonly cards: 'on' | 'off';
  readonly store: { readonly url: string };
  readonly events: Settings['events'] & { readonly pollIntervalMs: number };
  /** Set when the upstreams are the sandbox: start one, or use the one at its `url`. */
  readonly usesSandbox: boolean;
}

/** A setting that is wrong: where it stands, what was found there, and what is accepted. */
interface Fault {
  readonly path: string;
  readonly found: string;
  readonly accepted: string;
}

export class ConfigFaults extends Error {
  readonly faults: readonly Fault[];

  constructor(faults: readonly Fault[]) {
    super(
      faults.map(({ path, found, accepted }) => `${path}: found ${found}, accepted: ${accepted}`).join('\n'),
    );
    this.faults = faults;
  }
}

type Kind = 'text' | 'number' | 'flag' | 'list';

/** Every environment variable, the setting that it fills in, and what `--help` says of it. */
const variables: Readonly<Record<string, { path: string; kind: Kind; help: string }>> = {
  HOST: { path: 'host', kind: 'text', help: 'address to listen on (127.0.0.1)' },
  PORT: { path: 'port', kind: 'number', help: 'port to listen on (4000)' },
  PUBLIC_URL: {
    path: 'publicUrl',
    kind: 'text',
    help: 'where callers reach the gateway, for links to it (the address that it listens on)',
  },
  NODE_ENV: { path: 'environment', kind: 'text', help: 'development, test or production (development)' },
  TOLLGATE_INTROSPECTION: {
    path: 'introspection',
    kind: 'text',
    help: 'on, off or operators (on; operators in production)',
  },
  CARD_INPUT: {
    path: 'cards',
    kind: 'text',
    help: 'numbers of cards in addPaymentMethod: on or off, for tokens alone (on; off in production)',
  },
  OPERATION_DEADLINE_MS: {
    path: 'operationDeadlineMs',
    kind: 'number',
    help: 'longest time an operation may take (30000)',
  },
  MAX_UPSTREAM_REQUESTS: {
    path: 'maxUpstreamRequests',
    kind: 'number',
    help: 'upstream requests that one operation may take (60)',
  },
  STRICT_TRANSPORT: {
    path: 'strictTransport',
    kind: 'flag',
    help: 'true: browsers are told to come by https alone (false)',
  },
  ...variablesOfLimits(),
  DRAIN_MS: {
    path: 'drainMs',
    kind: 'number',
    help: 'how long a stop waits for what is under way (10000)',
  },
  LOG_LEVEL: { path: 'logLevel', kind: 'text', help: 'debug, info, warn, error or silent (warn)' },
  STORE_URL: {
    path: 'store.url',
    kind: 'text',
    help: 'memory: or sqlite:PATH (memory: on its own sandbox, else sqlite:.tollgate/tollgate.db)',
  },
  TOLLGATE_SANDBOX_URL: {
    path: 'sandbox.url',
    kind: 'text',
    help: 'first port of a sandbox that runs already, used instead of starting one',
  },
  SANDBOX_PORT: {
    path: 'sandbox.port',
    kind: 'number',
    help: 'first of the three ports of the sandbox (4010)',
  },
  ALLOWED_ORIGINS: {
    path: 'allowedOrigins',
    kind: 'list',
    help: "origins, separated by commas, whose pages may use the gateway (none but the gateway's own)",
  },
  WS_OPERATIONS: {
    path: 'sockets.operations',
    kind: 'text',
    help: 'what is taken over WebSocket: subscriptions or all (subscriptions)',
  },
  SOCKETS_PER_CALLER: {
    path: 'sockets.perCaller',
    kind: 'number',
    help: 'most WebSockets of a caller at a time (1000)',
  },
  OPERATIONS_PER_SOCKET: {
    path: 'sockets.operationsPerSocket',
    kind: 'number',
    help: 'most operations over a WebSocket at a time (100)',
  },
  STREAMS_PER_CALLER: {
    path: 'sockets.streamsPerCaller',
    kind: 'number',
    help: 'most event streams of a caller at a time (100)',
  },
  SOCKET_INIT_TIMEOUT_MS: {
    path: 'sockets.initTimeoutMs',
    kind: 'number',
    help: 'how long a WebSocket may take to say whose it is (10000)',
  },
  SOCKET_PING_MS: {
    path: 'sockets.pingMs',
    kind: 'number',
    help: 'time between pings; a WebSocket that answers none is ended (20000)',
  },
  SOCKET_MAX_MESSAGE_BYTES: {
    path: 'sockets.maxMessageBytes',
    kind: 'number',
    help: 'largest message over a WebSocket (256000)',
  },
  SOCKET_MAX_UNSENT_BYTES: {
    path: 'sockets.maxUnsentBytes',
    kind: 'number',
    help: 'what may wait for a slow WebSocket before its sources have to (1000000)',
  },
  TRUSTED_DOCUMENTS: {
    path: 'trustedDocuments.mode',
    kind: 'text',
    help: 'documents by id: off, prefer (texts as well) or only (off)',
  },
  TRUSTED_DOCUMENTS_MANIFEST: {
    path: 'trustedDocuments.manifest',
    kind: 'text',
    help: 'path of the JSON file with the trusted documents',
  },
  MAKE_DIALECT: { path: 'make.dialect', kind: 'text', help: 'documented or live (documented)' },
  MAKE_TOKEN_SCHEME: { path: 'make.scheme', kind: 'text', help: 'Token or Bearer (Token)' },
  MAKE_URL: {
    path: 'make.url',
    kind: 'text',
    help: "Make's API for every organization (https://<zone>/api/v2)",
  },
  PLATFORM_URL: { path: 'platform.url', kind: 'text', help: 'the platform Billing API, without /billing' },
  POLL_INTERVAL_MS: {
    path: 'events.pollIntervalMs',
    kind: 'number',
    help: 'shortest time between two polls of one thing (30000; 5000 on the sandbox)',
  },
  EVENTS_RETENTION_DAYS: {
    path: 'events.retentionDays',
    kind: 'number',
    help: 'how long events are kept (30)',
  },
  EVENTS_MAX: {
    path: 'events.maxEvents',
    kind: 'number',
    help: 'how many events are kept of each organization (10000)',
  },
  EVENTS_ALWAYS: {
    path: 'events.always',
    kind: 'flag',
    help: 'true polls also while nobody listens (false)',
  },
  WEBHOOK_SECRETS: {
    path: 'webhooks.secrets',
    kind: 'list',
    help: 'what the platform signs its webhooks with; two while one is being replaced',
  },
  WEBHOOK_HEADER: {
    path: 'webhooks.header',
    kind: 'text',
    help: 'header with the signature of a webhook (X-Signature)',
  },
  PLATFORM_KEY: { path: 'platform.key', kind: 'text', help: 'its API key' },
  TOLLGATE_SECRET_KEY: {
    path: 'secretKey',
    kind: 'text',
    help: 'seals the tokens that the store keeps: 32 bytes in base64, or a passphrase',
  },
  METRICS_TOKEN: {
    path: 'metrics.token',
    kind: 'text',
    help: 'opens /metrics, 16 characters or more (without one: to this machine alone)',
  },
  ACCESS_LOG_DAYS: {
    path: 'accessLog.keepDays',
    kind: 'number',
    help: 'how long entries of the access log are kept (for ever)',
  },
};

function variablesOfLimits(): Record<string, { path: string; kind: Kind; help: string }> {
  const defaults = limits.parse({});
  return Object.fromEntries(
    Object.entries(limitVariables).map(([name, { variable, counts }]) => [
      variable,
      { path: `limits.${name}`, kind: 'number', help: `most ${counts} (${Reflect.get(defaults, name)})` },
    ]),
  );
}

/** `--help`: every variable with its meaning. */
export function helpText(): string {
  const width = Math.max(...Object.keys(variables).map((name) => name.length), 'TOLLGATE_CONFIG'.length);
  const line = (name: string, help: string): string => `  ${name.padEnd(width)}  ${help}`;
  return [
    'tollgate [--print-config] [--help]',
    'tollgate keys|credentials|audit …    each says what it takes',
    '',
    'Without a configuration it runs on its own sandbox. Settings come from the JSON file that TOLLGATE_CONFIG',
    'names (${NAME} in it is taken from the environment) and from these variables, which go before the file:',
    '',
    line('TOLLGATE_CONFIG', 'path of the JSON file'),
    ...Object.entries(variables).map(([name, { help }]) => line(name, help)),
  ].join('\n');
}

/** Reads the settings. Throws `ConfigFaults` with every fault there is. */
export function readConfig(environment: NodeJS.ProcessEnv = process.env): Config {
  const faults: Fault[] = [];
  const values = readConfigFile(environment, faults);
  for (const [name, { path, kind }] of Object.entries(variables)) {
    const value = environment[name];
    if (value !== undefined && value !== '') setAt(values, path, readAs[kind](value));
  }
  const usesSandbox = !['organizations', 'platform'].some((name) => name in values) && !hasMakeUrl(values);
  const withDefaults = usesSandbox ? onSandbox(values) : values;
  if (usesSandbox && environment['NODE_ENV'] === 'production' && !environment['TOLLGATE_SANDBOX_URL']) {
    faults.push({
      path: 'organizations',
      found: 'no upstream with NODE_ENV=production',
      accepted: 'organizations and platform, in the file that TOLLGATE_CONFIG names',
    });
  }
  const parsed = settings.safeParse(withDefaults);
  if (!parsed.success) {
    faults.push(...parsed.error.issues.flatMap((issue) => faultsOf(issue, withDefaults)));
  }
  if (parsed.success) faults.push(...contradictionsIn(parsed.data, usesSandbox));
  if (!parsed.success || faults.length > 0) throw new ConfigFaults(faults);

  const config = parsed.data;
  const isProduction = config.environment === 'production';
  const ownSandbox = usesSandbox && config.sandbox.url === undefined;
  return {
    ...config,
    ...(usesSandbox && sandboxUpstreams(config)),
    usesSandbox,
    introspection: config.introspection ?? (isProduction ? 'operators' : 'on'),
    events: {
      ...config.events,
      pollIntervalMs: config.events.pollIntervalMs ?? (usesSandbox ? 5000 : 30_000),
    },
    cards: config.cards ?? (isProduction ? 'off' : 'on'),
    store: config.store ?? { url: ownSandbox ? 'memory:' : 'sqlite:.tollgate/tollgate.db' },
  };
}

/** The sandbox's own settings, where there are no others. */
function onSandbox(values: Record<string, unknown>): Record<string, unknown> {
  const make = values['make'] ?? {};
  const webhooks = values['webhooks'] ?? {};
  return {
    ...sandboxSettings,
    ...values,
    webhooks: isRecord(webhooks) ? { secrets: [sandboxWebhookSecret], ...webhooks } : webhooks,
    make: isRecord(make) ? { prices: sandboxPrices, ...make } : make,
  };
}

/** The sandbox's listeners stand side by side: Make documented, Make live, platform. */
function sandboxUpstreams({ sandbox, make }: Settings): Pick<Settings, 'make' | 'platform'> {
  const first = new URL(sandbox.url ?? `http://127.0.0.1:${sandbox.port}`);
  const at = (place: number): string => `${first.protocol}//${first.hostname}:${Number(first.port) + place}`;
  return {
    make: { ...make, url: `${at(make.dialect === 'live' ? 1 : 0)}/api/v2` },
    platform: { url: at(2), key: sandboxPlatformKey },
  };
}

const hasMakeUrl = ({ make }: Record<string, unknown>): boolean => isRecord(make) && 'url' in make;

/** What no single setting shows. */
function contradictionsIn(config: Settings, usesSandbox: boolean): Fault[] {
  const faults: Fault[] = [];
  if (config.organizations.length === 0 && config.platform === undefined) {
    faults.push({ path: 'organizations', found: 'none', accepted: 'at least one, or platform' });
  }
  const { mode, manifest } = config.trustedDocuments;
  if (mode !== 'off' && manifest === undefined) {
    faults.push({
      path: 'trustedDocuments.manifest (TRUSTED_DOCUMENTS_MANIFEST)',
      found: `nothing with TRUSTED_DOCUMENTS=${mode}`,
      accepted: 'the path of a JSON file with the trusted documents',
    });
  }
  const { headersTimeoutMs, requestTimeoutMs } = config.limits;
  if (headersTimeoutMs > requestTimeoutMs) {
    faults.push({
      path: 'limits.headersTimeoutMs (HEADERS_TIMEOUT_MS)',
      found: String(headersTimeoutMs),
      accepted: `at most limits.requestTimeoutMs (${requestTimeoutMs})`,
    });
  }
  config.organizations.forEach(({ id, zone, token }, index) => {
    if (config.organizations.findIndex((other) => other.id === id) !== index) {
      faults.push({
        path: `organizations.${index}.id`,
        found: `${id} a second time`,
        accepted: 'each id once',
      });
    }
    if (token === undefined && config.secretKey === undefined) {
      faults.push({
        path: `organizations.${index}.token`,
        found: 'nothing, and no TOLLGATE_SECRET_KEY to open one that the store keeps',
        accepted: 'a token, or TOLLGATE_SECRET_KEY',
      });
    }
    if (!usesSandbox && zone === undefined && config.make.url === undefined) {
      faults.push({
        path: `organizations.${index}.zone`,
        found: 'nothing',
        accepted: "the host of the organization's zone (eu1.make.com), or make.url for all",
      });
    }
  });
  config.make.prices.forEach(({ priceId }, index) => {
    if (config.make.prices.findIndex((other) => other.priceId === priceId) !== index) {
      faults.push({
        path: `make.prices.${index}.id`,
        found: `${priceId} a second time`,
        accepted: 'each id once',
      });
    }
  });
  config.callers.forEach(({ name, key }, index) => {
    const earlier = config.callers.findIndex((other) => other.name === name || other.key === key);
    if (earlier !== index) {
      faults.push({
        path: `callers.${index}`,
        found: `the name or key of callers.${earlier}`,
        accepted: 'names and keys that differ',
      });
    }
  });
  if (config.jwt !== undefined) faults.push(...contradictionsInTokens(config.jwt));
  return faults;
}

/** The path of the configuration file, where there is one. */
export function configFile(environment: NodeJS.ProcessEnv = process.env): string | undefined {
  return environment['TOLLGATE_CONFIG'] || undefined;
}

function readConfigFile(environment: NodeJS.ProcessEnv, faults: Fault[]): Record<string, unknown> {
  const path = configFile(environment);
  if (path === undefined) return {};
  try {
    const value: unknown = JSON.parse(readFileSync(path, 'utf8'));
    if (isRecord(value)) return fillIn(value, environment, faults);
    faults.push({ path: 'TOLLGATE_CONFIG', found: describe(value), accepted: 'a file with a JSON object' });
  } catch (error) {
    const found =
      error instanceof SyntaxError ? `${path}, which is not JSON` : `${path}, which cannot be read`;
    faults.push({ path: 'TOLLGATE_CONFIG', found, accepted: 'the path of a JSON file' });
  }
  return {};
}

/** Replaces `${NAME}` in every text of the file. */
function fillIn(
  value: Record<string, unknown>,
  environment: NodeJS.ProcessEnv,
  faults: Fault[],
): Record<string, unknown> {
  const filled = (part: unknown, path: string): unknown => {
    if (typeof part === 'string') {
      return part.replace(/\$\{(\w+)\}/g, (_, name: string) => {
        const text = environment[name];
        if (text === undefined) {
          faults.push({
            path,
            found: `\${${name}}, which is not set`,
            accepted: `${name} in the environment`,
          });
        }
        return text ?? '';
      });
    }
    if (Array.isArray(part)) return part.map((item, index) => filled(item, `${path}.${index}`));
    if (isRecord(part)) return filledRecord(part, `${path}.`);
    return part;
  };
  const filledRecord = (record: Record<string, unknown>, prefix: string): Record<string, unknown> =>
    Object.fromEntries(Object.entries(record).map(([key, item]) => [key, filled(item, prefix + key)]));
  return filledRecord(value, '');
}

function setAt(values: Record<string, unknown>, path: string, value: unknown): void {
  const [first = '', ...rest] = path.split('.');
  if (rest.length === 0) {
    values[first] = value;
    return;
  }
  const below = values[first];
  const record = isRecord(below) ? { ...below } : {};
  values[first] = record;
  setAt(record, rest.join('.'), value);
}

const readAs: Readonly<Record<Kind, (text: string) => unknown>> = {
  text: (text) => text,
  number: numberFrom,
  flag: (text) => ({ true: true, false: false })[text] ?? text,
  list: (text) => text.split(',').flatMap((item) => item.trim() || []),
};

function numberFrom(text: string): unknown {
  return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text;
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function faultsOf(issue: z.core.$ZodIssue, values: unknown): Fault[] {
  const at = issue.path.map(String);
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      path: nameOf([...at, key]),
      found: 'a setting of this name',
      accepted: 'no setting that is not in the documentation',
    }));
  }
  const value = at.reduce<unknown>(
    (part, key) => (typeof part === 'object' && part !== null ? Reflect.get(part, key) : undefined),
    values,
  );
  const isSecret = isSecretName(at.at(-1) ?? '') || at.includes('secrets');
  return [
    {
      path: nameOf(at),
      found: isSecret && value !== undefined ? 'a text that is hidden' : describe(value),
      accepted: acceptedBy(issue),
    },
  ];
}

/** The path in the file, with the variable that fills it in. */
function nameOf(path: readonly string[]): string {
  const dotted = path.join('.');
  const variable = Object.entries(variables).find(([, entry]) => entry.path === dotted)?.[0];
  return variable === undefined ? dotted : `${dotted} (${variable})`;
}

function describe(value: unknown): string {
  if (value === undefined) return 'nothing';
  const text = JSON.stringify(value) ?? typeof value;
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}

function acceptedBy(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_value':
      return issue.values.map((value) => String(value)).join(', ');
    case 'too_small':
      if (issue.origin === 'array') return 'a list that is not empty';
      if (issue.origin !== 'string') return `a number from ${issue.minimum}`;
      return issue.minimum === 1
        ? 'a text that is not empty'
        : `a text of at least ${issue.minimum} characters`;
    case 'too_big':
      return `a number up to ${issue.maximum}`;
    case 'invalid_type':
      return (
        {
          int: 'a whole number',
          number: 'a number',
          string: 'a text',
          boolean: 'true or false',
          array: 'a list',
        }[issue.expected as string] ?? issue.expected
      );
    case 'invalid_format':
      if (issue.path[0] === 'store') return 'memory: or sqlite:PATH';
      if (issue.path.at(-1) === 'currency') return 'three capital letters of ISO 4217 (USD)';
      if (issue.path.at(-1) === 'zone') return 'a host name (eu1.make.com)';
      return 'a URL (https://…)';
    case 'custom':
      return issue.path[0] === 'secretKey'
        ? '32 bytes in base64 (openssl rand -base64 32), or a passphrase of at least 20 characters'
        : issue.message;
    default:
      return issue.message;
  }
}

/** Settings of these names are never shown. */
export function isSecretName(name: string): boolean {
  return /(^(token|key|secrets?)|Token|Key|Secret)$/.test(name);
}

/** The settings as text, with every secret masked. */
export function printConfig(config: Config): string {
  return JSON.stringify(config, (key, value: unknown) => (isSecretName(key) ? masked(value) : value), 2);
}

function masked(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(masked);
  return typeof value === 'string' ? '********' : value;
}
