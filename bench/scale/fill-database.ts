import type pg from 'pg';
import { noOpSpec } from '../measure/no-op-runs.ts';

export interface Size {
  readonly runs: number;
  readonly events: number;
}

/** Runs of one statement: each is a transaction, so that the order of events has many. */
const CHUNK = 2_000;

/**
 * Fills an empty database with runs of the last 90 days: the newest 400 are open, the others ended, and each has about the same number of events
 * and four model calls. Triggers and foreign keys are off meanwhile (`session_replication_role`), which the superuser of the embedded database may;
 * what they would write is written here. The same size makes the same runs.
 */
export async function fillDatabase(
  client: pg.Client,
  { runs, events }: Size,
  onProgress: (line: string) => void,
): Promise<void> {
  await client.query(
    `set session_replication_role = replica; set synchronous_commit = off; set statement_timeout = 0`,
  );
  await client.query(helpers);
  for (let first = 1; first <= runs; first += CHUNK) {
    const last = Math.min(runs, first + CHUNK - 1);
    await client.query('begin');
    await client.query(insertRuns, [first, last, runs, JSON.stringify(noOpSpec())]);
    await client.query(insertEvents, [first, last, Math.round(events / runs), runs]);
    await client.query(insertModelCalls, [first, last]);
    await client.query('commit');
    if (last % (CHUNK * 5) === 0) onProgress(`${last} runs`);
  }
  await client.query(insertSearch);
  await client.query(`insert into system_events (type, subject, data)
    select 'node.started', 'node:' || n % 3, '{"message": "A node started.", "host": "bench", "pid": 1}' from generate_series(1, 2000) n`);
  onProgress('vacuum analyze');
  await client.query('vacuum analyze');
  await client.query('checkpoint');
}

/** Draws by number, so that everything can be made again. */
const helpers = `
  create function pg_temp.draw(n bigint, salt int, below int) returns int language sql immutable as
    $$ select (hashint8extended(n, salt) & 2147483647)::int % below $$;
  create function pg_temp.id_of(n bigint) returns text language sql immutable as
    $$ select substr(md5('run' || n), 1, 12) $$;
  create function pg_temp.word(n bigint, salt int) returns text language sql immutable as $$
    select case when pg_temp.draw(n, salt, 2) = 0
      then (array['login','page','button','timeout','error','user','session','cache','query','index','form','email','invoice','export','import',
        'search','filter','report','chart','table','mobile','dark','theme','upload','download','payment','retry','queue','worker','token',
        'password','profile','setting','language','date','currency','rounding','crash','memory','leak'])[1 + pg_temp.draw(n, salt + 1, 40)]
      else 'term' || pg_temp.draw(n, salt + 2, 5000) end $$;
  create function pg_temp.text_of(n bigint, words int) returns text language sql immutable as
    $$ select string_agg(pg_temp.word(n, k * 7), ' ') from generate_series(1, words) k $$;`;

