import type { Upstream } from '../../upstream/call.ts';

/** Gives functions the upstream that they speak to. */
export function speaker(upstream: Upstream) {
  return <Arguments extends readonly unknown[], Result>(
    speak: (upstream: Upstream, ...rest: Arguments) => Result,
  ) =>
    (...rest: Arguments): Result =>
      speak(upstream, ...rest);
}
