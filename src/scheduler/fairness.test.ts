import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Priority, priorities } from '../domain/run.ts';
import type { QueuedRun } from '../queue/admission-snapshot.ts';
import { type AdmissionLimits, generalLimits } from './admission-limits.ts';
import { decideAdmission } from './decide-admission.ts';

const STEP_MINUTES = 5;

interface Ticket {
  readonly repository: string;
  readonly priority: Priority;
  readonly agent: string;
}

interface Running extends Ticket {
  readonly id: string;
  readonly endsAt: number;
}

/** A control plane in simulated minutes: the real decision, runs that take their time, and lines that remember when they were served. */
class Simulation {
  now = 0;
  readonly admitted: { id: string; repository: string; at: number }[] = [];
  private waiting: (Ticket & { id: string; createdAt: number })[] = [];
  private running: Running[] = [];
  private readonly servedAt = new Map<string, number>();
  private nextId = 0;
  private readonly limits: AdmissionLimits;
  private readonly durationOf: () => number;

  constructor(limits: Partial<AdmissionLimits>, durationOf: () => number) {
    this.limits = { ...generalLimits({ maxRuns: 4, maxRunsPerRepository: 1 }), ...limits };
    this.durationOf = durationOf;
  }

  accept(ticket: Ticket, createdAt = this.now): string {
    this.nextId += 1;
    const id = `run-${String(this.nextId).padStart(6, '0')}`;
    this.waiting.push({ ...ticket, id, createdAt });
    return id;
  }

  /** Ends what is over, lets start what may, and moves on. Gives what ended. */
  step(): readonly Ticket[] {
    const ended = this.running.filter((run) => run.endsAt <= this.now);
    this.running = this.running.filter((run) => run.endsAt > this.now);
    const snapshot = {
      now: dateOf(this.now),
      queued: this.waiting.map((run) => this.queued(run)),
      active: {
        total: this.running.length,
        unclaimed: 0,
        byRepository: counted(this.running.map((run) => run.repository)),
        byAgent: counted(this.running.map((run) => run.agent)),
        byProvider: {},
      },
      paused: { providers: [], agents: [] },
    };
    const node = { freePlaces: null, short: [] };
    for (const id of decideAdmission(snapshot, { limits: this.limits, node }).admit) this.start(id);
    this.now += STEP_MINUTES;
    return ended;
  }

  private start(id: string): void {
    const index = this.waiting.findIndex((run) => run.id === id);
    const [run] = this.waiting.splice(index, 1);
    if (!run) throw new Error(`${id} was admitted and does not wait`);
    this.admitted.push({ id, repository: run.repository, at: this.now });
    this.servedAt.set(lineOf(run), this.now);
    this.running.push({ ...run, endsAt: this.now + this.durationOf() });
  }

  private queued({
    id,
    repository,
    priority,
    agent,
    createdAt,
    ...run
  }: Ticket & { id: string; createdAt: number }): QueuedRun {
    const served = this.servedAt.get(lineOf({ repository, priority, agent }));
    const lineServedAt = served === undefined ? null : dateOf(served);
    return {
      ...run,
      id,
      repository,
      priority,
      agent,
      provider: null,
      createdAt: dateOf(createdAt),
      lineServedAt,
    };
  }
}

function lineOf({ repository, priority, agent }: Ticket): string {
  return [repository, priority, agent].join(' ');
}

function dateOf(minutes: number): Date {
  return new Date(Date.UTC(2026, 0, 1) + minutes * 60_000);
}

function counted(names: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}

/** Durations in the order fast-check gave them, again and again. */
function cycle(values: readonly number[]): () => number {
  let index = 0;
  return () => values[index++ % values.length] ?? 0;
}

const durations = fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 20 });

describe('fairness over repositories', () => {
  it('Q2: a flood of one repository, however large and old, lets at most two of its runs by before one of another', () => {
    const others = fc.array(fc.integer({ min: 0, max: 600 }), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(
        fc.integer({ min: 20, max: 200 }),
        fc.integer({ min: 0, max: 2000 }),
        fc.record({
          maxRuns: fc.integer({ min: 1, max: 6 }),
          maxRunsPerRepository: fc.integer({ min: 1, max: 6 }),
        }),
        durations,
        others,
        (size, age, limits, lasting, arrivals) => {
          const simulation = new Simulation(limits, cycle(lasting));
          const ticket = { priority: 'normal', agent: 'builtin' } as const;
          for (let n = 0; n < size; n += 1) simulation.accept({ ...ticket, repository: 'flood' }, -age - n);
          const arrived = new Map<string, number>();
          while (simulation.now <= 1500) {
            arrivals.forEach((at, n) => {
              if (Math.floor(at / STEP_MINUTES) * STEP_MINUTES !== simulation.now) return;
              arrived.set(simulation.accept({ ...ticket, repository: `other-${n}` }), simulation.now);
            });
            simulation.step();
          }
          for (const [id, since] of arrived) {
            const start = simulation.admitted.findIndex((run) => run.id === id);
            expect(start, `${id} never started`).toBeGreaterThanOrEqual(0);
            const before = simulation.admitted.slice(0, start);
            expect(
              before.filter((run) => run.repository === 'flood' && run.at >= since).length,
            ).toBeLessThanOrEqual(2);
          }
        },
      ),
      { numRuns: 12 },
    );
  });
});

describe('ageing', () => {
  const ticket = fc.record({
    repository: fc.constantFrom('a', 'b', 'c', 'd'),
    priority: fc.constantFrom(...priorities),
    agent: fc.constantFrom('builtin', 'scarce'),
  });

  it('Q1: every queued run starts within a bound, although every place that comes free is asked for again at once', () => {
    fc.assert(
      fc.property(
        fc.array(ticket, { minLength: 1, maxLength: 10 }),
        fc.array(ticket, { minLength: 1, maxLength: 10 }),
        fc.record({
          maxRuns: fc.integer({ min: 1, max: 4 }),
          maxRunsPerRepository: fc.integer({ min: 1, max: 3 }),
        }),
        durations,
        (watched, rivals, limits, lasting) => {
          const simulation = new Simulation({ ...limits, agents: { scarce: 1 } }, cycle(lasting));
          const ids = watched.map((one) => simulation.accept(one));
          // Twice as many rivals as places, each of which comes back as soon as it ended: they never let the queue run dry.
          for (const rival of rivals) simulation.accept(rival);
          for (const rival of rivals) simulation.accept({ ...rival, priority: 'urgent' });
          const boundMinutes = ids.length * (8 * 60 + 60 + 4 * 30 + 32 * 60);
          while (simulation.now < boundMinutes)
            for (const ended of simulation.step()) simulation.accept(ended);
          const started = new Set(simulation.admitted.map((run) => run.id));
          expect(ids.filter((id) => !started.has(id))).toEqual([]);
        },
      ),
      { numRuns: 12 },
    );
  });
});
