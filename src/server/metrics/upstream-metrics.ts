import type { Log } from '../../telemetry/log.ts';
import type { Metrics } from '../../telemetry/metrics.ts';
import type { Observe } from '../../upstream/observe.ts';

/** Counts what the pipeline tells of itself, and writes it to the log for who looks closely. */
export function observeUpstreams({ counter, histogram }: Metrics, log: Log): Observe {
  const requests = counter(
    'tollgate_upstream_requests_total',
    'Requests to an upstream, by their status and the error code they became.',
  );
  const bytes = counter('tollgate_upstream_response_bytes_total', 'Bytes that upstreams answered with.');
  const duration = histogram(
    'tollgate_upstream_request_duration_seconds',
    'From sending a request to its last byte.',
  );
  const queued = histogram('tollgate_upstream_queue_seconds', 'How long a request waited for its budget.');
  const reads = counter(
    'tollgate_upstream_reads_total',
    'Reads by where their answer came from: cache, stale, fallback, flight (shared), upstream.',
  );
  const breakerChanges = counter(
    'tollgate_upstream_breaker_changes_total',
    "Changes of a breaker, an endpoint's or the upstream's as a whole.",
  );

  return (event) => {
    const { upstream } = event;
    switch (event.kind) {
      case 'request': {
        const { endpoint, status, code, cause, ...rest } = event;
        requests({ upstream, endpoint, status: String(status ?? 'none'), code: code ?? 'none' });
        bytes({ upstream }, rest.bytes);
        duration({ upstream, endpoint }, rest.durationMs / 1000);
        queued({ upstream }, rest.queuedMs / 1000);
        log.debug({ endpoint, status, code, ...rest, err: cause }, 'upstream request');
        return;
      }
      case 'read':
        reads({ upstream, from: event.from });
        log.debug(event, 'upstream read');
        return;
      case 'breaker':
        breakerChanges({ upstream, state: event.state });
        log.info(event, 'breaker');
        return;
    }
  };
}
