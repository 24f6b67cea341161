import { decideNextAttempt } from '../../src/domain/ladder.ts';
import { priorities } from '../../src/domain/run.ts';
import { canTransition, isTerminal, type RunState } from '../../src/domain/run-state.ts';
import { createRandom } from '../../src/lib/random.ts';
import { overdue } from '../../src/queue/overdue.ts';
import { generalLimits } from '../../src/scheduler/admission-limits.ts';
import { decideAdmission } from '../../src/scheduler/decide-admission.ts';
import { createControl } from './control.ts';
import { chances, type Deciders, type SimLimits, type SimRun, times } from './state.ts';
import { createTimeline } from './timeline.ts';
import { type SimNode, startWorker } from './worker.ts';

export interface SimResult {
  readonly runs: number;
  readonly steps: number;
  readonly violations: readonly string[];
  readonly ended: Readonly<Partial<Record<RunState, number>>>;
  readonly recoveries: number;
}

export const realDeciders: Deciders = {
  decideAdmission,
  overdue,
  decideNextAttempt,
  canTransition,
  isOwner: (run, epoch) => run.state === 'running' && run.epoch === epoch,
};

export const usualLimits: SimLimits = {
  nodes: 4,
  runs: 60,
  ...generalLimits({ maxRuns: 6, maxRunsPerRepository: 2 }),
};

/** Beyond it something goes round in circles. */
const MOST_STEPS = 500_000;
const REPOSITORIES = 5;
const ARRIVAL_MS = 60_000;

/** The life of many runs on several nodes that crash, freeze and lose messages, in simulated time. A seed decides everything. */
export function simulate(seed: number, deciders = realDeciders, limits = usualLimits): SimResult {
  const random = createRandom(seed);
  const clock = createTimeline();
  const control = createControl(deciders, limits, clock);
  const upTo = (most: number) => Math.ceil(random() * most);
  const nodes: SimNode[] = Array.from({ length: limits.nodes }, (_, index) => ({
    index,
    life: 0,
    workers: 0,
  }));
  let submitted = 0;
  const isOver = () => submitted === limits.runs && control.runs.every(({ state }) => isTerminal(state));

  function submit(): void {
    if (submitted === limits.runs) return;
    const run = newRun(submitted++, clock.now(), random);
    control.accept(run);
    if (random() < chances.cancel) clock.after(upTo(times.runMs), () => control.requestStop(run, 'cancel'));
    clock.after(upTo(ARRIVAL_MS), submit);
  }

  function tick(node: SimNode, life: number): void {
    if (isOver() || node.life !== life) return;
    control.enforce();
    control.admit();
    while (node.workers < 3) {
      const run = control.claim(node.index);
      if (!run) break;
      startWorker({ clock, random, control, deciders, node }, run);
    }
    clock.after(times.pollMs, () => tick(node, life));
  }

  /** All workers of a node die with it; it comes back and gives back what it had. */
  function crash(node: SimNode): void {
    if (isOver()) return;
    node.life += 1;
    node.workers = 0;
    clock.after(upTo(times.longestOutageMs / 2), () => {
      for (const run of control.runs)
        if (run.state === 'running' && run.node === node.index) control.release(run, run.epoch);
      tick(node, node.life);
    });
    clock.after(upTo(4 * times.runMs), () => crash(node));
  }

  submit();
  for (const node of nodes) {
    tick(node, 0);
    clock.after(upTo(4 * times.runMs), () => crash(node));
  }
  let steps = 0;
  while (steps < MOST_STEPS && control.violations.length === 0 && clock.step()) steps += 1;
  return summary(control, steps);
}

function summary({ runs, violations }: ReturnType<typeof createControl>, steps: number): SimResult {
  const ended: Partial<Record<RunState, number>> = {};
  for (const { state } of runs) ended[state] = (ended[state] ?? 0) + 1;
  const open = violations.length > 0 ? [] : runs.filter(({ state }) => !isTerminal(state));
  return {
    runs: runs.length,
    steps,
    violations: [...violations, ...open.map(({ id, state }) => `run ${id} never ended: ${state}`)],
    ended,
    recoveries: runs.reduce((sum, run) => sum + run.recoveries, 0),
  };
}

function newRun(index: number, now: number, random: () => number): SimRun {
  const rung = { agent: 'builtin', model: null, attempts: 2 };
  return {
    id: `r${index}`,
    repository: `repository-${Math.floor(random() * REPOSITORIES)}`,
    priority: priorities[Math.floor(random() * priorities.length)] ?? 'normal',
    agent: 'builtin',
    createdAt: new Date(now),
    ladder: [rung, { ...rung, agent: 'other', attempts: 1 }],
    attempts: [],
    state: 'queued',
    expires_at: new Date(now + times.queueMs),
    start_deadline_at: null,
    wait_reason: null,
    wait_until: null,
    deadline_at: null,
    lease_expires_at: null,
    stop_intent: null,
    delivery: null,
    epoch: 0,
    recoveries: 0,
    ownedMs: 0,
    claimedAt: 0,
    node: null,
  };
}
