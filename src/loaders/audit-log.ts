import { createHash } from 'node:crypto';
import { type Registration, registrationOf } from '../datasources/directory.ts';
import type { Rows, Slice } from '../datasources/read.ts';
import {
  type AuditLogEntry,
  type AuditLogFilters,
  type AuditLogSelection,
  mentions,
} from '../domain/audit-log.ts';
import type { Answer, Errand } from '../upstream/call.ts';
import { loadEachAlike, orNull } from './each.ts';
import type { Sources } from './loaders.ts';
import { renewing } from './pages.ts';
import { type WalkedList, type Window, type WindowArguments, walk } from './walk.ts';

export interface AuditLogWish extends AuditLogSelection {
  /** Stands in what a list knows of the entry; null for every entry. */
  readonly text: string | null;
}

export interface AuditLogReader {
  /** A window of an organization's log, newest first. */
  ofOrganization(
    organization: number,
    wish: AuditLogWish,
    window: WindowArguments,
  ): Promise<Window<AuditLogEntry>>;
  /** The same of a team. Whoever asks knows the team from Make's own answers about the organization. */
  ofTeam(
    organization: number,
    team: number,
    wish: AuditLogWish,
    window: WindowArguments,
  ): Promise<Window<AuditLogEntry>>;
  /** One entry with its details; null where the organization has no such entry. */
  entry(organization: number, uuid: string): Promise<Answer<AuditLogEntry> | null>;
  filters(organization: number): Promise<Answer<AuditLogFilters>>;
  teamFilters(organization: number, team: number): Promise<Answer<AuditLogFilters>>;
}

/** Every window shares these pages. */
const pageSize = 100;

export function createAuditLogReader(
  { directory, makeAdmin, dialect }: Sources,
  errand: Errand,
): AuditLogReader {
  const named = (organization: number): Registration => registrationOf(directory, organization);

  function listOf(
    list: string,
    wish: AuditLogWish,
    read: (selection: AuditLogSelection, slice: Slice, by: Errand) => Promise<Answer<Rows<AuditLogEntry>>>,
  ): WalkedList<AuditLogEntry> {
    const selection = inOrder(wish);
    const matches = matcherOf(wish, dialect === 'live');
    return {
      list,
      upstream: 'make-admin',
      pageSize,
      async page(offset, after) {
        const slice = { offset, limit: pageSize };
        const { value, ...answer } = await read(selection, slice, renewing(errand, after));
        return { ...value, ...answer };
      },
      keyOf: ({ uuid }) => uuid,
      filterKey: keyOfWish({ ...selection, text: wish.text }),
      ...(matches && { matches }),
    };
  }

  return {
    ofOrganization: (organization, wish, window) =>
      walk(
        listOf(`auditLog:${organization}`, wish, (selection, slice, by) =>
          makeAdmin.auditLog(named(organization), selection, slice, by),
        ),
        window,
      ),
    ofTeam: (organization, team, wish, window) =>
      walk(
        listOf(`teamAuditLog:${organization}:${team}`, wish, (selection, slice, by) =>
          makeAdmin.teamAuditLog(named(organization), team, selection, slice, by),
        ),
        window,
      ),
    entry: loadEachAlike('auditLogEntry', (organization: number, uuid: string) =>
      orNull(makeAdmin.auditLogEntry(named(organization), uuid, errand)),
    ),
    filters: loadEachAlike('auditLogFilters', (organization: number) =>
      makeAdmin.auditLogFilters(named(organization), errand),
    ),
    teamFilters: loadEachAlike('teamAuditLogFilters', (organization: number, team: number) =>
      makeAdmin.teamAuditLogFilters(named(organization), team, errand),
    ),
  };
}

/** Equal wishes ask alike, whatever the order of their parts, so that their pages are shared. */
function inOrder({ from, to, eventTypes, authors, teams }: AuditLogSelection): AuditLogSelection {
  const ordered = (values: readonly string[]): readonly string[] => [...new Set(values)].sort();
  return {
    from,
    to,
    eventTypes: ordered(eventTypes),
    authors: ordered(authors),
    teams: ordered(teams),
  };
}

/** What is left to filter here: text, and, where the upstream takes whole days alone, the rest of the first and the last. */
function matcherOf(
  { from, to, text }: AuditLogWish,
  takesWholeDays: boolean,
): ((entry: AuditLogEntry) => boolean) | undefined {
  const isWithinDay = (at: Date | null): boolean => at !== null && at.getTime() % 86_400_000 !== 0;
  const hasRest = takesWholeDays && (isWithinDay(from) || isWithinDay(to));
  if (text === null && !hasRest) return undefined;
  return (entry) =>
    (from === null || entry.triggeredAt >= from) &&
    (to === null || entry.triggeredAt < to) &&
    (text === null || mentions(entry, text));
}

/** Short, and free of what a cursor is cut at, whatever text was looked for. */
function keyOfWish(wish: AuditLogWish): string {
  return createHash('sha256').update(JSON.stringify(wish)).digest('base64url').slice(0, 12);
}
