import { type Endpoint, ok } from '../kernel/endpoint.ts';
import { hourMs, iso } from '../kernel/time.ts';
import type { Organization } from '../organizations/organizations.ts';
import type { World } from '../world.ts';
import { userOf } from './audit-log.ts';

const readingScopes = [
  'analytics:read',
  'dlqs:read',
  'organizations:read',
  'scenarios:read',
  'teams:read',
  'user:read',
];
const writingScopes = ['dlqs:write', 'organizations:write', 'scenarios:write', 'teams:write'];

export const liveAccount: readonly Endpoint[] = [
  {
    method: 'GET',
    // open pages stand outside the base path
    template: '/api/v2/ping',
    isOpen: true,
    handle: () => ({ status: 200, content: { type: 'text/plain; charset=utf-8', data: 'OK' } }),
  },
  {
    method: 'GET',
    template: '/users/me',
    handle: (call) => {
      const organization = ownOrganization(call.world, call.caller.organizationId);
      const { id, name, email } = userOf(call, organization);
      return ok({
        authUser: {
          id,
          name,
          email,
          language: 'en',
          timezoneId: organization.timezone.id,
          localeId: 4,
          countryId: organization.country.id,
          features: { allow_apps: true },
          avatar: `https://www.gravatar.com/avatar/${id.toString(16).padStart(32, '0')}`,
          lastLogin: iso(call.world.timeline.now() - 3 * hourMs),
          tfaStatus: null,
          timezone: organization.timezone.name,
          locale: 'en_US',
          slug: null,
          hasAddedApp: false,
          uiSettings: {},
          overriddenFeatureFlags: [],
        },
      });
    },
  },
  {
    method: 'GET',
    template: '/users/me/current-authorization',
    handle: ({ caller }) =>
      ok({
        authorization: {
          authUsed: 'token',
          scope: [...readingScopes, ...(caller.canWrite ? writingScopes : [])].toSorted(),
        },
      }),
  },
];

/** The token of all organizations is that of the first one's owner. */
function ownOrganization({ organizations }: World, id: number | null): Organization {
  const own = organizations.get(id ?? 1001);
  if (own === undefined) throw new Error(`no organization ${id}`);
  return own;
}
