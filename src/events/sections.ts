import { z } from 'zod';
import type { Registration } from '../datasources/directory.ts';
import { readable } from '../datasources/read.ts';
import { type EventType, eventTypes } from '../domain/event.ts';
import { Failure, type UpstreamName } from '../domain/failure.ts';
import type { IncompleteExecution } from '../domain/incomplete-execution.ts';
import { tellsOfNoSubscription } from '../domain/subscription.ts';
import type { Sources } from '../loaders/loaders.ts';
import type { Errand } from '../upstream/call.ts';
import { auditLogEntries } from './detectors/audit-log.ts';
import { incompleteExecutionsOf } from './detectors/incomplete-executions.ts';
import { makeInvoices, platformInvoicesOf } from './detectors/invoices.ts';
import {
  detectHidden,
  detectInList,
  type Listing,
  type ListKind,
  type ListSnapshot,
  listSnapshotShape,
} from './detectors/list.ts';
import { makePaymentMethods, platformPaymentMethodsOf } from './detectors/payment-methods.ts';
import { makePayments } from './detectors/payments.ts';
import { detectAlerts, securitySnapshotShape } from './detectors/security.ts';
import { makeSubscriptions, platformSubscriptionsOf } from './detectors/subscriptions.ts';
import { detectThresholds, usageSnapshotShape } from './detectors/usage.ts';
import { withTeams } from './execution-teams.ts';
import { type Finding, findingOf, readSnapshot } from './finding.ts';
import { readListing } from './read-list.ts';

/** What the pollers read from. */
export type PolledSources = Omit<Sources, 'events' | 'retryCampaigns'>;

interface Looking {
  readonly sources: PolledSources;
  readonly registration: Registration;
  readonly errand: Errand;
  /** As it was before the reading: how far to read. */
  readonly snapshot: string | null;
}

/** A part of an organization that is watched as one. */
export interface Section {
  readonly name: string;
  readonly upstream: UpstreamName;
  /** What can come of it. */
  readonly types: readonly EventType[];
  readonly bucketOf: (registration: Registration) => string;
  readonly isOf: (registration: Registration, sources: PolledSources) => boolean;
  readonly look: (looking: Looking) => Promise<Finding>;
}

const typesOf = (...beginnings: readonly string[]): EventType[] =>
  eventTypes.filter((type) => beginnings.some((beginning) => type.startsWith(beginning)));

const ofMake = {
  bucketOf: ({ account }: Registration) => account.key,
  isOf: () => true,
};

const isOfPlatform: Section['isOf'] = ({ id }, { links, platformBilling }) =>
  platformBilling !== null && links.customerOf(id) !== null;

const subscription: Section = {
  name: 'subscription',
  upstream: 'make-billing',
  types: typesOf('SUBSCRIPTION_'),
  ...ofMake,
  async look({ sources, registration, errand }) {
    const answer = await sources.makeBilling.subscription(registration, errand).catch(absentAsNull);
    const rows = answer === null ? [] : [answer.value];
    return listFinding(makeSubscriptions, registration, atOneGlance(rows, errand));
  },
};

const payments: Section = {
  name: 'payments',
  upstream: 'make-billing',
  types: typesOf('PAYMENT_RECORDED', 'PAYMENT_STATUS_'),
  ...ofMake,
  look: ({ sources, registration, errand, snapshot }) =>
    asFarAsShown(
      errand,
      lookAtList(makePayments, registration, errand, snapshot, (slice) =>
        sources.makeBilling.payments(registration, slice, errand),
      ),
    ),
};

const invoices: Section = {
  name: 'make-invoices',
  upstream: 'make-billing',
  types: typesOf('INVOICE_'),
  ...ofMake,
  look: ({ sources, registration, errand, snapshot }) =>
    asFarAsShown(
      errand,
      lookAtList(makeInvoices, registration, errand, snapshot, (slice) =>
        sources.makeBilling.invoices(registration, {}, slice, errand),
      ),
    ),
};

