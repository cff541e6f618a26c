import { addMonths, dayMs, hourMs } from '../kernel/time.ts';
import type { World } from '../world.ts';
import { addFirstPlans } from './catalogue.ts';
import { addCard, addLinkedCustomer, addUnlinkedCustomer, type Use } from './first-customers.ts';
import { cancel, haveIncidents } from './incidents.ts';
import type { Customer, Plan } from './state.ts';
import { startSubscription } from './subscription-cycle.ts';

type PlanKey = keyof ReturnType<typeof addFirstPlans>;

/** A linked customer's: which plan, how many days ago it was last billed, and how much of the plan it uses. */
type Story = readonly [plan: PlanKey, daysAgo: number, use: Use];

const stories: Readonly<Record<number, Story>> = {
  1001: ['starter', 9, 'light'],
  1002: ['euro', 20, 'usual'],
  1003: ['yen', 24, 'usual'],
  1004: ['enterprise', 5, 'heavy'],
  1005: ['starter', 13, 'light'],
  1006: ['pound', 2, 'usual'],
  1007: ['euro', 10, 'light'],
  1008: ['euro', 16, 'usual'],
  1009: ['legacy', 3, 'light'],
  1010: ['pound', 27, 'usual'],
  1011: ['euro', 8, 'usual'],
  1012: ['pound', 11, 'heavy'],
  1013: ['yen', 18, 'heavy'],
  1014: ['yearly', 100, 'heavy'],
  1015: ['euro', 22, 'light'],
};

/** The months that lie behind a customer's first bill at the end of history. */
const billedMonths = 29;

/** Fills in plans and customers, and puts what they do on the timeline. */
export function beginPlatform(world: World): void {
  const plans = addFirstPlans(world);
  for (const organization of world.organizations.values()) {
    const story = stories[organization.id];
    if (organization.customerId === null || story === undefined) continue;
    const [plan, daysAgo, use] = story;
    const customer = addLinkedCustomer(world, organization, use);
    addCard(world, customer, organization.id);
    const anchor = world.historyEndsAt - daysAgo * dayMs + 10 * hourMs;
    subscribe(world, customer, plans[plan], { at: addMonths(anchor, -billedMonths), anchor });
  }
  addUnlinked(world, plans);
  haveIncidents(world, plans);
}

/** What operations see and no organization does: a lead, a trial without a card, and three on plans. */
function addUnlinked(world: World, plans: Readonly<Record<PlanKey, Plan>>): void {
  const add = (name: string, email: string, use: Use, country: string, state?: string): Customer =>
    addUnlinkedCustomer(world, {
      name,
      email,
      use,
      address: { line1: '1 Market Square', ...(state === undefined ? {} : { state }), country },
    });
  const before = (days: number, months = 0): number =>
    addMonths(world.historyEndsAt - days * dayMs + 14 * hourMs, -months);

  add('Juniper & Co', 'hello@juniper.example', 'light', 'US', 'TX');
  const trying = add('Fjord Media', 'accounts@fjord.example', 'light', 'DK');
  subscribe(world, trying, plans.euro, { at: before(5), trialDays: 14 });
  const steady = add('Empire Catering', 'books@empire.example', 'usual', 'US', 'NY');
  addCard(world, steady, 7);
  subscribe(world, steady, plans.professional, { at: before(15, 19) });
  const late = add('Pennine Outdoor', 'finance@pennine.example', 'usual', 'GB');
  addCard(world, late, 8, { declinesWhenCharged: 'card_declined' });
  subscribe(world, late, plans.pound, { at: before(15), trialDays: 14 });
  const gone = add('Cinder Games', 'money@cinder.example', 'light', 'US', 'WA');
  addCard(world, gone, 9);
  subscribe(world, gone, plans.starter, { at: before(6, 14) });
  cancel(world, gone, before(1, 4), 'switched_service');
}

function subscribe(
  world: World,
  customer: Customer,
  plan: Plan,
  { at, anchor, trialDays }: { readonly at: number; readonly anchor?: number; readonly trialDays?: number },
): void {
  world.timeline.at(at, () => {
    startSubscription(world, { customer, plan, anchor, trialDays });
  });
}
