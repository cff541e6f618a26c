import { readConfig } from '../../../src/config.ts';
import { platformRequestsPerMinute } from '../../../src/datasources/platform-billing/platform.ts';
import { createGateway } from '../../../src/gateway.ts';
import { announce } from '../child.ts';

const config = readConfig();
const plenty = 1_000_000;
const isLimited = process.env['SANDBOX_LIMITS'] !== 'off';
if (!isLimited) {
  // what the platform allows is no setting
  const groups = Object.keys(platformRequestsPerMinute);
  Object.assign(platformRequestsPerMinute, Object.fromEntries(groups.map((group) => [group, plenty])));
}
const organizations = config.organizations.map((organization) =>
  isLimited ? organization : { ...organization, requestsPerMinute: plenty },
);
const gateway = await createGateway({ ...config, organizations });
announce({ graphql: `${gateway.url}/graphql` });
