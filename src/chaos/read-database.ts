import { listViolations } from '../queue/invariant.ts';
import { startEmbeddedDatabase } from '../store/embedded/embedded-database.ts';
import { listResources } from '../store/resources.ts';
import { openStore, type Store } from '../store/store.ts';
import { REPORT } from './fake-agent.ts';
import type { ChaosSnapshot, SeenRun } from './snapshot.ts';

export type Stored = Pick<ChaosSnapshot, 'runs' | 'queueViolations' | 'events' | 'effects'> & {
  readonly ledger: readonly string[];
  readonly recordedCalls: number;
  /** Everything that could hold a secret, by place. */
  readonly texts: ReadonlyMap<string, string>;
};

/** Opens the database of a control plane that has ended, and reads what it left there. */
export async function readDatabase(dataDir: string): Promise<Stored> {
  const database = await startEmbeddedDatabase({ dataDir });
  try {
    const store = await openStore(database.connection);
    try {
      return await read(store);
    } finally {
      await store.close();
    }
  } finally {
    await database.stop();
  }
}

async function read(store: Store): Promise<Stored> {
  const { db } = store;
  const runs = await db.selectFrom('runs').selectAll().orderBy('id').execute();
  const events = await db.selectFrom('run_events').selectAll().orderBy('run_id').orderBy('seq').execute();
  const effects = await db.selectFrom('outbox_effects').selectAll().execute();
  const calls = await db.selectFrom('model_calls').selectAll().execute();
  const checkpoints = await db.selectFrom('checkpoints').selectAll().execute();
  const violations = await listViolations({ store });
  const ledger = await listResources(db);
  const tokensOf = (runId: string) =>
    calls
      .filter((call) => call.run_id === runId)
      .reduce((sum, call) => sum + (call.input_tokens ?? 0) + (call.output_tokens ?? 0), 0);
  return {
    runs: runs.map(
      (run): SeenRun => ({
        id: run.id,
        state: run.state,
        epoch: run.epoch,
        deadline: run.deadline_at ?? run.wait_until ?? run.start_deadline_at ?? run.expires_at,
        recordedTokens: tokensOf(run.id),
        reportedTokens: events
          .filter((event) => event.run_id === run.id)
          .reduce((sum, { data }) => sum + reportedIn(data), 0),
      }),
    ),
    queueViolations: violations.map(({ kind, runId, runState }) => `${kind}: run ${runId}, ${runState}`),
    events: events.map(({ run_id: runId, seq, epoch }) => ({ runId, seq, epoch })),
    effects: effects.map(({ run_id: runId, kind, epoch, state }) => ({
      runId,
      kind,
      epoch,
      done: state === 'done',
    })),
    ledger: ledger.map(({ kind, handle, runId }) => `ledger: ${kind} ${handle} of run ${runId}`),
    recordedCalls: calls.filter(({ status }) => status === 'ok').length,
    texts: new Map(
      Object.entries({ runs, events, effects, calls, checkpoints }).map(([table, rows]) => [
        `table ${table}`,
        JSON.stringify(rows),
      ]),
    ),
  };
}

function reportedIn(data: object): number {
  const { text } = data as { text?: unknown };
  if (typeof text !== 'string' || !text.startsWith(REPORT)) return 0;
  return Number(text.slice(REPORT.length));
}
