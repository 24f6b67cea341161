import type { AgentAdapter } from '../adapters/agent/types.ts';
import type { AttemptRecord } from '../domain/attempt.ts';
import type { NewEvent } from '../domain/events.ts';
import type { OfferedLesson } from '../domain/lesson.ts';
import type { Plan } from '../domain/plan.ts';
import type { PlanRevision } from '../domain/plan-review.ts';
import type { Stage } from '../domain/stage.ts';
import type { Clock } from '../lib/clock.ts';
import type { Redact } from '../lib/redact.ts';
import type { callModel } from '../model/call-model.ts';
import type { Assignment } from '../protocol/worker.ts';
import type { ControlClient } from './control-client.ts';
import type * as verification from './verification.ts';

/** Everything a stage may use. Made once per worker; nothing in it is global. */
export interface WorkerContext {
  readonly assignment: Assignment;
  readonly client: ControlClient;
  readonly clock: Clock;
  readonly redact: Redact;
  readonly hostEnvironment: Readonly<Record<string, string | undefined>>;
  readonly emit: (event: NewEvent) => void;
  readonly setProgress: (stage: Stage, attempt: number) => void;
  /** What the heartbeat reports as being done now. */
  readonly setActivity: (activity: string) => void;
  /** Aborted when the run must stop; the reason is the error the run ends with. */
  readonly signal: AbortSignal;
  readonly createAgent: (name: string) => Promise<AgentAdapter>;
  /** Renders a versioned template of prompts/. */
  readonly renderPrompt: (name: string, values: Readonly<Record<string, string>>) => string;
  /** Loaded on first use: the model libraries cost a quarter of a second. */
  readonly loadCallModel: () => Promise<typeof callModel>;
  /** Loaded on first use: parsers and resolvers that a run without checks does not need. */
  readonly loadVerification: () => Promise<typeof verification>;
}

/** Where the run stands. Stages read it and return what they add; only the pipeline changes it. */
export interface Progress {
  stage: Stage;
  baseCommit: string | null;
  mirrorDir: string | null;
  /** What prompts say of the repository; asked for while the workspace is made. */
  repository: Promise<string> | null;
  /** Says what is doubtful about the source. Looking takes a moment, so it is called while somebody else works. */
  sayDoubts: (() => Promise<void>) | null;
  plan: Plan | null;
  /** Every version of the plan so far; the newest one counts. */
  revisions: PlanRevision[];
  attempts: AttemptRecord[];
  /** What earlier runs learned about what the last attempt failed with. */
  lessons: readonly OfferedLesson[];
  /** The commit whose work must not be lost, and the artifact that holds it. */
  candidate: { commit: string; bundle: string; verified: boolean } | null;
  /** The commit of an attempt that was interrupted and does not count; the next one starts from it. */
  unfinished: string | null;
}
