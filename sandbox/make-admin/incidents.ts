import { addMonths, dayMs, dayStart, hourMs, minuteMs } from '../kernel/time.ts';
import type { Organization, User } from '../organizations/organizations.ts';
import type { World } from '../world.ts';
import {
  addIncompleteExecution,
  cancelExecution,
  changeExecution,
  currentBlueprint,
  isOpen,
  retryExecutions,
  startRetry,
} from './incomplete-executions.ts';
import { isActiveAt, scenariosOf } from './scenarios.ts';
import type { IncompleteExecution } from './state.ts';

const firstMonth = 28;
const historyMonths = 30;

/** How many an organization gathers in the last two months of history; it goes on at that pace. */
function expected({ id, plan }: Organization): number {
  if (id === 1004) return 300;
  return { free: 3, core: 24, pro: 34, teams: 46, enterprise: 58 }[plan];
}

/** Puts the runs that fail on a day on the timeline. They come in clusters, as trouble does. */
export function incidentPlanner(world: World, organization: Organization): (day: number) => void {
  const { random } = world.makeAdmin;
  const first = dayStart(addMonths(organization.createdAt, firstMonth));
  const days = Math.round((addMonths(organization.createdAt, historyMonths) - first) / dayMs);
  const perDay = expected(organization) / days;
  return (day) => {
    if (day < first) return;
    const elapsed = (day - first) / dayMs;
    const count = Math.floor((elapsed + 1) * perDay) - Math.floor(elapsed * perDay);
    const troubleAt = day + random.int(1, 20) * hourMs;
    for (let index = 0; index < count; index += 1) {
      const at = random.chance(0.5)
        ? troubleAt + random.int(0, 90) * minuteMs
        : day + random.int(0, dayMs - 1);
      world.timeline.at(at, () => fail(world, organization));
    }
  };
}

function fail(world: World, organization: Organization): void {
  const { random } = world.makeAdmin;
  const now = world.timeline.now();
  const active = scenariosOf(world, organization.id).filter((scenario) => isActiveAt(scenario, now));
  const scenario = active[Math.floor(active.length * random.next() * random.next())];
  if (scenario === undefined) return;
  const execution = addIncompleteExecution(world, scenario, { mayRetryItself: true });
  if (execution.retriesItself) planOwnRetries(world, execution);
  planHandling(world, execution, world.users.get(scenario.ownerId) ?? organization.users[0]);
}

function planOwnRetries(world: World, execution: IncompleteExecution): void {
  for (const wait of [10 * minuteMs, 40 * minuteMs, 3 * hourMs]) {
    whenStillOpen(world, execution, wait, () => startRetry(world, execution, null));
  }
}

/** What people do about it, if anything. */
function planHandling(world: World, execution: IncompleteExecution, user: User): void {
  const { random } = world.makeAdmin;
  const roll = random.next();
  const wait = random.int(2 * 60, 40 * 60) * minuteMs;
  if (roll < 0.08) {
    const reason = random.pick(['Handled by hand', 'Duplicate of an earlier run', 'No longer needed']);
    whenStillOpen(world, execution, wait, () => cancelExecution(world, execution, reason, user));
  } else if (roll < 0.36) {
    whenStillOpen(world, execution, wait, () => retryExecutions(world, [execution], user));
  } else if (roll < 0.4) {
    whenStillOpen(world, execution, wait, () => {
      changeExecution(world, execution, { blueprint: currentBlueprint(world, execution) }, user);
      retryExecutions(world, [execution], user);
    });
  }
}

function whenStillOpen(world: World, execution: IncompleteExecution, wait: number, act: () => void): void {
  world.timeline.at(world.timeline.now() + wait, () => {
    if (world.makeAdmin.incompleteExecutions.has(execution.id) && isOpen(execution)) act();
  });
}
