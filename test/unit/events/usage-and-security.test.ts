import { expect, test } from 'vitest';
import type { AuditLogEntry } from '../../../src/domain/audit-log.ts';
import type { Usage } from '../../../src/domain/usage.ts';
import { detectAlerts } from '../../../src/events/detectors/security.ts';
import { detectThresholds, type UsageSnapshot } from '../../../src/events/detectors/usage.ts';

const thresholds = [50, 80, 100];

function usage(used: string, included = '1000', period = '2026-11-01'): Usage {
  return {
    periodStart: new Date(period),
    periodEnd: null,
    operations: { included, used, remaining: null, overage: null },
    resetAt: null,
    credits: null,
    storage: null,
    dataTransfer: null,
    users: null,
    asOf: null,
  };
}

/** What is told as the use goes on. */
function told(...usages: readonly Usage[]): string[] {
  let snapshot: UsageSnapshot | null = null;
  return usages.flatMap((each) => {
    const found: ReturnType<typeof detectThresholds> = detectThresholds(1, snapshot, {
      usage: each,
      thresholds,
      startedAt: 0,
      endedAt: 0,
    });
    snapshot = JSON.parse(JSON.stringify(found.snapshot));
    return found.events.map(({ type, object }) => {
      const threshold = object.kind === 'usage-threshold' ? object.threshold : 0;
      return `${type.replace('USAGE_THRESHOLD_', '')} ${threshold}`;
    });
  });
}

test('each threshold is reached once in a period', () => {
  expect(told(usage('100'), usage('500'), usage('600'), usage('1000.5'), usage('1200'))).toEqual([
    'REACHED 50',
    'REACHED 80',
    'REACHED 100',
  ]);
});

test('more that was bought is a recovery, told once', () => {
  expect(
    told(usage('100'), usage('900'), usage('900', '2000'), usage('1100', '2000'), usage('100', '2000')),
  ).toEqual(['REACHED 50', 'REACHED 80', 'RECOVERED 50', 'RECOVERED 80']);
});

test('a new period recovers what the one before had reached, and reaches anew', () => {
  expect(
    told(usage('100'), usage('600'), usage('5', '1000', '2026-12-01'), usage('600', '1000', '2026-12-01')),
  ).toEqual(['REACHED 50', 'RECOVERED 50', 'REACHED 50']);
});

test('what is above a threshold at first sight is no news', () => {
  expect(told(usage('900'), usage('901'))).toEqual([]);
});

function entry(eventType: string, seconds: number, actor = '7'): AuditLogEntry {
  return {
    uuid: `${eventType}-${actor}-${seconds}`,
    eventType,
    triggeredAt: new Date(Date.UTC(2026, 10, 15) + seconds * 1000),
    createdAt: null,
    actor: { id: actor, name: null, email: null },
    target: null,
    organizationId: 1,
    team: null,
    change: null,
    details: null,
  };
}

const alerts = (entries: readonly AuditLogEntry[], pollSize: number): string[] => {
  let snapshot: ReturnType<typeof detectAlerts>['snapshot'] | null = null;
  const found: string[] = [];
  for (let at = 0; at < entries.length; at += pollSize) {
    const detection = detectAlerts(1, snapshot, entries.slice(at, at + pollSize));
    snapshot = JSON.parse(JSON.stringify(detection.snapshot));
    for (const { object } of detection.events) {
      if (object.kind === 'security-alert') found.push(`${object.alert} ${object.severity} ${object.count}`);
    }
  }
  return found;
};

test.each([1, 2, 20])('logins that fail again and again are two alerts, read %i at a time', (pollSize) => {
  const entries = Array.from({ length: 12 }, (_, index) => entry('login_failed', index * 20));
  expect(alerts(entries, pollSize)).toEqual(['FAILED_LOGINS MEDIUM 3', 'FAILED_LOGINS HIGH 10']);
});

test('logins that fail now and then, or of different people, are none', () => {
  const rare = Array.from({ length: 5 }, (_, index) => entry('login_failed', index * 700));
  const several = Array.from({ length: 5 }, (_, index) => entry('login_failed', index, String(index)));
  expect(alerts([...rare, ...several], 3)).toEqual([]);
});
