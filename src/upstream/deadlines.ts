/** What the heap keeps on each member. `-1` while it is in none. */
export interface Timed {
  deadline: number;
  heapIndex: number;
}

/** A binary heap by deadline that finds its members: adding, removing and taking the first are O(log n). */
export interface Deadlines<Member> {
  readonly first: () => Member | undefined;
  readonly add: (member: Member) => void;
  readonly remove: (member: Member) => void;
}

export function createDeadlines<Member extends Timed>(): Deadlines<Member> {
  const heap: Member[] = [];

  function put(member: Member, index: number): void {
    heap[index] = member;
    member.heapIndex = index;
  }

  function rise(member: Member, from: number): void {
    let index = from;
    while (index > 0) {
      const parentIndex = (index - 1) >> 1;
      const parent = heap[parentIndex];
      if (!parent || parent.deadline <= member.deadline) break;
      put(parent, index);
      index = parentIndex;
    }
    put(member, index);
  }

  function sink(member: Member, from: number): void {
    let index = from;
    for (;;) {
      const leftIndex = 2 * index + 1;
      const left = heap[leftIndex];
      const right = heap[leftIndex + 1];
      const child = right && left && right.deadline < left.deadline ? right : left;
      if (!child || child.deadline >= member.deadline) break;
      const childIndex = child.heapIndex;
      put(child, index);
      index = childIndex;
    }
    put(member, index);
  }

  return {
    first: () => heap[0],
    add(member) {
      heap.push(member);
      rise(member, heap.length - 1);
    },
    remove(member) {
      const index = member.heapIndex;
      if (index < 0) return;
      member.heapIndex = -1;
      const last = heap.pop();
      if (!last || last === member) return;
      const parent = heap[(index - 1) >> 1];
      if (index > 0 && parent && parent.deadline > last.deadline) rise(last, index);
      else sink(last, index);
    },
  };
}
