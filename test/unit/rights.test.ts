import { expect, test } from 'vitest';
import { demandsOf, hindranceOf, reachOf } from '../../src/access/caller.ts';
import { type Role, rights, roles, scopes } from '../../src/access/rights.ts';
import { createVisit } from '../../src/access/visit.ts';

/** The promised table, written down once more: O owner, A administrator, F accountant, T team administrator, M member. */
const table = `
  organization                 -                OAFTM
  usage                        usage:read       OAFTM
  billing                      billing:read     OAF
  billingActions               billing:write    OAF
  auditLogs                    audit-logs:read  OA
  teamAuditLogs                audit-logs:read  OA  T
  analytics                    analytics:read   OA
  teamAnalytics                analytics:read   OA  T
  userAnalytics                analytics:read   OA  TM
  incompleteExecutions         dlqs:read        OA  TM
  incompleteExecutionActions   dlqs:write       OA  T
  incompleteExecutionDeletion  dlqs:write       OA
  accessLog                    access-log:read  O
`;
const letters: Readonly<Record<Role, string>> = {
  OWNER: 'O',
  ADMIN: 'A',
  ACCOUNTANT: 'F',
  TEAM_ADMIN: 'T',
  MEMBER: 'M',
};
const rows = table
  .trim()
  .split('\n')
  .map((line) => line.trim().split(/\s+/))
  .map(([right = '', scope = '', ...allowed]) => ({
    right: right as keyof typeof rights,
    scope,
    allowed: allowed.join(''),
  }));

function visitAs(role: Role, callerScopes: readonly string[]) {
  return createVisit(
    {
      name: role,
      isOperator: false,
      scopes: new Set(scopes.filter((scope) => callerScopes.includes(scope))),
      grants: new Map([[1, { role, teams: new Set([10]), user: 100 }]]),
    },
    (organization) => organization < 10,
  );
}

test('the table names every right there is', () => {
  expect(rows.map(({ right }) => right).toSorted()).toEqual(Object.keys(rights).toSorted());
});

const cells = rows.flatMap((row) =>
  roles.map((role) => ({ ...row, role, isAllowed: row.allowed.includes(letters[role]) })),
);

test.each(cells)(
  '$role and $right: $isAllowed, with the scope alone',
  ({ right, scope, role, isAllowed }) => {
    const own = { section: right, right, team: 10, user: 100 };
    expect(visitAs(role, scopes).allows({ ...own, organization: 1 })).toBe(isAllowed);
    expect(visitAs(role, scopes).allows({ ...own, organization: 2 })).toBe(false);
    const withoutScope = visitAs(
      role,
      scopes.filter((name) => name !== scope),
    );
    expect(withoutScope.allows({ ...own, organization: 1 })).toBe(isAllowed && scope === '-');
  },
);

test.each(cells)('what keeps $role from $right is told', ({ right, scope, role, isAllowed }) => {
  const { caller } = visitAs(role, scopes);
  const bare = { ...caller, scopes: new Set<never>() };
  expect(hindranceOf(caller, 1, right)).toBe(isAllowed ? null : 'ROLE');
  const withoutScope = scope === '-' ? null : 'SCOPE';
  expect(hindranceOf(bare, 1, right)).toBe(isAllowed ? withoutScope : 'ROLE');
  expect(hindranceOf(caller, 2, right)).toBe('ROLE');
  expect(reachOf(caller, 1, right) === 'none').toBe(!isAllowed);
  expect(demandsOf(right).roles.includes(role)).toBe(isAllowed);
  expect(demandsOf(right).scope ?? '-').toBe(scope);
});

