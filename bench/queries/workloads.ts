/** Something that a client does: one operation, or the pages of a list one after the other. */
export interface Workload {
  readonly name: string;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly pages: number;
  /** `freshly` stands where Tollgate is told to show nothing that it has kept. */
  readonly document: (freshly: string) => string;
}

const money = '{ minorUnits currency }';
const subscription = `subscription {
  status planName productId priceId price ${money} interval intervalCount currentPeriodStart currentPeriodEnd nextBillingAt
}`;
const invoices = `source number status issuedAt dueAt paidAt total ${money} subtotal ${money} tax ${money}`;

export const dashboard: Workload = {
  name: 'dashboard of one organization',
  variables: { id: '1001' },
  pages: 1,
  document: (freshly) => `query Dashboard($id: ID!) {
    organization(id: $id)${freshly} {
      makeId name zone plan teams { makeId name }
      ${subscription}
      usage { operations { included used remaining overage } storage { included used } users { included used } resetAt }
      payments(first: 5) { totalCount edges { node { invoiceNumber status amount ${money} createdAt method } } }
      invoices(first: 5) { totalCount edges { node { ${invoices} } } }
      customer { platformId name email }
    }
  }`,
};

export const workloads: readonly Workload[] = [
  dashboard,
  {
    name: '20 organizations with their subscription',
    variables: {},
    pages: 1,
    document: (freshly) => `query Organizations {
      organizations(first: 20)${freshly} { edges { node { makeId name plan ${subscription} } } }
    }`,
  },
  {
    name: 'invoices of both systems, 10 pages of 10',
    variables: { id: '1001' },
    pages: 10,
    document: (freshly) => `query Invoices($id: ID!, $after: String) {
      organization(id: $id)${freshly} {
        invoices(first: 10, after: $after) {
          edges { node { ${invoices} } }
          pageInfo { hasNextPage endCursor }
        }
      }
    }`,
  },
  {
    name: 'audit trail of 100 entries with details',
    variables: { id: '1004' },
    pages: 1,
    document: (freshly) => `query AuditTrail($id: ID!) {
      organization(id: $id)${freshly} {
        auditLogs(first: 100) {
          edges { node { uuid eventType triggeredAt actor { name email } target { type makeId name } team { makeId } details } }
        }
      }
    }`,
  },
];
