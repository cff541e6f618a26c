import type { UpstreamName } from '../domain/failure.ts';

/** Whether the gateway can serve, and which upstreams answer. Asking costs no upstream request. */
export interface Readiness {
  /** `degraded`: it serves, but what comes from an upstream that is down is missing or stale. */
  readonly status: 'ok' | 'degraded';
  readonly upstreams: Readonly<Partial<Record<UpstreamName, 'up' | 'down'>>>;
}

export function readinessOf(
  upstreams: readonly { readonly name: UpstreamName; readonly state: () => { readonly breaker: string } }[],
): Readiness {
  const states = upstreams.map(
    ({ name, state }) => [name, state().breaker === 'closed' ? 'up' : 'down'] as const,
  );
  return {
    status: states.some(([, state]) => state === 'down') ? 'degraded' : 'ok',
    upstreams: Object.fromEntries(states),
  };
}