/** $1 to $2 of $3 runs with the spec $4. */
const insertRuns = `
  with drawn as (
    select n, pg_temp.draw(n, 1, 100) as luck, $3::bigint - n as age,
      now() - ($3::bigint - n) * (interval '90 days' / $3::bigint) - interval '1 minute' as created_at
    from generate_series($1::bigint, $2::bigint) n
  ), decided as (
    select *, case
      when age < 300 then 'queued' when age < 340 then 'running' when age < 400 then 'waiting'
      when luck < 72 then 'succeeded' when luck < 90 then 'failed' when luck < 96 then 'cancelled' else 'timed_out' end as state,
      '/repositories/' || (array['web','api','mobile','billing','search','infra','docs','cli','data','auth'])[1 + pg_temp.draw(n, 2, 10)]
        || case when pg_temp.draw(n, 3, 3) = 0 then '-' || pg_temp.draw(n, 4, 40) else '' end as repository
    from drawn
  ), facts as (
    select *, state in ('succeeded', 'failed', 'cancelled', 'timed_out') as ended, 60000 + pg_temp.draw(n, 5, 1800000) as took,
      (array['builtin','claude-code','codex'])[1 + pg_temp.draw(n, 6, 3)] as agent
    from decided
  )
  insert into runs (id, accepted_by, spec, repository, priority, agent, provider, state, stage, attempt, epoch, owner, node_id, claimed_at, lease_expires_at, deadline_at, job_id,
    job_attempt, expires_at, wait_reason, wait_until, delivery, error, created_at, started_at, ended_at, outcome, duration_ms, attempts,
    input_tokens, output_tokens, cache_read_tokens, cache_write_tokens, turns, cost_usd, cost_status)
  select pg_temp.id_of(n), 'bench',
    $4::jsonb || jsonb_build_object('repository', repository,
      'ladder', jsonb_build_array(jsonb_build_object('agent', agent, 'model', 'anthropic/claude-sonnet-5', 'attempts', 3)),
      'ticket', jsonb_build_object('key', 'AB-' || n / 2, 'title', pg_temp.text_of(n, 6), 'body', pg_temp.text_of(n + 1000000000, 120))),
    repository, 'normal', agent, 'anthropic', state, case when state = 'queued' then null when state = 'running' then 'implement' when ended then 'deliver' else 'test' end, 1,
    case when state = 'queued' then 0 else 1 end,
    case when state = 'running' then 'worker-' || n end, case when state = 'running' then 'node-1' end,
    case when state = 'running' then now() end, case when state = 'running' then now() + interval '1 day' end,
    case when state = 'running' then now() + interval '1 day' end, case when state = 'running' then gen_random_uuid() end,
    case when state = 'running' then 1 end, now() + interval '1 day',
    case when state = 'waiting' then (array['approval','input','quota'])[1 + pg_temp.draw(n, 7, 3)] end,
    case when state = 'waiting' then now() + interval '1 day' end,
    case when state = 'succeeded' then jsonb_build_object('branch', 'runyard/ab-' || n, 'commit', repeat('c', 40), 'baseCommit', repeat('b', 40),
      'baseRef', 'main', 'tag', 'ai/ab/before-' || n, 'verified', true) end,
    case when ended and state <> 'succeeded' then jsonb_build_object('code',
      (array['run.ladder-exhausted','agent.failed','run.deadline-exceeded','gateway.provider-unavailable','verify.no-checks','git.fetch-failed'])
        [1 + pg_temp.draw(n, 8, 6)],
      'kind', 'permanent', 'what', 'It did not work.', 'why', 'The bench says so.', 'next', 'Nothing.', 'fields', '{}'::jsonb, 'causes', '[]'::jsonb) end,
    created_at, case when state <> 'queued' then created_at + interval '5 s' end,
    case when ended then least(now(), created_at + took * interval '1 ms') end, case when ended then state end, case when ended then took end,
    case when ended then 1 + pg_temp.draw(n, 9, 3) end, case when ended then 20000 + pg_temp.draw(n, 10, 100000) end,
    case when ended then 1000 + pg_temp.draw(n, 11, 9000) end, case when ended then pg_temp.draw(n, 12, 500000) end,
    case when ended then pg_temp.draw(n, 13, 50000) end, case when ended then 5 + pg_temp.draw(n, 14, 60) end,
    case when ended then pg_temp.draw(n, 15, 300) / 100.0 end, case when ended then 'known' end
  from facts`;

