import { sql } from 'kysely';
import type { Priority } from '../domain/run.ts';
import type { RunState } from '../domain/run-state.ts';
import type { Db } from '../store/schema.ts';
import { type BreakerGates, noGates, readBreakerGates } from './breaker-gates.ts';

export interface QueuedRun {
  readonly id: string;
  readonly priority: Priority;
  readonly repository: string;
  /** Agent and provider of the first rung of the ladder; a rung may bring its own model, then there is no provider. */
  readonly agent: string;
  readonly provider: string | null;
  readonly createdAt: Date;
  /** When a run of its line last started; null: never. A line: queued runs of one repository, priority, agent and provider. */
  readonly lineServedAt: Date | null;
}

/** What admission is decided on (Q1, Q2). Taken inside the transaction that acts on it, under the admission lock. */
export interface AdmissionSnapshot {
  readonly now: Date;
  /** Oldest first. Of each line only the oldest, so that ten thousand tickets of one do not slow the others. */
  readonly queued: readonly QueuedRun[];
  /** Runs that hold a place: starting and running, on all nodes. Keys without such a run are absent. */
  readonly active: {
    readonly total: number;
    /** Those that are admitted and that no node has taken yet. */
    readonly unclaimed: number;
    readonly byRepository: Readonly<Record<string, number>>;
    readonly byAgent: Readonly<Record<string, number>>;
    readonly byProvider: Readonly<Record<string, number>>;
  };
  /** What is left alone for now: runs that need it stay queued. */
  readonly paused: { readonly providers: readonly string[]; readonly agents: readonly string[] };
}

/** More of one line than this do not start at one look; the next look follows at once. */
const ENOUGH_OF_A_LINE = 100;

export interface SnapshotOptions {
  /** How many runs of a line to look at. */
  readonly perLine?: number;
}

export interface GatedSnapshot extends AdmissionSnapshot {
  readonly gates: BreakerGates;
}

/** One statement, so one moment, unless some breaker is in trouble. */
export async function takeAdmissionSnapshot(
  db: Db,
  { perLine = ENOUGH_OF_A_LINE }: SnapshotOptions = {},
): Promise<GatedSnapshot> {
  const { rows } = await sql<StoredSnapshot>`
    with clock as materialized (select runyard_now() as now),
    waiting as materialized (
      select * from (
        select id, repository, priority, agent, provider, created_at, row_number() over (
          partition by repository, priority, agent, provider order by created_at, id) as place
        from runs where state = 'queued' and expires_at > (select now from clock)
      ) as numbered
      where place <= ${perLine}
    ), served as materialized (
      select line.repository, line.priority, line.agent, coalesce(line.provider, '') as provider, greatest(
        (select max(started_at) from runs where ${sameLine} and started_at is not null),
        (select now from clock where exists (select from runs where ${sameLine} and state = 'starting'))
      ) as at
      from waiting as line where place = 1
    ), queued as (
      select id, priority, repository, agent, waiting.provider, created_at as "createdAt", served.at as "lineServedAt"
      from waiting join served using (repository, priority, agent)
      where served.provider = coalesce(waiting.provider, '')
    )
    select now,
      exists (select from breakers where state <> 'closed') as troubled,
      (select coalesce(json_agg(queued order by "createdAt", id), '[]') from queued) as queued,
      (select coalesce(json_agg(json_build_array(repository, agent, provider, state)), '[]')
        from runs where state in ('starting', 'running')) as active
    from clock`.execute(db);
  const [row] = rows;
  if (!row) throw new Error('the queue could not be read');
  const gates = row.troubled ? await readBreakerGates(db) : noGates;
  return {
    now: row.now,
    queued: row.queued.map(withDates),
    paused: gates.paused,
    active: counts(row.active),
    gates,
  };
}

type StoredQueued = Omit<QueuedRun, 'createdAt' | 'lineServedAt'> & {
  readonly createdAt: string;
  readonly lineServedAt: string | null;
};

interface StoredSnapshot {
  readonly now: Date;
  readonly troubled: boolean;
  readonly queued: readonly StoredQueued[];
  readonly active: readonly ActiveRun[];
}

type ActiveRun = readonly [repository: string, agent: string, provider: string | null, state: RunState];

/** A line is served now when one of its runs is just starting. */
const sameLine = sql`
  runs.repository = line.repository and runs.priority = line.priority and runs.agent = line.agent
  and coalesce(runs.provider, '') = coalesce(line.provider, '')`;

function withDates({ createdAt, lineServedAt, ...run }: StoredQueued): QueuedRun {
  return {
    ...run,
    createdAt: new Date(createdAt),
    lineServedAt: lineServedAt === null ? null : new Date(lineServedAt),
  };
}

function counts(active: readonly ActiveRun[]): AdmissionSnapshot['active'] {
  return {
    total: active.length,
    unclaimed: active.filter(([, , , state]) => state === 'starting').length,
    byRepository: counted(active.map(([repository]) => repository)),
    byAgent: counted(active.map(([, agent]) => agent)),
    byProvider: counted(active.flatMap(([, , provider]) => provider ?? [])),
  };
}

function counted(names: readonly string[]): Record<string, number> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return Object.fromEntries(counts);
}
