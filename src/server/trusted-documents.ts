import { readFileSync } from 'node:fs';
import { type GraphQLSchema, parse, validate } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { type Config, ConfigFaults } from '../config.ts';
import { Failure } from '../domain/failure.ts';

/** Texts by the hash that names them. */
type TrustedDocuments = ReadonlyMap<string, string>;

const setting = 'trustedDocuments.manifest (TRUSTED_DOCUMENTS_MANIFEST)';
const accepted = 'a JSON file that maps each "sha256:<hash>" to the text of its document';

/** The documents of the manifest. Throws `ConfigFaults` where it cannot be used: also for a document that does not fit the graph. */
export function readTrustedDocuments(
  { manifest }: Config['trustedDocuments'],
  schema: GraphQLSchema,
): TrustedDocuments {
  if (manifest === undefined) return new Map();
  const entries = Object.entries(readManifest(manifest));
  const faults = entries.flatMap(([id, text]) => {
    const fault = faultOf(text, schema);
    return fault === null
      ? []
      : [{ path: `${setting}, ${id}`, found: fault, accepted: 'a document that fits the graph' }];
  });
  if (faults.length > 0) throw new ConfigFaults(faults);
  return new Map(entries.map(([id, text]) => [plainHash(id), String(text)]));
}

function readManifest(path: string): object {
  try {
    const value: unknown = JSON.parse(readFileSync(path, 'utf8'));
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
    throw new ConfigFaults([{ path: setting, found: `${path}, which is not a JSON object`, accepted }]);
  } catch (error) {
    if (error instanceof ConfigFaults) throw error;
    const found = `${path}, which ${error instanceof SyntaxError ? 'is not JSON' : 'cannot be read'}`;
    throw new ConfigFaults([{ path: setting, found, accepted }]);
  }
}

function faultOf(text: unknown, schema: GraphQLSchema): string | null {
  if (typeof text !== 'string') return 'no text';
  try {
    return validate(schema, parse(text))[0]?.message ?? null;
  } catch (error) {
    if (error instanceof Error) return error.message;
    throw error;
  }
}

/** Ids go with the name of their hash or without it. */
const plainHash = (id: string): string => id.replace(/^sha256:/, '');

/** The text of the document that a request means. Throws where it may not be run. */
function documentOf(
  { documentId, query }: { readonly documentId?: unknown; readonly query?: string | undefined },
  mode: Config['trustedDocuments']['mode'],
  documents: TrustedDocuments,
): string | undefined {
  if (documentId == null) {
    if (query == null || mode !== 'only') return query;
    throw new Failure(
      'DOCUMENT_NOT_TRUSTED',
      'Only documents that the gateway knows are run here: send documentId instead of query.',
    );
  }
  if (mode === 'off') {
    throw new Failure(
      'DOCUMENT_NOT_FOUND',
      'Documents are not known by id here (TRUSTED_DOCUMENTS is off): send query.',
    );
  }
  const text = typeof documentId === 'string' ? documents.get(plainHash(documentId)) : undefined;
  if (text === undefined) {
    throw new Failure('DOCUMENT_NOT_FOUND', 'The gateway knows no document of this documentId.');
  }
  if (query != null && query !== text) {
    throw new Failure(
      'DOCUMENT_NOT_TRUSTED',
      'query is not the text of the document that documentId names: leave one of them out.',
    );
  }
  return text;
}

/** Puts a document in the place of its id, whichever way the request came in. */
export function useTrustedDocuments(
  { mode }: Config['trustedDocuments'],
  documents: TrustedDocuments,
): Plugin {
  return {
    onRequestParse({ request, url }) {
      const documentId = request.method === 'GET' ? url.searchParams.get('documentId') : null;
      if (documentId === null) return;
      return {
        onRequestParseDone({ requestParserResult, setRequestParserResult }) {
          if (Array.isArray(requestParserResult)) return;
          setRequestParserResult(Object.assign(requestParserResult, { documentId }));
        },
      };
    },
    onParams({ params, setParams }) {
      // what is no object is refused later on
      if (typeof params !== 'object' || params === null) return;
      const { documentId, ...rest }: typeof params & { documentId?: unknown } = params;
      const query = documentOf({ documentId, query: rest.query }, mode, documents);
      if (documentId != null && query !== undefined) setParams({ ...rest, query });
    },
  };
}
