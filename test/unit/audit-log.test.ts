import { expect, test } from 'vitest';
import { type AuditLogEntry, mentions } from '../../src/domain/audit-log.ts';

const entry: AuditLogEntry = {
  uuid: '00000000-0000-4000-8000-00000000abcd',
  eventType: 'webhook_updated',
  triggeredAt: new Date('2026-11-01T00:00:00Z'),
  createdAt: null,
  actor: { id: '100104', name: 'Ada Novak', email: 'ada@acorn.example' },
  target: { type: 'webhook', id: '77', name: 'Orders in' },
  organizationId: 1001,
  team: { id: 10011, name: 'Operations' },
  change: { from: { enabled: false, note: null }, to: { enabled: true, limits: [250] } },
  details: { ip: '192.0.2.9' },
};

test.each(['webhook_up', 'ADA NOVAK', '@acorn', 'orders', '77', 'operations', 'true', '250', '192.0.2.9'])(
  '%s is found in an entry that has it',
  (text) => {
    expect(mentions(entry, text)).toBe(true);
  },
);

test.each(['name', 'enabled', 'null', 'abcd', 'Ada  Novak'])(
  '%s is not: names of fields are no text',
  (text) => {
    expect(mentions(entry, text)).toBe(false);
  },
);

test('an entry of which little is known has little to find', () => {
  const bare = { ...entry, actor: null, target: null, team: null, change: null, details: null };
  expect(mentions(bare, 'Ada')).toBe(false);
  expect(mentions(bare, 'webhook')).toBe(true);
});
