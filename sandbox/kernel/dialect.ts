import type { World } from '../world.ts';
import type { Call, Caller, Endpoint, Refusal, Reply } from './endpoint.ts';
import type { Standing, WindowKind } from './limits.ts';

/** What sets one listener's manners apart: credentials, the form of errors, the way limits are kept and told. */
export interface Dialect {
  readonly basePath: string;
  readonly window: WindowKind;
  /** Throws a refusal when the credential does not hold for a call of this kind. */
  authenticate(authorization: string | undefined, method: string, world: World): Caller;
  bucketOf(call: Call, endpoint: Endpoint): string;
  /** Throws a refusal when the call names something that the caller may not see. */
  admit(call: Call): void;
  refuse(refusal: Refusal): Reply;
  /** What a credential that does not hold is refused with. */
  readonly badCredential: () => Refusal;
  tooManyRequests(bucket: string): Reply;
  /** Headers of every answer to a call that drew on a bucket. */
  limitHeaders(standing: Standing): Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
}
