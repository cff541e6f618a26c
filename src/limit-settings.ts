import { z } from 'zod';

const atMost = (standard: number, most = 1_000_000_000) =>
  z.number().int().min(1).max(most).default(standard);
/** Deeper nesting could use up the stack of whoever walks it. */
const deepest = 90;

/** How much a caller may ask for. Each is a setting; `docs/limits.md` says what each is for. */
export const limits = z
  .strictObject({
    bodyBytes: atMost(1_000_000),
    documentBytes: atMost(100_000),
    documentLines: atMost(5000),
    documentTokens: atMost(10_000),
    documentDepth: atMost(20, deepest),
    documentSelections: atMost(2000),
    selectionsPerSet: atMost(200),
    fieldRepeats: atMost(40),
    rootFields: atMost(50),
    aliases: atMost(200),
    directives: atMost(100),
    operations: atMost(20),
    fragments: atMost(100),
    introspectedValues: atMost(400_000),
    valueDepth: atMost(20, deepest),
    listItems: atMost(1000),
    variableBytes: atMost(500_000),
    headersTimeoutMs: atMost(10_000),
    requestTimeoutMs: atMost(30_000),
    connections: atMost(20_000),
    connectionsPerAddress: atMost(12_000),
    operationsInFlight: atMost(1000),
    operationsPerCaller: atMost(1000),
    requestsPerMinute: atMost(120_000),
  })
  .prefault({});

export type Limits = z.output<typeof limits>;

/** The environment variable of each limit, and what it counts. */
export const limitVariables: Readonly<Record<keyof Limits, { variable: string; counts: string }>> = {
  bodyBytes: { variable: 'MAX_BODY_BYTES', counts: 'bytes of a request body' },
  documentBytes: { variable: 'MAX_DOCUMENT_BYTES', counts: 'bytes of a document' },
  documentLines: { variable: 'MAX_DOCUMENT_LINES', counts: 'lines of a document' },
  documentTokens: { variable: 'MAX_DOCUMENT_TOKENS', counts: 'tokens of a document' },
  documentDepth: { variable: 'MAX_DOCUMENT_DEPTH', counts: 'selection sets within each other' },
  documentSelections: {
    variable: 'MAX_DOCUMENT_SELECTIONS',
    counts: 'fields and spreads, with fragments in their places',
  },
  selectionsPerSet: { variable: 'MAX_SELECTIONS_PER_SET', counts: 'fields and spreads in one selection set' },
  fieldRepeats: { variable: 'MAX_FIELD_REPEATS', counts: 'times that one field is selected at one place' },
  rootFields: { variable: 'MAX_ROOT_FIELDS', counts: 'fields at the root of an operation' },
  aliases: { variable: 'MAX_ALIASES', counts: 'aliases, with fragments in their places' },
  directives: { variable: 'MAX_DIRECTIVES', counts: 'directives in a document' },
  operations: { variable: 'MAX_OPERATIONS', counts: 'operations in a document' },
  fragments: { variable: 'MAX_FRAGMENTS', counts: 'fragments in a document' },
  introspectedValues: {
    variable: 'MAX_INTROSPECTED_VALUES',
    counts: 'values that introspection would give, roughly',
  },
  valueDepth: { variable: 'MAX_VALUE_DEPTH', counts: 'lists and objects within each other in a value' },
  listItems: { variable: 'MAX_LIST_ITEMS', counts: 'items of a list, or names of an object, in a value' },
  variableBytes: { variable: 'MAX_VARIABLE_BYTES', counts: 'bytes of all variables' },
  headersTimeoutMs: { variable: 'HEADERS_TIMEOUT_MS', counts: 'milliseconds for the headers of a request' },
  requestTimeoutMs: { variable: 'REQUEST_TIMEOUT_MS', counts: 'milliseconds for a whole request' },
  connections: { variable: 'MAX_CONNECTIONS', counts: 'connections at a time' },
  connectionsPerAddress: {
    variable: 'MAX_CONNECTIONS_PER_ADDRESS',
    counts: 'connections of one client address at a time',
  },
  operationsInFlight: { variable: 'MAX_OPERATIONS_IN_FLIGHT', counts: 'operations at a time' },
  operationsPerCaller: {
    variable: 'MAX_OPERATIONS_PER_CALLER',
    counts: 'operations of one caller at a time',
  },
  requestsPerMinute: { variable: 'MAX_REQUESTS_PER_MINUTE', counts: 'operations of one caller in a minute' },
};