const paymentMethods: Section = {
  name: 'payment-methods',
  upstream: 'make-billing',
  types: typesOf('PAYMENT_METHOD_'),
  ...ofMake,
  async look({ sources, registration, errand }) {
    const { value } = await sources.makeBilling.paymentMethods(registration, errand);
    const rows = readable(value.rows);
    const isWhole = rows.length === value.rows.length;
    return listFinding(makePaymentMethods, registration, { ...atOneGlance(rows, errand), isWhole });
  },
};

const platformInvoices: Section = {
  name: 'platform-invoices',
  upstream: 'platform-billing',
  types: typesOf('INVOICE_'),
  bucketOf: () => 'platform:invoices',
  isOf: isOfPlatform,
  look(looking) {
    const { platform, customer } = platformOf(looking);
    const { registration, errand, snapshot } = looking;
    return lookAtList(platformInvoicesOf(customer), registration, errand, snapshot, (slice) =>
      platform.invoices(customer, {}, slice, errand),
    );
  },
};

const platformSubscriptions: Section = {
  name: 'platform-subscriptions',
  upstream: 'platform-billing',
  types: typesOf('SUBSCRIPTION_'),
  bucketOf: () => 'platform:customers',
  isOf: isOfPlatform,
  async look(looking) {
    const { platform, customer } = platformOf(looking);
    const { value } = await platform.customer(customer, looking.errand);
    const rows = readable(value.subscriptions);
    const isWhole = rows.length === value.subscriptions.length;
    const listing = { ...atOneGlance(rows, looking.errand), isWhole };
    return listFinding(platformSubscriptionsOf(customer), looking.registration, listing);
  },
};

const platformPaymentMethods: Section = {
  name: 'platform-payment-methods',
  upstream: 'platform-billing',
  types: typesOf('PAYMENT_METHOD_'),
  bucketOf: () => 'platform:payment-methods',
  isOf: isOfPlatform,
  async look(looking) {
    const { platform, customer } = platformOf(looking);
    const { value } = await platform.paymentMethods(customer, looking.errand);
    const rows = readable(value.rows);
    const isWhole = rows.length === value.rows.length;
    const listing = { ...atOneGlance(rows, looking.errand), isWhole };
    return listFinding(platformPaymentMethodsOf(customer), looking.registration, listing);
  },
};

const auditSnapshotShape = z.object({ entries: listSnapshotShape, security: securitySnapshotShape });

const auditLog: Section = {
  name: 'audit-log',
  upstream: 'make-admin',
  types: typesOf('AUDIT_LOG_', 'SECURITY_'),
  ...ofMake,
  async look({ sources, registration, errand, snapshot }) {
    const everything = { from: null, to: null, eventTypes: [], authors: [], teams: [] };
    const known = readSnapshot(auditSnapshotShape, snapshot)?.entries ?? null;
    const listing = await readListing(auditLogEntries, known, errand.startedAt, (slice) =>
      sources.makeAdmin.auditLog(registration, everything, slice, errand),
    );
    return findingOf(auditSnapshotShape, (previous, endedAt) => {
      const entries = previous?.entries ?? null;
      const found = detectInList(auditLogEntries, registration.id, entries, { ...listing, endedAt });
      const news = found.events.flatMap(({ object }) =>
        object.kind === 'audit-log-entry' ? [object.value] : [],
      );
      const alerts = detectAlerts(registration.id, previous?.security ?? null, news);
      return {
        events: [...found.events, ...alerts.events],
        snapshot: { entries: found.snapshot, security: alerts.snapshot },
      };
    });
  },
};

/** So many scenarios are looked into where the dialect lists incomplete executions by scenario. */
const mostScenarios = 20;

const executions: Section = {
  name: 'incomplete-executions',
  upstream: 'make-admin',
  types: typesOf('INCOMPLETE_EXECUTION_'),
  ...ofMake,
  async look(looking) {
    const { registration, snapshot } = looking;
    const known = readSnapshot(listSnapshotShape, snapshot);
    const listing = await readExecutions(looking, known);
    return withTeams((teams) => listFinding(incompleteExecutionsOf(teams), registration, listing), looking);
  },
};

