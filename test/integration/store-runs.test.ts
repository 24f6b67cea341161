import fc from 'fast-check';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runyardError, toErrorData } from '../../src/domain/errors/runyard-error.ts';
import {
  canTransition,
  isTerminal,
  type RunState,
  runStates,
  waitReasons,
} from '../../src/domain/run-state.ts';
import { newId } from '../../src/lib/ids.ts';
import { startTestDatabase, type TestDatabase, testSpec } from './store-testing.ts';

let database: TestDatabase;

beforeAll(async () => {
  database = await startTestDatabase();
});
afterAll(() => database.close());

const error = JSON.stringify(toErrorData(runyardError('run.unexpected', { detail: 'test' })));

/** Every column that depends on the state, as the state wants it. */
function columnsOf(state: RunState, epoch: number): Record<string, string> {
  const job = state === 'starting' || state === 'running' ? 'gen_random_uuid()' : 'null';
  const running = (value: string) => (state === 'running' ? value : 'null');
  const ended = (value: string) => (isTerminal(state) ? value : 'null');
  return {
    job_id: job,
    job_attempt: running('0'),
    epoch: String(epoch),
    owner: running(`'worker'`),
    node_id: running(`'node'`),
    claimed_at: running('now()'),
    lease_expires_at: running('now()'),
    deadline_at: running('now()'),
    started_at: state === 'running' ? 'now()' : 'started_at',
    start_deadline_at: state === 'starting' ? 'now()' : 'null',
    wait_reason: state === 'waiting' ? `'approval'` : 'null',
    wait_until: state === 'waiting' ? 'now()' : 'null',
    wait_detail: 'null',
    stop_intent: 'null',
    error: isTerminal(state) && state !== 'succeeded' ? `'${error}'` : 'null',
    delivery: state === 'succeeded' ? `'{}'` : 'delivery',
    ended_at: ended('now()'),
    outcome: ended(`'${state}'`),
    duration_ms: ended('1'),
    attempts: ended('1'),
    input_tokens: ended('1'),
    output_tokens: ended('1'),
    cache_read_tokens: ended('1'),
    cache_write_tokens: ended('1'),
    turns: ended('1'),
    cost_usd: ended('0.1'),
    cost_status: ended(`'known'`),
  };
}

async function update(id: string, columns: Record<string, string>): Promise<void> {
  const assignments = Object.entries(columns).map(([name, value]) => `${name} = ${value}`);
  await database.store.pool.query(`update runs set ${assignments.join(', ')} where id = $1`, [id]);
}

/** Moves with everything the target state needs, so that only the transition itself can be refused. */
async function move(id: string, to: RunState): Promise<void> {
  const { rows } = await database.store.pool.query<{ epoch: number }>(
    'select epoch from runs where id = $1',
    [id],
  );
  const epoch = (rows[0]?.epoch ?? 0) + (to === 'running' ? 1 : 0);
  await update(id, { state: `'${to}'`, ...columnsOf(to, epoch) });
}

async function newRun(): Promise<string> {
  const id = newId();
  await database.store.pool.query(
    `insert into runs (id, accepted_by, spec, created_at, expires_at) values ($1, 'test', $2, now(), now())`,
    [id, JSON.stringify(testSpec())],
  );
  return id;
}

/** The shortest way from the beginning. */
const wayTo: Readonly<Record<RunState, readonly RunState[]>> = {
  queued: [],
  starting: ['starting'],
  running: ['starting', 'running'],
  waiting: ['starting', 'running', 'waiting'],
  succeeded: ['starting', 'running', 'succeeded'],
  failed: ['failed'],
  cancelled: ['cancelled'],
  timed_out: ['timed_out'],
};

async function runIn(state: RunState): Promise<string> {
  const id = await newRun();
  for (const step of wayTo[state]) await move(id, step);
  return id;
}

