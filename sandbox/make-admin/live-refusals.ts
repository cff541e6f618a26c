import { Refusal } from '../kernel/endpoint.ts';
import type { Organization } from '../organizations/organizations.ts';

export function missingParameter(name: string): Refusal {
  return new Refusal(400, 'SC400', `Missing required parameter '${name}'`, {
    field: name,
    reason: 'is required',
  });
}

/** Audit logs and analytics come with Enterprise alone. */
export function requireEnterprise({ plan }: Organization, what: string): void {
  if (plan === 'enterprise') return;
  throw new Refusal(
    402,
    'SC402',
    `There was an error while generating ${what}: your plan does not include them`,
  );
}

/** Nothing was changed: the same call is to be made again with `confirmed=true`. */
export function confirmationRequired(detail: string): Refusal {
  return new Refusal(406, 'IM004', detail, { field: 'confirmed', reason: 'must be true' });
}
