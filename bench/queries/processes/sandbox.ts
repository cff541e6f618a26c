import { planLimits } from '../../../sandbox/make-billing/catalogue.ts';
import { createSandbox } from '../../../sandbox/sandbox.ts';
import { announce } from '../child.ts';

const isLimited = process.env['SANDBOX_LIMITS'] !== 'off';
if (!isLimited) {
  // a gateway that reads what a plan allows would keep to it
  for (const plan of ['free', 'core', 'pro', 'teams', 'enterprise'] as const)
    Object.assign(planLimits(plan), { apiLimit: 1_000_000 });
}

// time stands still, so that everyone is told the same
const wall = Date.now();
const sandbox = await createSandbox({
  now: '2026-11-15T10:00:00Z',
  limits: isLimited ? 'enforced' : 'off',
  wallNow: isLimited ? Date.now : () => wall,
});
announce(sandbox.origins);
