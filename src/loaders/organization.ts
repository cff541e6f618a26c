import { registrationOf } from '../datasources/directory.ts';
import type { OrganizationProfile } from '../domain/organization.ts';
import type { Answer, Errand } from '../upstream/call.ts';
import { type Loader, loadEach } from './each.ts';
import type { Sources } from './loaders.ts';

export function createOrganizationLoader(
  { directory, makeBilling }: Pick<Sources, 'directory' | 'makeBilling'>,
  errand: Errand,
): Loader<number, Answer<OrganizationProfile>> {
  return loadEach('organization', (id) => makeBilling.organization(registrationOf(directory, id), errand));
}
