import { Failure } from '../domain/failure.ts';

/** Opaque to callers. Inside: the type, and the id within it, which begins with the owner's. */
export function encodeGlobalId(typename: string, id: string | number | bigint): string {
  return Buffer.from(`${typename}:${id}`).toString('base64url');
}

export function decodeGlobalId(globalId: string): { typename: string; id: string } {
  const decoded = decoding(globalId);
  if (decoded === null) throw malformedId();
  return decoded;
}

function decoding(globalId: string): { typename: string; id: string } | null {
  const text = /^[\w-]{4,1000}$/.test(globalId) ? Buffer.from(globalId, 'base64url').toString() : '';
  const [, typename = '', id = ''] = /^([A-Z]\w*):(\S+)$/.exec(text) ?? [];
  const isOurs = nodeTypes.has(typename) && encodeGlobalId(typename, id) === globalId;
  return isOurs ? { typename, id } : null;
}

/** The types whose ids `node` takes. Each adds itself. */
const nodeTypes = new Set<string>();

export function acceptNodeType(typename: string): void {
  nodeTypes.add(typename);
}

function malformedId(): Failure {
  return new Failure('BAD_USER_INPUT', 'The id is not one that this graph gave.');
}

/** An id that belongs to an organization: `1001`, or `1001/in_2291`. */
export function ownedId(organization: number, upstreamId?: string): string {
  return upstreamId === undefined
    ? String(organization)
    : `${organization}/${encodeURIComponent(upstreamId)}`;
}

export function readOwnedId(id: string): { organization: number; upstreamId: string } {
  const parts = /^([1-9]\d{0,14})(?:\/([^/]+))?$/.exec(id);
  if (parts === null) throw malformedId();
  return { organization: Number(parts[1]), upstreamId: decodePart(parts[2]) };
}

/** The same of a thing that an organization has several of: the second part is there. */
export function readMemberId(id: string): { organization: number; upstreamId: string } {
  const owned = readOwnedId(id);
  if (owned.upstreamId === '') throw malformedId();
  return owned;
}

/** An argument that takes the global id of something that an organization has. */
export function readNodeId(globalId: string, typename: string): { organization: number; upstreamId: string } {
  const decoded = decodeGlobalId(globalId);
  if (decoded.typename !== typename) throw malformedId();
  return readMemberId(decoded.id);
}

/** An `organizationId` argument: the organization's global id, or Make's number. */
export function readOrganizationId(id: string): number {
  if (/^[1-9]\d{0,14}$/.test(id)) return Number(id);
  const decoded = decodeGlobalId(id);
  if (decoded.typename !== 'Organization') throw malformedId();
  return readOwnedId(decoded.id).organization;
}

/** An `id` argument that takes a thing's global id, of which this is what stands inside, or the upstream's own id. */
export function readEitherId(id: string, typename: string): string {
  const decoded = decoding(id);
  if (decoded?.typename === typename) return decoded.id;
  if (decoded === null && /^[\w.-]{1,200}$/.test(id)) return id;
  throw malformedId();
}

/** The upstream's id of something that an organization has: from its global id, or Make's number as it is. */
export function readIdWithin(organization: number, typename: string, id: string): string {
  if (/^[1-9]\d{0,14}$/.test(id)) return id;
  const decoded = decodeGlobalId(id);
  const owned = decoded.typename === typename ? readMemberId(decoded.id) : null;
  if (owned?.organization === organization) return owned.upstreamId;
  throw new Failure(
    'BAD_USER_INPUT',
    `The id is that of something else than a ${typename} of organization ${organization}.`,
  );
}

/** An id that belongs to a customer of the platform: `cus_1001`, or `cus_1001/inv_77`. */
export function customerOwnedId(customer: string, upstreamId?: string): string {
  return [customer, ...(upstreamId === undefined ? [] : [upstreamId])].map(encodeURIComponent).join('/');
}

export function readCustomerOwnedId(id: string): { customer: string; upstreamId: string } {
  const parts = /^([^/]+)(?:\/([^/]+))?$/.exec(id);
  if (parts === null) throw malformedId();
  return {
    customer: decodePart(parts[1]),
    upstreamId: decodePart(parts[2]),
  };
}

/** An argument that takes the global id of something that belongs to a customer. */
export function readCustomersId(id: string, typename: string): { customer: string; upstreamId: string } {
  const decoded = decodeGlobalId(id);
  const owned = readCustomerOwnedId(decoded.id);
  if (decoded.typename !== typename || owned.upstreamId === '') throw malformedId();
  return owned;
}

/** An argument that takes a customer's global id, or the platform's own. */
export function readCustomerId(id: string): string {
  return readCustomerOwnedId(readEitherId(id, 'Customer')).customer;
}

function decodePart(part = ''): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw malformedId();
  }
}
