import { sql } from 'kysely';
import type { Priority } from '../domain/run.ts';
import { databaseNow } from '../store/database-now.ts';
import type { Db } from '../store/schema.ts';
import { type BreakerGates, readBreakerGates } from './breaker-gates.ts';

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
  /** Read already, under their lock. */
  readonly gates?: BreakerGates;
  /** How many runs of a line to look at. */
  readonly perLine?: number;
}

export async function takeAdmissionSnapshot(
  db: Db,
  { gates, perLine = ENOUGH_OF_A_LINE }: SnapshotOptions = {},
): Promise<AdmissionSnapshot> {
  const { paused } = gates ?? (await readBreakerGates(db));
  const now = await databaseNow(db);
  const queued = await oldestOfEachLine(db, { now, perLine });
  const active = await db
    .selectFrom('runs')
    .select(['repository', 'agent', 'provider', 'state'])
    .where('state', 'in', ['starting', 'running'])
    .execute();
  return {
    now,
    queued,
    paused,
    active: {
      total: active.length,
      unclaimed: active.filter((run) => run.state === 'starting').length,
      byRepository: counted(active.map((run) => run.repository)),
      byAgent: counted(active.map((run) => run.agent)),
      byProvider: counted(active.flatMap((run) => run.provider ?? [])),
    },
  };
}

/** A line is served now when one of its runs is just starting. */
async function oldestOfEachLine(
  db: Db,
  { now, perLine }: { now: Date; perLine: number },
): Promise<QueuedRun[]> {
  const { rows } = await sql<QueuedRun>`
    with waiting as materialized (
      select * from (
        select id, repository, priority, agent, provider, created_at, row_number() over (
          partition by repository, priority, agent, provider order by created_at, id) as place
        from runs where state = 'queued' and expires_at > ${now}
      ) as numbered
      where place <= ${perLine}
    ), served as materialized (
      select line.repository, line.priority, line.agent, coalesce(line.provider, '') as provider, greatest(
        (select max(started_at) from runs where ${sameLine} and started_at is not null),
        (select ${now}::timestamptz where exists (select from runs where ${sameLine} and state = 'starting'))
      ) as at
      from waiting as line where place = 1
    )
    select id, priority, repository, agent, waiting.provider, created_at as "createdAt", served.at as "lineServedAt"
    from waiting join served using (repository, priority, agent)
    where served.provider = coalesce(waiting.provider, '')
    order by created_at, id`.execute(db);
  return rows;
}

const sameLine = sql`
  runs.repository = line.repository and runs.priority = line.priority and runs.agent = line.agent
  and coalesce(runs.provider, '') = coalesce(line.provider, '')`;

function counted(names: readonly string[]): Record<string, number> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return Object.fromEntries(counts);
}
