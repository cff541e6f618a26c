import { z } from 'zod';

/** Signed with a key pair: what a key set (`jwksUrl`) gives. */
const asymmetric = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
] as const;
/** Signed with a secret that both sides know. */
const symmetric = ['HS256', 'HS384', 'HS512'] as const;

/** Tokens of an identity provider, and how its claims are read. */
export const tokenSettings = z.strictObject({
  issuer: z.string().min(1),
  audience: z.string().min(1),
  /** Where the provider's public keys are. */
  jwksUrl: z.url({ protocol: /^https?$/ }).optional(),
  /** Of at least 32 bytes, in place of `jwksUrl`. */
  secret: z.string().min(32).optional(),
  /** A token signed otherwise is refused, whatever it says of itself. */
  algorithms: z.array(z.enum([...asymmetric, ...symmetric])).min(1),
  clockToleranceSeconds: z.number().int().min(0).max(300).default(30),
  claims: z
    .strictObject({
      /** Names the caller. */
      name: z.string().min(1).default('sub'),
      /** The first of these that is there counts: a list, or names with spaces between them. */
      scopes: z.array(z.string().min(1)).min(1).default(['scope', 'scopes']),
      /** `{ "organizations": [{ "id", "role", "teams", "user" }], "operator" }` */
      access: z.string().min(1).default('tollgate'),
    })
    .prefault({}),
});

export type TokenSettings = z.output<typeof tokenSettings>;

/** What no single setting shows. */
export function contradictionsInTokens({
  jwksUrl,
  secret,
  algorithms,
}: TokenSettings): { readonly path: string; readonly found: string; readonly accepted: string }[] {
  if ((jwksUrl === undefined) === (secret === undefined)) {
    const found = jwksUrl === undefined ? 'neither jwksUrl nor secret' : 'jwksUrl and secret';
    return [{ path: 'jwt', found, accepted: 'one of jwksUrl and secret' }];
  }
  const accepted: readonly string[] = secret === undefined ? asymmetric : symmetric;
  const wrong = algorithms.filter((name) => !accepted.includes(name));
  const isOpen = jwksUrl !== undefined && !isTrustworthy(new URL(jwksUrl));
  return [
    ...(wrong.length === 0
      ? []
      : [{ path: 'jwt.algorithms', found: wrong.join(', '), accepted: accepted.join(', ') }]),
    ...(isOpen ? [{ path: 'jwt.jwksUrl', found: 'http', accepted: 'https, or http on this machine' }] : []),
  ];
}

/** What somebody on the way could change is no source of keys. */
function isTrustworthy({ protocol, hostname }: URL): boolean {
  return protocol === 'https:' || ['localhost', '127.0.0.1', '[::1]'].includes(hostname);
}