test('a right over own teams ends at them, and one over oneself at oneself', () => {
  const need = { section: 'x', organization: 1 };
  const administrator = visitAs('TEAM_ADMIN', scopes);
  expect(administrator.allows({ ...need, right: 'teamAuditLogs', team: 11 })).toBe(false);
  expect(administrator.allows({ ...need, right: 'teamAuditLogs' })).toBe(false);
  const member = visitAs('MEMBER', scopes);
  expect(member.allows({ ...need, right: 'userAnalytics', user: 101 })).toBe(false);
  expect(member.allows({ ...need, right: 'incompleteExecutions', team: 11 })).toBe(false);
});

test('an operator has every organization that there is, within its scopes', () => {
  const visit = createVisit(
    { name: 'operator', isOperator: true, scopes: new Set(['billing:read']), grants: new Map() },
    (organization) => organization < 10,
  );
  expect(visit.sees(3)).toBe(true);
  expect(visit.sees(30)).toBe(false);
  expect(visit.allows({ organization: 3, right: 'billing', section: 'payments' })).toBe(true);
  expect(visit.allows({ organization: 30, right: 'billing', section: 'payments' })).toBe(false);
  expect(visit.allows({ organization: 3, right: 'auditLogs', section: 'auditLogs' })).toBe(false);
});

test('a visit tells what was seen and what was refused, organization by organization', () => {
  const visit = visitAs('ACCOUNTANT', scopes);
  visit.allows({ organization: 1, right: 'billing', section: 'payments' });
  visit.allows({ organization: 1, right: 'auditLogs', section: 'auditLogs' });
  visit.allows({ organization: 2, right: 'billing', section: 'payments' });
  const about = { at: '', requestId: 'r', kind: 'query', operation: null, reason: 'audit' } as const;
  expect(visit.entries(about)).toEqual([
    {
      ...about,
      caller: 'ACCOUNTANT',
      organization: 1,
      fields: ['payments'],
      refused: ['auditLogs'],
      outcome: 'partial',
    },
    {
      ...about,
      caller: 'ACCOUNTANT',
      organization: 2,
      fields: [],
      refused: ['payments'],
      outcome: 'refused',
    },
  ]);
});

test('a change is on record with what it was made to, and with the code where it was not made', () => {
  const visit = visitAs('OWNER', scopes);
  const about = { at: '', requestId: 'r', kind: 'mutation', operation: null, reason: null } as const;
  visit.allows({ organization: 1, right: 'billingActions', section: 'cancelSubscription' });
  visit.acted({ organization: 1, section: 'cancelSubscription', objects: ['sub_1'] });
  visit.acted({ organization: 2, section: 'refundPayment', objects: ['pay_1', 'pay_1'] });
  visit.failed('refundPayment', 'CONFLICT');
  visit.acted({ organization: null, section: 'archivePlan', objects: ['plan_1'] });
  expect(visit.entries(about)).toMatchObject([
    { organization: 1, fields: ['cancelSubscription'], objects: ['sub_1'], outcome: 'ok' },
    { organization: 2, fields: ['refundPayment'], objects: ['pay_1'], outcome: 'failed', code: 'CONFLICT' },
    { organization: null, fields: ['archivePlan'], objects: ['plan_1'], outcome: 'ok' },
  ]);
});

test('what failed counts where one organization was looked at, and nowhere where it cannot be told whose it was', () => {
  const about = { at: '', requestId: 'r', kind: 'query', operation: null, reason: null } as const;
  const outcomes = (sections: readonly string[], failed: readonly string[], organizations = [1]): unknown => {
    const visit = visitAs('OWNER', scopes);
    for (const organization of organizations) {
      for (const section of sections) visit.allows({ organization, right: 'organization', section });
    }
    return visit.entries(about, new Set(failed)).map(({ outcome }) => outcome);
  };
  expect(outcomes(['payments', 'usage'], ['payments'])).toEqual(['partial']);
  expect(outcomes(['payments'], ['payments', 'name'])).toEqual(['failed']);
  expect(outcomes(['payments'], ['name'])).toEqual(['ok']);
  expect(outcomes(['payments'], ['payments'], [1, 2])).toEqual(['ok', 'refused']);
});
