interface Happening {
  readonly at: number;
  /** Tells happenings of one moment apart, so that their order is always the same. */
  readonly number: number;
  readonly happen: () => void;
}

/** Simulated time: what is to happen, in order. Nothing waits; the clock jumps from one happening to the next. */
export interface Timeline {
  now(): number;
  after(ms: number, happen: () => void): void;
  /** Lets the next happening happen; false when nothing is left. */
  step(): boolean;
}

export function createTimeline(): Timeline {
  const heap: Happening[] = [];
  let now = 0;
  let count = 0;
  return {
    now: () => now,
    after: (ms, happen) => push(heap, { at: now + ms, number: count++, happen }),
    step() {
      const next = pop(heap);
      if (!next) return false;
      now = next.at;
      next.happen();
      return true;
    },
  };
}

function isBefore(a: Happening, b: Happening): boolean {
  return a.at < b.at || (a.at === b.at && a.number < b.number);
}

function push(heap: Happening[], added: Happening): void {
  let index = heap.length;
  heap.push(added);
  while (index > 0) {
    const above = (index - 1) >> 1;
    const parent = heap[above];
    if (!parent || !isBefore(added, parent)) break;
    heap[index] = parent;
    index = above;
  }
  heap[index] = added;
}

function pop(heap: Happening[]): Happening | undefined {
  const first = heap[0];
  const last = heap.pop();
  if (!first || !last || heap.length === 0) return first;
  let index = 0;
  for (;;) {
    const left = heap[2 * index + 1];
    const right = heap[2 * index + 2];
    const child = right && left && isBefore(right, left) ? right : left;
    if (!child || !isBefore(child, last)) break;
    heap[index] = child;
    index = 2 * index + (child === left ? 1 : 2);
  }
  heap[index] = last;
  return first;
}
