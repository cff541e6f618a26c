interface Linked<Self> {
  previous: Self | undefined;
  next: Self | undefined;
}

interface List<Node> {
  first: Node | undefined;
  last: Node | undefined;
  size: number;
}

interface CallerQueue<Waiter> extends Linked<CallerQueue<Waiter>> {
  readonly name: string;
  readonly organization: OrganizationQueue<Waiter>;
  readonly waiting: List<Waiter>;
}

interface OrganizationQueue<Waiter> extends Linked<OrganizationQueue<Waiter>> {
  readonly name: string;
  readonly callers: List<CallerQueue<Waiter>>;
  readonly byName: Map<string, CallerQueue<Waiter>>;
  size: number;
}

/** What a line keeps on each waiter, so that joining and leaving cost the same however many wait. */
export interface Seat<Waiter> extends Linked<Waiter> {
  queue: CallerQueue<Waiter> | undefined;
}

/** Organizations take turns; within one its callers do; one caller's calls go in the order they came. */
export interface FairLine<Waiter> {
  readonly size: () => number;
  readonly join: (waiter: Waiter, organization: string, caller: string) => void;
  /** Takes out the one whose turn it is. */
  readonly take: () => Waiter | undefined;
  readonly leave: (waiter: Waiter) => void;
  /** How many go before a call that would join now, at the least. */
  readonly ahead: (organization: string, caller: string) => number;
}

export function createFairLine<Waiter extends Seat<Waiter>>(): FairLine<Waiter> {
  const organizations: List<OrganizationQueue<Waiter>> = emptyList();
  const byName = new Map<string, OrganizationQueue<Waiter>>();
  let size = 0;

  function leave(waiter: Waiter): void {
    const { queue } = waiter;
    if (!queue) return;
    const { organization } = queue;
    remove(queue.waiting, waiter);
    waiter.queue = undefined;
    organization.size -= 1;
    size -= 1;
    if (queue.waiting.size === 0) {
      remove(organization.callers, queue);
      organization.byName.delete(queue.name);
    }
    if (organization.size === 0) {
      remove(organizations, organization);
      byName.delete(organization.name);
    }
  }

  return {
    size: () => size,
    leave,
    join(waiter, organizationName, callerName) {
      let organization = byName.get(organizationName);
      if (!organization) {
        organization = {
          ...unlinked,
          name: organizationName,
          callers: emptyList(),
          byName: new Map(),
          size: 0,
        };
        byName.set(organizationName, organization);
        append(organizations, organization);
      }
      let queue = organization.byName.get(callerName);
      if (!queue) {
        queue = { ...unlinked, name: callerName, organization, waiting: emptyList() };
        organization.byName.set(callerName, queue);
        append(organization.callers, queue);
      }
      append(queue.waiting, waiter);
      waiter.queue = queue;
      organization.size += 1;
      size += 1;
    },
    take() {
      const organization = organizations.first;
      const queue = organization?.callers.first;
      const waiter = queue?.waiting.first;
      if (!organization || !queue || !waiter) return undefined;
      leave(waiter);
      if (queue.waiting.size > 0) toTheEnd(organization.callers, queue);
      if (organization.size > 0) toTheEnd(organizations, organization);
      return waiter;
    },
    ahead(organizationName, callerName) {
      const organization = byName.get(organizationName);
      const queue = organization?.byName.get(callerName);
      const ownAhead = queue?.waiting.size ?? 0;
      // A newcomer waits for one turn of everybody; who waits already may be next in the current round.
      let inOrganization = ownAhead;
      for (let other = organization?.callers.first; other; other = other.next) {
        if (other !== queue) inOrganization += Math.min(other.waiting.size, queue ? ownAhead : 1);
      }
      let all = inOrganization;
      for (let other = organizations.first; other; other = other.next) {
        if (other !== organization) all += Math.min(other.size, organization ? inOrganization : 1);
      }
      return all;
    },
  };
}

const unlinked = { previous: undefined, next: undefined };

function emptyList<Node>(): List<Node> {
  return { first: undefined, last: undefined, size: 0 };
}

function append<Node extends Linked<Node>>(list: List<Node>, node: Node): void {
  node.previous = list.last;
  node.next = undefined;
  if (list.last) list.last.next = node;
  else list.first = node;
  list.last = node;
  list.size += 1;
}

function remove<Node extends Linked<Node>>(list: List<Node>, node: Node): void {
  if (node.previous) node.previous.next = node.next;
  else list.first = node.next;
  if (node.next) node.next.previous = node.previous;
  else list.last = node.previous;
  node.previous = undefined;
  node.next = undefined;
  list.size -= 1;
}

function toTheEnd<Node extends Linked<Node>>(list: List<Node>, node: Node): void {
  remove(list, node);
  append(list, node);
}