/** About $3 events for each of the runs $1 to $2; of $4 runs, the newest 300 wait in the queue and have two. */
const insertEvents = `
  with counted as (
    select n, id, runs.state, runs.created_at, runs.repository, runs.spec -> 'ticket' ->> 'title' as title,
      case when $4::bigint - n < 300 then 2 else greatest(14, $3::int / 2 + pg_temp.draw(n, 16, $3::int)) end as events
    from generate_series($1::bigint, $2::bigint) n join runs on id = pg_temp.id_of(n)
  ), numbered as (
    update runs set last_event_seq = counted.events from counted where runs.id = counted.id returning 1
  )
  insert into run_events (run_id, seq, at, type, data)
  select id, seq, created_at + seq * interval '3 s', kind.type, kind.data
  from counted, generate_series(1, events) as seq, lateral (
    select 'run.accepted' as type, jsonb_build_object('title', title, 'repository', repository) as data where seq = 1
    union all select 'run.state-changed', jsonb_build_object('from', null, 'to', 'queued', 'waitReason', null, 'error', null) where seq = 2
    union all select 'run.state-changed', jsonb_build_object('from', 'queued', 'to', 'starting', 'waitReason', null, 'error', null) where seq = 3
    union all select 'run.state-changed', jsonb_build_object('from', 'starting', 'to', 'running', 'waitReason', null, 'error', null) where seq = 4
    union all select 'stage.started', '{"stage": "prepare", "attempt": 0}' where seq = 5
    union all select 'stage.finished', '{"stage": "prepare", "attempt": 0, "durationMs": 4000}' where seq = 6
    union all select 'stage.started', '{"stage": "implement", "attempt": 1}' where seq = 7
    union all select 'attempt.started', '{"attempt": 1, "agent": "builtin", "model": "anthropic/claude-sonnet-5", "reason": "the first"}' where seq = 8
    union all select 'stage.finished', jsonb_build_object('stage', 'implement', 'attempt', 1, 'durationMs', 30000 + events * 1000) where seq = events - 4
    union all select 'stage.started', '{"stage": "test", "attempt": 1}' where seq = events - 3
    union all select 'stage.finished', '{"stage": "test", "attempt": 1, "durationMs": 60000}' where seq = events - 2
    union all select 'run.summary', '{"usage": {"inputTokens": 1, "outputTokens": 1, "cacheReadTokens": 0, "cacheWriteTokens": 0, "turns": 1},
      "cost": {"usd": 1, "status": "known"}, "attempts": 1}' where seq = events - 1 and events > 2
    union all select 'run.state-changed', jsonb_build_object('from', 'running', 'to', state, 'waitReason', null, 'error', null)
      where seq = events and events > 2
    union all select case when seq % 9 = 0 then 'check.finished' else 'agent.activity' end, case when seq % 9 = 0
      then jsonb_build_object('attempt', 1, 'name', 'unit tests', 'on', 'change', 'status', 'passed', 'exitCode', 0, 'durationMs', 4000,
        'problems', 0, 'firstProblem', null)
      else jsonb_build_object('attempt', 1, 'kind', 'tool-result', 'name', 'read_file', 'text',
        repeat('const answer = compute(input); ', 1 + pg_temp.draw(n * 100 + seq, 17, 12))) end
      where seq > 8 and seq < events - 4
  ) as kind`;

const insertModelCalls = `
  insert into model_calls (id, run_id, epoch, attempt, stage, provider, model, protocol, status, http_status, error_code, input_tokens,
    output_tokens, cache_read_tokens, cache_write_tokens, cost_usd, retries, started_at, duration_ms, time_to_first_byte_ms)
  select id || '-' || call, id, 1, 1, 'implement', 'anthropic', 'claude-sonnet-5', 'anthropic', 'ok', 200, null, 5000, 500, 20000, 1000, 0.05, 0,
    created_at + call * interval '20 s', 4000, 600
  from generate_series($1::bigint, $2::bigint) n join runs on id = pg_temp.id_of(n), generate_series(1, 4) call
  where state <> 'queued'`;

/** As migration 0009 did for the runs that were there. */
const insertSearch = `
  insert into run_search
  select id, created_at, repository, agent, spec -> 'ticket' ->> 'key', run_words(spec) from runs`;
