import { Failure } from '../domain/failure.ts';
import type { AuditLogWish } from '../loaders/audit-log.ts';
import { builder } from './builder.ts';
import { readIdWithin } from './global-id.ts';

export const AuditLogFilter = builder.inputType('AuditLogFilter', {
  description: 'Which entries of an audit log to show. A list without anything in it leaves nothing out.',
  fields: (t) => ({
    from: t.field({ type: 'DateTime', description: 'Only entries from this instant on.' }),
    to: t.field({ type: 'DateTime', description: 'Only entries before this instant.' }),
    eventTypes: t.stringList({
      description: "Only events of these kinds, in Make's own words: see `auditLogFilters`.",
    }),
    authors: t.idList({
      description: "Only what these people did: global ids of users of the organization, or Make's numbers.",
    }),
    teams: t.idList({
      description: "Only what concerns these teams: their global ids, or Make's numbers.",
    }),
    text: t.string({
      description:
        'Only entries whose kind, actor, target, team or change has this in it, in any case of letters. Make cannot search: the gateway does, up to ten requests a window.',
    }),
  }),
});

type Filter = typeof AuditLogFilter.$inferInput;

/** `scope` is set where the log is that of a part of the organization. */
export function readAuditLogFilter(
  filter: Filter | null | undefined,
  organization: number,
  scope?: 'of one team',
): AuditLogWish {
  const { from = null, to = null, eventTypes, authors, teams, text } = filter ?? {};
  if (from !== null && to !== null && from >= to) {
    throw new Failure('BAD_USER_INPUT', 'The range ends before it begins: from is to be earlier than to.');
  }
  if (scope !== undefined && teams != null && teams.length > 0) {
    throw new Failure('BAD_USER_INPUT', 'The log is that of one team: leave teams out of the filter.');
  }
  return {
    from,
    to,
    eventTypes: eventTypes ?? [],
    authors: (authors ?? []).map((id) => readIdWithin(organization, 'User', id)),
    teams: (teams ?? []).map((id) => readIdWithin(organization, 'Team', id)),
    text: text?.trim() || null,
  };
}
