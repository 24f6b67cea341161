import { sql } from 'kysely';
import type { Priority } from '../domain/run.ts';
import { databaseNow } from '../store/database-now.ts';
import type { Tx } from '../store/schema.ts';
import { type BreakerGates, readBreakerGates } from './breaker-gates.ts';

export interface QueuedRun {
  readonly id: string;
  readonly priority: Priority;
  readonly repository: string;
  /** Agent and provider of the first rung of the ladder; a rung may bring its own model, then there is no provider. */
  readonly agent: string;
  readonly provider: string | null;
  readonly createdAt: Date;
}

/** What admission is decided on (Q1, Q2). Taken inside the transaction that acts on it, under the admission lock. */
export interface AdmissionSnapshot {
  readonly now: Date;
  /** Oldest first. Of each repository and priority only the oldest, so that ten thousand tickets of one do not slow the others. */
  readonly queued: readonly QueuedRun[];
  /** Runs that hold a place: starting and running. Keys without such a run are absent. */
  readonly active: {
    readonly total: number;
    readonly byRepository: Readonly<Record<string, number>>;
    readonly byAgent: Readonly<Record<string, number>>;
    readonly byProvider: Readonly<Record<string, number>>;
  };
  /** What is left alone for now: runs that need it stay queued. */
  readonly paused: {
    readonly providers: readonly string[];
    readonly agents: readonly string[];
  };
}

const OLDEST_PER_REPOSITORY_AND_PRIORITY = 100;

export async function takeAdmissionSnapshot(tx: Tx, gates?: BreakerGates): Promise<AdmissionSnapshot> {
  const { paused } = gates ?? (await readBreakerGates(tx));
  const now = await databaseNow(tx);
  const { rows: queued } = await sql<QueuedRun>`
    select id, priority, repository, agent, provider, created_at as "createdAt"
    from (
      select *, row_number() over (
        partition by repository, priority,
          -- Those that are not paused keep their places.
          coalesce(provider = any(${[...paused.providers]}::text[]), false) or agent = any(${[...paused.agents]}::text[])
        order by created_at, id) as place
      from runs where state = 'queued' and expires_at > ${now}
    ) as waiting
    where place <= ${OLDEST_PER_REPOSITORY_AND_PRIORITY}
    order by created_at, id`.execute(tx);
  const active = await tx
    .selectFrom('runs')
    .select(['repository', 'agent', 'provider'])
    .where('state', 'in', ['starting', 'running'])
    .execute();
  return {
    now,
    queued,
    paused,
    active: {
      total: active.length,
      byRepository: counted(active.map((run) => run.repository)),
      byAgent: counted(active.map((run) => run.agent)),
      byProvider: counted(active.flatMap((run) => run.provider ?? [])),
    },
  };
}

function counted(names: readonly string[]): Record<string, number> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return Object.fromEntries(counts);
}
