import { sql } from 'kysely';
import { type BreakerOutcome, isDue } from '../domain/breaker.ts';
import { listBreakers } from '../store/breakers.ts';
import { databaseNow } from '../store/database-now.ts';
import type { Db, Tx } from '../store/schema.ts';
import { changeBreaker } from './change-breaker.ts';
import type { LockedRun } from './lock-run.ts';

/** What breakers say about who may start. */
export interface BreakerGates {
  /** Left alone. */
  readonly paused: { readonly providers: readonly string[]; readonly agents: readonly string[] };
  /** Keys that one run may try now. */
  readonly due: readonly string[];
}

export const noGates: BreakerGates = { paused: { providers: [], agents: [] }, due: [] };

export async function readBreakerGates(db: Db): Promise<BreakerGates> {
  const troubled = (await listBreakers(db))
    .map(({ breaker }) => breaker)
    .filter(({ state }) => state !== 'closed');
  if (troubled.length === 0) return noGates;
  const now = await databaseNow(db);
  const probes = await activeProbes(db);
  const due = troubled.filter((breaker) => isDue(breaker, now, !probes.has(breaker.key)));
  const paused = troubled.filter((breaker) => !due.includes(breaker)).map(({ key }) => key);
  return {
    paused: { providers: named('provider:', paused), agents: named('agent:', paused) },
    due: due.map(({ key }) => key),
  };
}

/** Makes the run the probe of everything it needs that is due. False: another run became that in the meantime. */
export async function passGates(
  tx: Tx,
  run: Pick<LockedRun, 'id' | 'agent' | 'provider'>,
  { gates, now }: { gates: BreakerGates; now: Date },
): Promise<boolean> {
  if (gates.due.length === 0) return true;
  const needs = [`agent:${run.agent}`, ...(run.provider === null ? [] : [`provider:${run.provider}`])];
  for (const key of needs.filter((need) => gates.due.includes(need))) {
    const previousIsGone = !(await activeProbes(tx)).has(key);
    const outcome: BreakerOutcome = { kind: 'probe', runId: run.id, previousIsGone };
    const breaker = await changeBreaker(tx, { key, outcome, now, policy: noPolicy });
    if (breaker && breaker.state !== 'closed' && breaker.probeRunId !== run.id) return false;
  }
  return true;
}

/** Keys of breakers whose probe holds a place. */
async function activeProbes(db: Db): Promise<Set<string>> {
  const { rows } = await sql<{ key: string }>`
    select key from breakers join runs on runs.id = probe_run_id and runs.state in ('starting', 'running')`.execute(
    db,
  );
  return new Set(rows.map(({ key }) => key));
}

function named(prefix: string, keys: readonly string[]): string[] {
  return keys.filter((key) => key.startsWith(prefix)).map((key) => key.slice(prefix.length));
}

/** A probe changes nothing that a policy has a say in. */
const noPolicy = { failures: 1, pauseMs: 1, longestPauseMs: 1, personMs: 1 };
