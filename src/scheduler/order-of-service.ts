import type { Priority } from '../domain/run.ts';
import type { AdmissionSnapshot, QueuedRun } from '../queue/admission-snapshot.ts';

/** Weight of a priority in minutes of waiting: a `low` run that was passed over for four hours goes before a `high` one that just came. */
export const headStartMinutes: Readonly<Record<Priority, number>> = {
  urgent: 8 * 60,
  high: 4 * 60,
  normal: 2 * 60,
  low: 0,
};

/** What a place that a repository holds already, or would get first, weighs against it. */
export const shareMinutes = 30;

export interface Turn {
  readonly run: QueuedRun;
  /** How long its line has not been served; 0 for every run behind the head of its line. */
  readonly passedOverMinutes: number;
}

/**
 * The queued runs in the order in which they are offered a place.
 *
 * A line is the runs that are alike to the scheduler: one repository, priority, agent and provider, the oldest first. What ages is the
 * line, since it was last served, and not its runs: otherwise a thousand tickets that came at once would all go before the next one of
 * another repository (Q2). A line that is passed over gains a minute a minute without an end, and a line that is served starts anew,
 * so every line is served, and every run reaches the head of its line (Q1).
 */
export function orderOfService({ now, queued, active }: AdmissionSnapshot): Turn[] {
  const inLine = createCounter();
  const inRepository = createCounter();
  const holding = new Map(Object.entries(active.byRepository));
  return queued
    .toSorted(byAge)
    .map((run) => {
      const isHead = inLine(JSON.stringify([run.repository, run.priority, run.agent, run.provider])) === 0;
      const passedOverMinutes = isHead ? minutesBetween(latest(run.createdAt, run.lineServedAt), now) : 0;
      return { run, passedOverMinutes, score: headStartMinutes[run.priority] + passedOverMinutes };
    })
    .toSorted((a, b) => b.score - a.score)
    .map(({ score, ...turn }) => {
      const { repository } = turn.run;
      const places = (holding.get(repository) ?? 0) + inRepository(repository);
      return { turn, score: score - places * shareMinutes };
    })
    .toSorted((a, b) => b.score - a.score)
    .map(({ turn }) => turn);
}

function byAge(a: QueuedRun, b: QueuedRun): number {
  return a.createdAt.getTime() - b.createdAt.getTime() || (a.id < b.id ? -1 : 1);
}

/** How often it was asked for this name before. */
function createCounter(): (name: string) => number {
  const counts = new Map<string, number>();
  return (name) => {
    const before = counts.get(name) ?? 0;
    counts.set(name, before + 1);
    return before;
  };
}

function latest(a: Date, b: Date | null): Date {
  return b !== null && b > a ? b : a;
}

function minutesBetween(from: Date, to: Date): number {
  return Math.max(0, to.getTime() - from.getTime()) / 60_000;
}
