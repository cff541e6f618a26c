/**
 * Every field of an organization, how it is asked for (with ids, where what it shows has some), and who may:
 * O owner, A administrator, F accountant, T team administrator, M member; small, who sees the part of their own teams.
 */
export const fields: Readonly<Record<string, readonly [ask: string, allowed: string]>> = {
  id: ['id', 'OAFTM'],
  makeId: ['makeId', 'OAFTM'],
  rateLimit: ['rateLimit { limit }', 'OAFTM'],
  name: ['name', 'OAFTM'],
  zone: ['zone', 'OAFTM'],
  plan: ['plan', 'OAFTM'],
  rawPlan: ['rawPlan', 'OAFTM'],
  license: ['license', 'OAFTM'],
  isPaused: ['isPaused', 'OAFTM'],
  teams: ['teams { id name }', 'OAFTM'],
  subscription: ['subscription { id status }', 'OAF'],
  payments: ['payments(first: 2) { edges { node { id status } } }', 'OAF'],
  customer: ['customer { id email }', 'OAF'],
  // each caller is told its own
  capabilities: ['capabilities { __typename }', 'OAFTM'],
  // by its id a user is there for itself too, and an entry for the administrator of its team
  users: ['users { makeId name }', 'OA'],
  auditLogs: ['auditLogs(first: 2) { edges { node { uuid } } }', 'OA'],
  auditLogFilters: ['auditLogFilters { eventGroups { __typename } }', 'OA'],
  analytics: ['analytics { operationsUsed }', 'OA'],
  invoices: ['invoices(first: 2) { edges { node { id status } } }', 'OAF'],
  paymentMethods: ['paymentMethods { id isDefault }', 'OAF'],
  paymentMethodOptions: ['paymentMethodOptions { __typename }', 'OAF'],
  billing: ['billing { taxId }', 'OAF'],
  availablePrices: ['availablePrices { priceId }', 'OAF'],
  availableExtras: ['availableExtras { priceId }', 'OAF'],
  planChangePreview: ['planChangePreview(priceId: "2211") { isEstimate }', 'OAF'],
  scenarios: ['scenarios(first: 2) { edges { node { id } } }', 'OAtm'],
  incompleteExecutions: ['incompleteExecutions(first: 2) { edges { node { id } } }', 'OAtm'],
  retryCampaigns: ['retryCampaigns(first: 2) { edges { node { id } } }', 'OAtm'],
  usage: ['usage { fetchedAt }', 'OAFTM'],
  usageHistory: ['usageHistory { __typename }', 'OAFTM'],
  usageForecast: ['usageForecast { __typename }', 'OAFTM'],
  // each caller is shown those of what it may see
  events: ['events(first: 2) { __typename }', 'OAFTM'],
  accessLog: ['accessLog(first: 1) { edges { node { at } } }', 'O'],
};

/** The callers of the sandbox by what they are in the organization; the outsider is nothing there. */
export const callers = {
  'sandbox-operator': 'O',
  'sandbox-owner': 'O',
  'sandbox-readonly': 'O',
  'sandbox-admin': 'A',
  'sandbox-accountant': 'F',
  'sandbox-team-admin': 'T',
  'sandbox-member': 'M',
  'sandbox-outsider': null,
} as const;
