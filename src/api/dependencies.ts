import type { Artifacts } from '../artifacts/file-artifacts.ts';
import type { BreakerPolicy } from '../domain/breaker.ts';
import type { Delivery, Run, RunSpec } from '../domain/run.ts';
import type { Stage } from '../domain/stage.ts';
import type { LessonSettings } from '../lessons/settings.ts';
import type { Redact } from '../lib/redact.ts';
import type { Assignment } from '../protocol/worker.ts';
import type { Queue } from '../queue/queue.ts';
import type { AccessSettings } from './access/settings.ts';
import type {
  DiffResponse,
  HealthResponse,
  QueueResponse,
  RollbackResponse,
  SalvageRequest,
  SalvageResponse,
  SavedWorkView,
  SubmittedTicket,
} from './contract.ts';
import type { LiveEvents } from './live/hub.ts';
import type { ViewSources } from './view-sources.ts';

/** What the routes need from the rest of the control plane. Built once in app/. */
export interface ApiDependencies {
  readonly queue: Queue;
  readonly artifacts: Artifacts;
  /** Of the owner of the machine, who may do everything. */
  readonly apiToken: string;
  /** Absent: reached on this machine only, without an OpenID provider. */
  readonly access?: AccessSettings;
  readonly signingKey: string;
  /** Hides the keys of this server in what people write; absent: only what looks like a secret. */
  readonly redact?: Redact;
  readonly leaseMs: number;
  readonly maxQueued: number;
  readonly requestsPerMinute: number;
  /** How long a request may take to arrive. Default: two minutes. */
  readonly slowestRequestMs?: number;
  readonly breakers: BreakerPolicy;
  readonly lessons: LessonSettings;
  /** Whether new runs are accepted. */
  readonly accepting: () => boolean;
  /** Throws what keeps a run of this spec from starting here; gives warnings to keep with the run. */
  readonly requireRunnable: (spec: RunSpec) => Promise<readonly string[]>;
  readonly nodeId: string;
  readonly version: string;
  /** Where the built dashboard lies. */
  readonly dashboardFolder: string;
  readonly health: () => Promise<HealthResponse>;
  /** What waits, why, and what holds the places. */
  readonly queueView: () => Promise<QueueResponse>;
  /** Resolves at the next event of the run, after `waitMs`, or when the server is about to end. */
  readonly waitForEvent: (runId: string, waitMs: number) => Promise<'look' | 'closing'>;
  /** What a ticket asks for, completed by the settings of this server. */
  readonly specOf: (ticket: SubmittedTicket) => RunSpec;
  /** Asks for a look at the queue, whatever has happened. */
  readonly lookAtQueue: () => void;
  readonly live: LiveEvents;
  /** Runs may have become startable, or one must stop. */
  readonly runChanged: (run: Run) => void;
  readonly assignmentOf: (run: Run, workerId: string) => Promise<Assignment>;
  readonly issueGatewayToken: (request: {
    run: Run;
    stage: Stage;
    attempt: number;
    models: readonly string[];
  }) => string;
  readonly deliver: (request: DeliverRequest) => Promise<Delivery>;
  /** Without `attempt`: what was or would be delivered. */
  readonly diffOf: (run: Run, attempt?: number) => Promise<DiffResponse>;
  readonly rollback: (
    run: Run,
    request: { mode: 'revert' | 'reset'; by: string },
  ) => Promise<RollbackResponse>;
  /** Of the key this node signs receipts with; the database has its public half by then. */
  readonly receiptKeyId: () => Promise<string>;
  readonly salvage: SalvageActions;
  readonly views: ViewSources;
  readonly onUnexpected: (error: unknown, during: string) => void;
}

export interface SalvageActions {
  listSaved(run: Run): Promise<SavedWorkView[]>;
  patchOf(run: Run, name: string): Promise<Buffer>;
  giveBack(run: Run, request: SalvageRequest): Promise<SalvageResponse>;
}

export interface DeliverRequest {
  readonly run: Run;
  readonly commit: string;
  readonly baseCommit: string;
  readonly bundle: string;
  readonly verified: boolean;
}
