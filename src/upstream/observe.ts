import type { ErrorCode, UpstreamName } from '../domain/failure.ts';
import type { BreakerState } from './breaker.ts';

/** What the pipeline tells of itself, for metrics, logs and alarms. It carries no path, credential or body. */
export type UpstreamEvent =
  | {
      readonly kind: 'request';
      readonly upstream: UpstreamName;
      /** `GET /organizations/{organizationId}/payments` */
      readonly endpoint: string;
      readonly bucket: string;
      /** Left out where no answer came. */
      readonly status?: number;
      /** Left out where all went well. */
      readonly code?: ErrorCode;
      readonly queuedMs: number;
      readonly durationMs: number;
      readonly bytes: number;
      readonly cause?: unknown;
    }
  | {
      readonly kind: 'read';
      readonly upstream: UpstreamName;
      readonly endpoint: string;
      readonly from: 'cache' | 'stale' | 'fallback' | 'flight' | 'upstream';
    }
  | {
      readonly kind: 'breaker';
      readonly upstream: UpstreamName;
      /** Left out for the upstream as a whole. */
      readonly endpoint?: string;
      readonly state: BreakerState;
    };

export type Observe = (event: UpstreamEvent) => void;
