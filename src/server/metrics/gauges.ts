import type { Events } from '../../events/events.ts';
import type { Hub } from '../../events/hub.ts';
import type { Metrics } from '../../telemetry/metrics.ts';
import type { Limiter } from '../../upstream/limiter.ts';
import type { UpstreamPipeline } from '../../upstream/upstream.ts';
import type { Admission } from '../admission.ts';
import type { EventStreams } from '../event-streams.ts';
import type { Sockets } from '../sockets/sockets.ts';

interface Watched {
  readonly limiter: Pick<Limiter, 'buckets' | 'status'>;
  readonly upstreams: readonly Pick<UpstreamPipeline, 'name' | 'state'>[];
  readonly admission: Pick<Admission, 'inFlight'>;
  readonly sockets: Pick<Sockets, 'open'>;
  readonly streams: Pick<EventStreams, 'open'>;
  readonly events: Pick<Events, 'pollers' | 'followers'>;
  readonly hub: Pick<Hub, 'published'>;
}

/** What the parts of the gateway are at, each time the page is read. */
export function measureParts({ reading }: Metrics, parts: Watched): void {
  const { limiter, upstreams, admission, sockets, streams, events, hub } = parts;
  const one = (value: number) => [{ value }];
  for (const [name, help] of [
    ['limit', 'Requests a minute that the upstream allows.'],
    ['target', 'Requests a minute that the gateway allows itself.'],
    ['used', 'Requests that count against the last minute, or are under way.'],
    ['queued', 'Requests that wait for a place.'],
  ] as const) {
    reading('gauge', `tollgate_budget_${name}`, help, () =>
      limiter.buckets().map((bucket) => ({ labels: { bucket }, value: limiter.status(bucket)[name] })),
    );
  }
  reading(
    'gauge',
    'tollgate_upstream_up',
    'Is the upstream used as ever? 0: its breaker is not closed.',
    () =>
      upstreams.map(({ name, state }) => ({
        labels: { upstream: name },
        value: state().breaker === 'closed' ? 1 : 0,
      })),
  );
  reading('gauge', 'tollgate_upstream_failing_endpoints', 'Endpoints whose own breaker is not closed.', () =>
    upstreams.map(({ name, state }) => ({
      labels: { upstream: name },
      value: state().failingEndpoints.length,
    })),
  );
  reading('gauge', 'tollgate_operations_in_flight', 'Operations under way.', () => one(admission.inFlight()));
  reading('gauge', 'tollgate_sockets_open', 'WebSockets that are open.', () => one(sockets.open()));
  reading('gauge', 'tollgate_event_streams_open', 'Subscriptions over HTTP that are open.', () =>
    one(streams.open()),
  );
  reading(
    'gauge',
    'tollgate_event_listeners',
    'Subscriptions that hear events, whichever way they came.',
    () => one(events.followers()),
  );
  for (const [name, isCounted] of [
    ['tollgate_pollers_active', () => true],
    ['tollgate_pollers_failing', ({ isFailing }: { readonly isFailing: boolean }) => isFailing],
  ] as const) {
    reading(
      'gauge',
      name,
      'Parts of organizations that are polled, and of them those whose last poll failed.',
      () =>
        upstreams.map(({ name: upstream }) => ({
          labels: { upstream },
          value: events.pollers().filter((poller) => poller.upstream === upstream && isCounted(poller))
            .length,
        })),
    );
  }
  reading('counter', 'tollgate_events_published_total', 'Events that were noticed, by their type.', () =>
    Array.from(hub.published(), ([type, value]) => ({ labels: { type }, value })),
  );
}
