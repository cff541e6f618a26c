import { z } from 'zod';
import { type OrganizationProfile, planFromName, requestsPerMinuteOf } from '../../domain/organization.ts';
import type { Answer, Endpoint, Errand, Upstream } from '../../upstream/call.ts';
import type { Registration } from '../directory.ts';
import { orNull, wholeNumber } from '../wire.ts';
import { billingTag } from './tags.ts';

const profileShape = z
  .object({
    organization: z.object({
      name: z.string(),
      zone: orNull(z.string()),
      productName: orNull(z.string()),
      serviceName: orNull(z.string()),
      license: orNull(z.looseObject({ apiLimit: orNull(wholeNumber) })),
      isPaused: orNull(z.boolean()),
      teams: orNull(z.array(z.object({ id: wholeNumber, name: z.string() }))),
    }),
  })
  .transform(({ organization }): OrganizationProfile => {
    const planName = organization.productName ?? organization.serviceName;
    const plan = planName === null ? null : planFromName(planName);
    // plans without the API once said 0, which is no limit to go by
    const told = organization.license?.apiLimit ?? 0;
    return {
      name: organization.name,
      zone: organization.zone,
      planName,
      plan,
      requestsPerMinute: told > 0 ? told : plan && requestsPerMinuteOf[plan],
      license: organization.license,
      isPaused: organization.isPaused,
      teams: organization.teams ?? [],
    };
  });

const endpoint: Endpoint<OrganizationProfile> = {
  method: 'GET',
  path: '/organizations/{organizationId}',
  answer: profileShape,
  cache: 'organization',
};

/** The same in both dialects. */
export function readOrganization(
  upstream: Upstream,
  { id, account }: Registration,
  errand: Errand,
): Promise<Answer<OrganizationProfile>> {
  return upstream.request(
    { endpoint, account, params: { organizationId: id }, tags: [billingTag(id)] },
    errand,
  );
}
