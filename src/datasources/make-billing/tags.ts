const sections = [
  'subscription',
  'payments',
  'payment-methods',
  'invoices',
  'billing',
  'usage',
  'analytics',
  'audit-log',
] as const;

/** A section of an organization; without one, what Make tells of the organization itself. */
export function billingTag(organization: number, section?: (typeof sections)[number]): string {
  return section === undefined ? `organization:${organization}` : `organization:${organization}:${section}`;
}

/**
 * All that a change in billing may touch: an upgrade charges a method, writes an invoice, raises the limits and
 * leaves an entry in the audit log.
 */
export function billingTags(organization: number): readonly string[] {
  return [billingTag(organization), ...sections.map((section) => billingTag(organization, section))];
}
