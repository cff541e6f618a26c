import type { Noted } from '../domain/event.ts';
import { incompleteExecutions } from './detectors/incomplete-executions.ts';
import { makeInvoices, platformInvoicesOf } from './detectors/invoices.ts';
import { detectGone, detectInList, detectTold, type ListKind, listSnapshotShape } from './detectors/list.ts';
import { makePaymentMethods, platformPaymentMethodsOf } from './detectors/payment-methods.ts';
import { makePayments } from './detectors/payments.ts';
import { makeSubscriptions, platformSubscriptionsOf } from './detectors/subscriptions.ts';
import { type Finding, findingOf } from './sections.ts';

interface At {
  readonly organization: number;
  /** The customer that the organization is linked to. */
  readonly customer: string;
  readonly now: number;
}

/** What a change that the gateway made itself says of the section, as if it had been polled. */
export function findingOfNote(noted: Noted, at: At): Finding {
  if ('removed' in noted) {
    return noted.section === 'payment-methods'
      ? gone(makePaymentMethods, noted.removed, at)
      : gone(incompleteExecutions, noted.removed, at);
  }
  switch (noted.section) {
    case 'subscription': {
      const rows = noted.value === null ? [] : [noted.value];
      const listing = { rows, isWhole: true, isOneGlance: true, startedAt: at.now };
      return findingOf(listSnapshotShape, (previous) =>
        detectInList(makeSubscriptions, at.organization, previous, listing),
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
      return told(incompleteExecutions, noted, at);
  }
}

function told<Row>(
  kind: ListKind<Row>,
  { value, isNew }: { readonly value: Row; readonly isNew: boolean },
  { organization, now }: At,
): Finding {
  return findingOf(listSnapshotShape, (previous) =>
    detectTold(kind, organization, previous, { row: value, startedAt: now, isNew }),
  );
}

function gone<Row>(kind: ListKind<Row>, key: string, { organization, now }: At): Finding {
  return findingOf(listSnapshotShape, (previous) =>
    detectGone(kind, organization, previous, { key, startedAt: now }),
  );
}
