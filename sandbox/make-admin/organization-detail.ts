import { type Endpoint, ok } from '../kernel/endpoint.ts';
import { organizationAt } from '../organizations/access.ts';
import { organizationView } from './organization-views.ts';

export const organizationDetail: Endpoint = {
  method: 'GET',
  template: '/organizations/{organizationId}',
  handle: (call) => ok({ organization: organizationView(call.world, organizationAt(call)) }),
};
