import type { ColumnType, Generated, GeneratedAlways, JSONColumnType, Kysely, Transaction } from 'kysely';
import type { BreakerState } from '../domain/breaker.ts';
import type { ErrorData } from '../domain/errors/runyard-error.ts';
import type { ModelCall } from '../domain/model-call.ts';
import type { Delivery, Priority, RunSpec, StopIntent, WaitDetail } from '../domain/run.ts';
import type { RunState, WaitReason } from '../domain/run-state.ts';
import type { Stage } from '../domain/stage.ts';
import type { AccessTables } from './access/tables.ts';
import type { LessonTables } from './lesson-tables.ts';

/** Written by hand next to migrations/; test/integration/store-schema.test.ts compares the columns with the real database. */
export interface Database extends AccessTables, LessonTables {
  runs: RunsTable;
  run_events: RunEventsTable;
  system_events: SystemEventsTable;
  checkpoints: CheckpointsTable;
  model_calls: ModelCallsTable;
  breakers: BreakersTable;
  outbox_effects: OutboxEffectsTable;
  receipt_keys: ReceiptKeysTable;
  receipts: ReceiptsTable;
  resources: ResourcesTable;
  nodes: NodesTable;
  run_seen: { run_id: string; by: string; at: Generated<Date> };
  singleton_leases: { name: string; holder: string; since: Date; expires_at: Date };
  clock_shift: { only_row: Generated<boolean>; shift: Generated<string> };
  enforcement: { only_row: Generated<boolean>; last_at: Generated<Date> };
  runyard_migrations: { version: number; name: string; checksum: string; applied_at: Generated<Date> };
}

/** Anything queries can run on: the pool, or a transaction. */
export type Db = Kysely<Database>;
export type Tx = Transaction<Database>;

/** JSON goes in as text made by `toJson`, and comes out parsed. */
type Json<T extends object> = JSONColumnType<T>;
type NullableJson<T extends object> = ColumnType<T | null, string | null | undefined, string | null>;
/** A column that starts as null. */
type Optional<T> = ColumnType<T | null, T | null | undefined, T | null>;

interface RunsTable {
  id: string;
  tenant: Generated<string>;
  idempotency_key: string | null;
  accepted_by: string;
  spec: Json<RunSpec>;
  repository: GeneratedAlways<string>;
  priority: GeneratedAlways<Priority>;
  agent: GeneratedAlways<string>;
  provider: GeneratedAlways<string | null>;
  state: Generated<RunState>;
  stage: Optional<Stage>;
  attempt: Generated<number>;
  recoveries: Generated<number>;
  last_event_seq: Generated<number>;
  last_activity: Optional<string>;
  last_activity_at: Optional<Date>;
  epoch: Generated<number>;
  owner: Optional<string>;
  node_id: Optional<string>;
  claimed_at: Optional<Date>;
  lease_expires_at: Optional<Date>;
  deadline_at: Optional<Date>;
  owned_ms: Generated<number>;
  job_id: Optional<string>;
  job_attempt: Optional<number>;
  expires_at: Date;
  start_deadline_at: Optional<Date>;
  wait_reason: Optional<WaitReason>;
  wait_until: Optional<Date>;
  wait_detail: NullableJson<WaitDetail>;
  stop_intent: NullableJson<StopIntent>;
  delivery: NullableJson<Delivery>;
  error: NullableJson<ErrorData>;
  created_at: Date;
  started_at: Optional<Date>;
  ended_at: Optional<Date>;
  outcome: Optional<RunState>;
  duration_ms: Optional<number>;
  attempts: Optional<number>;
  input_tokens: Optional<number>;
  output_tokens: Optional<number>;
  cache_read_tokens: Optional<number>;
  cache_write_tokens: Optional<number>;
  turns: Optional<number>;
  cost_usd: Optional<number>;
  cost_status: Optional<'known' | 'unknown'>;
  parked_ms: Generated<number>;
}

interface RunEventsTable {
  run_id: string;
  seq: number;
  at: Generated<Date>;
  type: string;
  data: Json<object>;
  epoch: Optional<number>;
  worker_seq: Optional<number>;
  /** Of the transaction that wrote it; 0: from before there was an order of all events. */
  tx: Generated<string>;
}

interface SystemEventsTable {
  id: GeneratedAlways<number>;
  at: Generated<Date>;
  type: string;
  subject: string;
  occurrence: Optional<string>;
  data: Json<object>;
  tx: Generated<string>;
}

interface CheckpointsTable {
  run_id: string;
  number: GeneratedAlways<number>;
  epoch: number;
  checkpoint: Json<object>;
  created_at: Generated<Date>;
}

interface ModelCallsTable {
  id: string;
  run_id: string;
  epoch: number;
  attempt: number;
  stage: Stage;
  provider: string;
  model: string;
  protocol: ModelCall['protocol'];
  status: ModelCall['status'];
  http_status: number | null;
  error_code: string | null;
  input_tokens: number | null;
  output_tokens: number | null;
  cache_read_tokens: number | null;
  cache_write_tokens: number | null;
  cost_usd: number | null;
  retries: number;
  started_at: Date;
  duration_ms: number;
  time_to_first_byte_ms: number | null;
  request_id: string | null;
}

interface BreakersTable {
  key: string;
  state: Generated<BreakerState>;
  failures: Generated<number>;
  openings: Generated<number>;
  opened_at: Optional<Date>;
  retry_at: Optional<Date>;
  cause: NullableJson<ErrorData>;
  probe_run_id: Optional<string>;
  credential: Optional<string>;
  version: Generated<number>;
}

export type EffectState = 'pending' | 'done' | 'failed';

interface OutboxEffectsTable {
  key: string;
  run_id: string;
  epoch: number;
  kind: string;
  request: Json<object>;
  state: Generated<EffectState>;
  result: ColumnType<unknown, string | null | undefined, string | null>;
  created_at: Generated<Date>;
  finished_at: Optional<Date>;
}

interface ReceiptKeysTable {
  key_id: string;
  tenant: Generated<string>;
  public_key: string;
  node_id: string;
  created_at: Generated<Date>;
}

interface ReceiptsTable {
  run_id: string;
  commit: string;
  tree: string;
  key_id: string;
  digest: string;
  envelope: Json<object>;
  created_at: Generated<Date>;
}

interface ResourcesTable {
  key: string;
  run_id: string;
  kind: string;
  handle: string;
  node_id: string | null;
  created_at: Generated<Date>;
}

interface NodesTable {
  id: string;
  host: string;
  process_space: string | null;
  pid: number;
  drives: boolean;
  started_at: Date;
  lease_expires_at: Date;
  stopped_at: Optional<Date>;
  lost_at: Optional<Date>;
  version: Optional<string>;
}