async function stateOf(id: string): Promise<RunState> {
  const row = await database.store.db
    .selectFrom('runs')
    .select('state')
    .where('id', '=', id)
    .executeTakeFirstOrThrow();
  return row.state;
}

describe('the table of transitions', () => {
  it('S1: is the same in the database and in the domain, for every pair of states', async () => {
    for (const from of runStates) {
      for (const to of runStates.filter((state) => state !== from)) {
        const id = await runIn(from);
        const moved = await move(id, to).then(
          () => true,
          (thrown: unknown) => {
            expect(thrown).toMatchObject({ code: 'RY001' });
            return false;
          },
        );
        expect({ from, to, moved }).toEqual({ from, to, moved: canTransition(from, to) });
        expect(await stateOf(id)).toBe(moved ? to : from);
      }
    }
  });

  it('S1: holds along every random sequence, and nothing follows an end', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom(...runStates), { minLength: 1, maxLength: 12 }),
        async (targets) => {
          const id = await newRun();
          let state: RunState = 'queued';
          for (const to of targets) {
            if (to === state) continue;
            const allowed = canTransition(state, to);
            const moved = await move(id, to).then(
              () => true,
              () => false,
            );
            expect({ state, to, moved }).toEqual({ state, to, moved: allowed });
            if (moved) state = to;
          }
          expect(await stateOf(id)).toBe(state);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('S1: a run begins queued', async () => {
    const columns = { state: `'failed'`, ...columnsOf('failed', 0), started_at: 'null', delivery: 'null' };
    const insert = `insert into runs (id, accepted_by, spec, created_at, expires_at, ${Object.keys(columns).join(', ')})
      values ($1, 'test', $2, now(), now(), ${Object.values(columns).join(', ')})`;
    await expect(
      database.store.pool.query(insert, [newId(), JSON.stringify(testSpec())]),
    ).rejects.toMatchObject({ code: 'RY001' });
  });

  it('Q5: the epoch never decreases, and a new owner needs a new one', async () => {
    const id = await runIn('running');
    await expect(update(id, { epoch: '0' })).rejects.toMatchObject({ code: 'RY003' });
    const starting = await runIn('starting');
    await expect(update(starting, { state: `'running'`, ...columnsOf('running', 0) })).rejects.toThrow();
    await move(id, 'starting');
    await expect(update(id, { state: `'running'`, ...columnsOf('running', 1) })).rejects.toMatchObject({
      code: 'RY003',
    });
  });

  it('id, tenant and creation time never change', async () => {
    const id = await newRun();
    for (const change of [
      { id: `'other'` },
      { tenant: `'other'` },
      { created_at: `now() + interval '1 day'` },
    ]) {
      await expect(update(id, change)).rejects.toMatchObject({ code: 'RY002' });
    }
  });
});

describe('the constraints of a run', () => {
  const contradictions: [RunState, Record<string, string>, string][] = [
    ['queued', { state: `'paused'` }, 'RY001'],
    ['queued', { expires_at: 'null' }, '23502'],
    ['queued', { owner: `'worker'` }, 'runs_running_is_owned'],
    ['queued', { job_id: 'gen_random_uuid()' }, 'runs_active_has_job'],
    ['queued', { error: `'${error}'` }, 'runs_error_says_why'],
    ['queued', { stop_intent: `'{}'` }, 'runs_stop_intent_belongs_to_owned'],
    ['starting', { start_deadline_at: 'null' }, 'runs_starting_has_deadline'],
    ['starting', { job_id: 'null' }, 'runs_active_has_job'],
    ['starting', { job_attempt: '1' }, 'runs_active_has_job'],
    ['running', { owner: 'null' }, 'runs_running_is_owned'],
    ['running', { lease_expires_at: 'null' }, 'runs_running_is_owned'],
    ['running', { deadline_at: 'null' }, 'runs_running_is_owned'],
    ['running', { job_id: 'null', job_attempt: 'null' }, 'runs_active_has_job'],
    ['running', { error: `'${error}'` }, 'runs_error_says_why'],
    ['running', { ended_at: 'now()' }, 'runs_ended_has_totals'],
    ['running', { wait_reason: `'approval'`, wait_until: 'now()' }, 'runs_waiting_has_reason_and_end'],
    ['waiting', { wait_until: 'null' }, 'runs_waiting_has_reason_and_end'],
    ['waiting', { wait_reason: 'null' }, 'runs_waiting_has_reason_and_end'],
    ['waiting', { wait_reason: `'boredom'` }, 'runs_wait_reason_is_known'],
    ['waiting', { lease_expires_at: 'now()' }, 'runs_running_is_owned'],
    ['succeeded', { delivery: 'null' }, 'runs_success_is_delivered'],
    ['succeeded', { error: `'${error}'` }, 'runs_error_says_why'],
    ['succeeded', { outcome: `'failed'` }, 'runs_outcome_is_state'],
    ['succeeded', { duration_ms: 'null' }, 'runs_ended_has_totals'],
    ['succeeded', { turns: 'null' }, 'runs_ended_has_totals'],
    ['succeeded', { input_tokens: 'null' }, 'runs_ended_has_totals'],
    ['succeeded', { cost_status: 'null' }, 'runs_ended_has_totals'],
    ['succeeded', { cost_status: `'free'` }, 'runs_cost_status_is_known'],
    ['failed', { error: 'null' }, 'runs_error_says_why'],
    ['failed', { ended_at: 'null' }, 'runs_ended_has_totals'],
    ['cancelled', { attempts: 'null' }, 'runs_ended_has_totals'],
    ['timed_out', { lease_expires_at: 'now()' }, 'runs_running_is_owned'],
  ];

  it.each(contradictions)('S1: a %s run with %o cannot be stored', async (state, change, refusal) => {
    const id = await runIn(state);
    const key = refusal.startsWith('runs_') ? 'constraint' : 'code';
    await expect(update(id, change)).rejects.toMatchObject({ [key]: refusal });
  });

  it('S1: the database knows exactly the states and wait reasons of the domain', async () => {
    const { rows } = await sql<{ name: string; text: string }>`
      select conname as name, pg_get_constraintdef(oid) as text from pg_constraint
      where conname in ('runs_state_is_known', 'runs_wait_reason_is_known')`.execute(database.store.db);
    const words = (name: string) =>
      [...(rows.find((row) => row.name === name)?.text ?? '').matchAll(/'(\w+)'/g)].map((m) => m[1]);
    expect(words('runs_state_is_known')).toEqual([...runStates]);
    expect(words('runs_wait_reason_is_known')).toEqual([...waitReasons]);
  });
});

describe('run_events', () => {
  it('O2: cannot be changed, deleted or emptied, by the superuser neither', async () => {
    const id = await newRun();
    const { pool } = database.store;
    await pool.query(`insert into run_events (run_id, seq, type, data) values ($1, 1, 'run.warning', '{}')`, [
      id,
    ]);
    for (const statement of [
      `update run_events set data = '{"a":1}'`,
      'delete from run_events',
      'truncate run_events',
      'truncate runs cascade',
      `merge into run_events e using (select 1) s on e.run_id = '${id}' when matched then delete`,
    ]) {
      await expect(pool.query(statement), statement).rejects.toMatchObject({ code: 'RY004' });
    }
    expect(
      (await pool.query('select count(*)::int as count from run_events where run_id = $1', [id])).rows,
    ).toEqual([{ count: 1 }]);
  });

  it('holds one event per place in the sequence', async () => {
    const id = await newRun();
    const insert = `insert into run_events (run_id, seq, type, data) values ($1, 1, 'run.warning', '{}')`;
    await database.store.pool.query(insert, [id]);
    await expect(database.store.pool.query(insert, [id])).rejects.toMatchObject({ code: '23505' });
  });
});