async function readExecutions(
  { sources, registration, errand }: Looking,
  known: ListSnapshot | null,
): Promise<Listing<IncompleteExecution>> {
  const lists = sources.makeAdmin.incompleteExecutions;
  const kind = incompleteExecutionsOf(new Map());
  const { startedAt } = errand;
  if (lists.listedBy === 'organization') {
    const everything = { scenarioId: null, statuses: [], errorTypes: [], from: null, to: null };
    return readListing(kind, known, startedAt, (slice) =>
      lists.page(registration, everything, slice, errand),
    );
  }
  const wish = { includeResolved: true, atMost: mostScenarios };
  const { value } = await lists.scenariosWithIncompleteExecutions(registration, wish, errand);
  const rows: IncompleteExecution[] = [];
  let isWhole = value.isComplete;
  for (const { id, name } of value.scenarios) {
    const listing = await readListing(kind, known, startedAt, (slice) =>
      lists.page(registration, id, slice, errand),
    );
    rows.push(...listing.rows.map((row) => ({ ...row, scenarioName: row.scenarioName ?? name })));
    isWhole &&= listing.isWhole;
  }
  return { rows, isWhole, isOneGlance: false, startedAt };
}

/** Everything that is watched. */
export function sectionsOf(thresholds: readonly number[]): readonly Section[] {
  const usage: Section = {
    name: 'usage',
    upstream: 'make-admin',
    types: typesOf('USAGE_'),
    ...ofMake,
    async look({ sources, registration, errand }) {
      const { value } = await sources.makeAdmin.usage(registration, errand);
      const { startedAt } = errand;
      return findingOf(usageSnapshotShape, (previous, endedAt) =>
        detectThresholds(registration.id, previous, { usage: value, thresholds, startedAt, endedAt }),
      );
    },
  };
  return [
    subscription,
    payments,
    invoices,
    paymentMethods,
    platformInvoices,
    platformSubscriptions,
    platformPaymentMethods,
    auditLog,
    executions,
    usage,
  ];
}

async function lookAtList<Row>(
  kind: ListKind<Row>,
  registration: Registration,
  { startedAt }: Errand,
  snapshot: string | null,
  page: Parameters<typeof readListing<Row>>[3],
): Promise<Finding> {
  const known = readSnapshot(listSnapshotShape, snapshot);
  return listFinding(kind, registration, await readListing(kind, known, startedAt, page));
}

/** The times in a list are the upstream's, and its clock is not this one. */
const clocksDifferMs = 10 * 60_000;

/** A list that the plan hides: what comes into it from now on is news once it is shown. */
async function asFarAsShown({ startedAt }: Errand, looking: Promise<Finding>): Promise<Finding> {
  try {
    return await looking;
  } catch (error) {
    if (!(error instanceof Failure) || error.code !== 'PLAN_UPGRADE_REQUIRED') throw error;
    return findingOf(listSnapshotShape, (previous) => detectHidden(previous, startedAt - clocksDifferMs));
  }
}

function listFinding<Row>(kind: ListKind<Row>, { id }: Registration, listing: Listing<Row>): Finding {
  return findingOf(listSnapshotShape, (previous, endedAt) =>
    detectInList(kind, id, previous, { ...listing, endedAt }),
  );
}

function atOneGlance<Row>(rows: readonly Row[], { startedAt }: Errand): Listing<Row> {
  return { rows, isWhole: true, isOneGlance: true, startedAt };
}

function absentAsNull(error: unknown): null {
  if (error instanceof Failure && tellsOfNoSubscription(error)) return null;
  throw error;
}

function platformOf({ sources, registration }: Looking) {
  const customer = sources.links.customerOf(registration.id);
  if (sources.platformBilling === null || customer === null) {
    throw new Failure('NOT_FOUND', 'The organization is not linked to a customer.');
  }
  return { platform: sources.platformBilling, customer };
}
