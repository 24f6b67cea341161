import { isTerminal } from '../domain/run-state.ts';
import type { ChaosSnapshot, SeenRun } from './snapshot.ts';

export interface Condition {
  readonly number: number;
  readonly title: string;
  readonly holds: boolean;
  /** What was looked at, or every violation. */
  readonly evidence: readonly string[];
}

/** The eight conditions that must hold after any fault. */
export function judge(snapshot: ChaosSnapshot): Condition[] {
  const { events, effects, branches, sourceChanges, processes, leftovers, secrets } = snapshot;
  const found: readonly Finding[] = [
    ['every accepted ticket has a run that ended', lostRuns(snapshot), accountOf(snapshot)],
    [
      'no effect of a worker that lost its run',
      staleEffects(snapshot),
      { events: events.length, effects: effects.length },
    ],
    ['at most one branch per ticket', branchTrouble(snapshot), { branches: branches.length }],
    ['the source repositories are as before', sourceChanges, {}],
    ['no process of an ended run is alive', processes, {}],
    ['nothing is left on disk or in the ledger', leftovers, {}],
    ['no secret stands anywhere', secrets, {}],
    ['what was used is recorded, once', costTrouble(snapshot), snapshot.provider],
  ];
  return found.map(([title, violations, seen], index) => {
    const counts = Object.entries(seen).map(([name, count]) => `${count} ${name}`);
    const holds = violations.length === 0;
    return { number: index + 1, title, holds, evidence: holds ? counts : violations };
  });
}

type Finding = readonly [
  title: string,
  violations: readonly string[],
  /** What was looked at, counted. */
  seen: Readonly<Record<string, number>>,
];

function accountOf({ runs }: ChaosSnapshot): Record<string, number> {
  const account: Record<string, number> = {};
  for (const { state } of runs) account[state] = (account[state] ?? 0) + 1;
  return account;
}

function lostRuns({ accepted, runs, queueViolations }: ChaosSnapshot): string[] {
  const known = new Map(runs.map((run) => [run.id, run]));
  const lost = accepted.filter((id) => !known.has(id)).map((id) => `run ${id} was accepted and is gone`);
  const double = runs.length - known.size;
  const open = runs.filter(({ state }) => !isTerminal(state)).map(openRun);
  return [...lost, ...(double > 0 ? [`${double} runs are there twice`] : []), ...open, ...queueViolations];
}

function openRun({ id, state, deadline }: SeenRun): string {
  return `run ${id} is still ${state}, ${deadline ? `with a deadline at ${deadline.toISOString()}` : 'without a deadline'}`;
}

/** Within a run epochs never fall from one event to the next, and none is above the run's own. */
function staleEffects({ runs, events, effects, agentsTogether }: ChaosSnapshot): string[] {
  const violations: string[] = [...agentsTogether];
  const epochOf = new Map(runs.map(({ id, epoch }) => [id, epoch]));
  const last = new Map<string, { seq: number; epoch: number }>();
  for (const { runId, seq, epoch } of events) {
    const before = last.get(runId);
    if (before && seq !== before.seq + 1) violations.push(`run ${runId}: event ${before.seq + 1} is missing`);
    if (epoch !== null && epoch < (before?.epoch ?? 0))
      violations.push(
        `run ${runId}: event ${seq} was written in epoch ${epoch}, after one of ${before?.epoch}`,
      );
    if (epoch !== null && epoch > (epochOf.get(runId) ?? 0))
      violations.push(`run ${runId}: event ${seq} is of epoch ${epoch}, which never was`);
    last.set(runId, { seq, epoch: Math.max(epoch ?? 0, before?.epoch ?? 0) });
  }
  const done = effects.filter((effect) => effect.done).map(({ runId, kind }) => `run ${runId}: ${kind}`);
  for (const effect of repeated(done)) violations.push(`${effect} was done more than once`);
  return violations;
}

function branchTrouble({ branches, runs }: ChaosSnapshot): string[] {
  const succeeded = new Set(runs.filter(({ state }) => state === 'succeeded').map(({ id }) => id));
  const owners = branches.flatMap(({ runId }) => runId ?? []);
  return [
    ...repeated(owners).map((id) => `run ${id} has more than one branch`),
    ...branches.filter(({ runId }) => runId === null).map(({ name }) => `${name} belongs to no run`),
    ...branches
      .filter(({ commits }) => commits !== 1)
      .map(({ name, commits }) => `${name} has ${commits} commits instead of one`),
    ...[...succeeded]
      .filter((id) => !owners.includes(id))
      .map((id) => `run ${id} succeeded without a branch`),
    ...owners.filter((id) => !succeeded.has(id)).map((id) => `run ${id} did not succeed and has a branch`),
  ];
}

function costTrouble({ runs, provider }: ChaosSnapshot): string[] {
  const short = runs
    .filter(({ recordedTokens, reportedTokens }) => recordedTokens < reportedTokens)
    .map((run) => `run ${run.id} reported ${run.reportedTokens} tokens, ${run.recordedTokens} are recorded`);
  const { answers, recorded } = provider;
  if (recorded <= answers) return short;
  return [...short, `${recorded} calls are recorded, the provider answered ${answers}`];
}

function repeated(values: readonly string[]): string[] {
  return [...new Set(values.filter((value, index) => values.indexOf(value) !== index))];
}
