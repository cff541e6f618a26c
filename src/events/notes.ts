import type { Noted } from '../domain/event.ts';
import { incompleteExecutionsOf } from './detectors/incomplete-executions.ts';
import { makeInvoices, platformInvoicesOf } from './detectors/invoices.ts';
import {
  detectGone,
  detectInList,
  detectTold,
  empty,
  type ListKind,
  listSnapshotShape,
} from './detectors/list.ts';
import { makePaymentMethods, platformPaymentMethodsOf } from './detectors/payment-methods.ts';
import { makePayments } from './detectors/payments.ts';
import { makeSubscriptions, platformSubscriptionsOf } from './detectors/subscriptions.ts';
import type { Teams } from './execution-teams.ts';
import { type Finding, findingOf } from './finding.ts';

interface At {
  readonly organization: number;
  /** The customer that the organization is linked to. */
  readonly customer: string;
  /** Epoch milliseconds at which the change began. */
  readonly startedAt: number;
  readonly teams: Teams;
}

/** What a change that the gateway made itself says of the section, as if it had been polled. */
export function findingOfNote(noted: Noted, at: At): Finding {
  if ('removed' in noted) {
    return noted.section === 'payment-methods'
      ? gone(makePaymentMethods, [noted.removed], at)
      : gone(incompleteExecutionsOf(at.teams), noted.removed, at);
  }
  switch (noted.section) {
    case 'subscription': {
      const rows = noted.value === null ? [] : [noted.value];
      const listing = { rows, isWhole: true, isOneGlance: true, startedAt: at.startedAt };
      return findingOf(listSnapshotShape, (previous, endedAt) =>
        detectInList(makeSubscriptions, at.organization, previous, { ...listing, endedAt }),
      );
    }
    case 'payments':
      return told(makePayments, noted, at);
    case 'make-invoices':
      return told(makeInvoices, noted, at);
    case 'platform-invoices':
      return told(platformInvoicesOf(at.customer), noted, at);
    case 'platform-subscriptions':
      return told(platformSubscriptionsOf(at.customer), noted, at);
    case 'payment-methods':
      return told(makePaymentMethods, noted, at);
    case 'platform-payment-methods':
      return told(platformPaymentMethodsOf(at.customer), noted, at);
    case 'incomplete-executions':
      return seen(incompleteExecutionsOf(at.teams), noted.values, at);
  }
}

function told<Row>(
  kind: ListKind<Row>,
  { value, isNew }: { readonly value: Row; readonly isNew: boolean },
  { organization, startedAt }: At,
): Finding {
  return findingOf(listSnapshotShape, (previous, endedAt) =>
    detectTold(kind, organization, previous, { row: value, startedAt, endedAt, isNew }),
  );
}

/** Some of a list, read again; of one that nobody has looked at yet there is nothing to tell. */
function seen<Row>(kind: ListKind<Row>, rows: readonly Row[], { organization, startedAt }: At): Finding {
  return findingOf(listSnapshotShape, (previous, endedAt) => {
    if (previous?.isSeeded !== true) return { events: [], snapshot: previous ?? empty };
    const listing = { rows, isWhole: false, isOneGlance: false, startedAt, endedAt };
    return detectInList(kind, organization, previous, listing);
  });
}

function gone<Row>(kind: ListKind<Row>, keys: readonly string[], { organization, startedAt }: At): Finding {
  return findingOf(listSnapshotShape, (previous, endedAt) =>
    detectGone(kind, organization, previous, { keys, startedAt, endedAt }),
  );
}
