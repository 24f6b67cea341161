import { z } from 'zod';
import { rungSchema } from './attempt.ts';
import { type ErrorData, errorDataSchema } from './errors/runyard-error.ts';
import { guardPolicySchema } from './guard.ts';
import { healingSpecSchema } from './healing-policy.ts';
import { modelRefSchema } from './model-ref.ts';
import { reviewPoliciesSchema } from './review.ts';
import type { RunState, WaitReason } from './run-state.ts';
import type { Stage } from './stage.ts';
import type { Cost, Usage } from './usage.ts';

export const priorities = ['urgent', 'high', 'normal', 'low'] as const;
export type Priority = (typeof priorities)[number];

export const mostPlanRevisions = 50;

const LONGEST_TITLE = 500;
/** 1 MiB of text is refused at the edge; what is accepted is kept whole. */
export const longestTicketBodyBytes = 512 * 1024;

export const ticketSchema = z.object({
  /** The tracker's key (`PROJ-12`), or null for a ticket typed in by hand. */
  key: z.string().max(100).nullable(),
  title: z.string().trim().min(1).max(LONGEST_TITLE),
  body: z
    .string()
    .refine(
      (text) => Buffer.byteLength(text) <= longestTicketBodyBytes,
      `must be at most ${longestTicketBodyBytes} bytes`,
    ),
});
export type Ticket = z.infer<typeof ticketSchema>;

/** Timers hold 2^31 - 1 ms, 24 days; a longer limit would fire at once (https://nodejs.org/api/timers.html#settimeoutcallback-delay-args). */
const ms = z.number().int().positive().max(2_147_483_647);

/** Every limit a run carries from its acceptance on, so that a later change of configuration does not move it. */
export const runLimitsSchema = z.object({
  runMs: ms,
  stageMs: ms,
  attemptMs: ms,
  checkMs: ms,
  gitMs: ms,
  modelCallMs: ms,
  silenceMs: ms,
  approvalMs: ms,
  queueMs: ms,
  /** Waiting for providers, in all. */
  parkMs: ms,
  killGraceMs: ms,
  recoveries: z.number().int().min(0),
  turns: z.number().int().positive(),
});
export type RunLimits = z.infer<typeof runLimitsSchema>;

export const checkOverrideSchema = z.object({ name: z.string().min(1), command: z.array(z.string()).min(1) });

/** What was asked for, fixed at acceptance. */
export const runSpecSchema = z.object({
  ticket: ticketSchema,
  /** Absolute path of a local repository, or a URL git understands. */
  repository: z.string().min(1),
  /** Branch, tag or commit; null means the source's HEAD. */
  base: z.string().nullable(),
  priority: z.enum(priorities),
  ladder: z.array(rungSchema).min(1),
  plan: z.object({
    mode: z.enum(['off', 'auto', 'approve']),
    model: modelRefSchema.nullable(),
    /** Whether open questions of a plan wait for a person; absent: they do. */
    waitForAnswers: z.enum(['ask', 'ignore']).optional(),
    /** How many versions a plan may have; absent: 5. */
    maxRevisions: z.number().int().min(1).max(mostPlanRevisions).optional(),
  }),
  checks: z.object({
    mode: z.enum(['auto', 'off']),
    /** Replaces detection when not null. */
    commands: z.array(checkOverrideSchema).nullable(),
    allowUnverified: z.boolean(),
    /** What guards do where it is not the default of src/domain/guard.ts. */
    guards: guardPolicySchema.optional(),
    /** Whether formatting alone can refuse a change; absent: it can. */
    format: z.enum(['fail', 'warn']).optional(),
    /** Whether the repository's own formatter and linter mend what they can before another attempt; absent: they do. */
    autofix: z.boolean().optional(),
  }),
  /** Stages that review what passed the checks; absent: none. */
  reviews: reviewPoliciesSchema.optional(),
  thinking: z.object({ planTokens: z.number().int().min(0), implementTokens: z.number().int().min(0) }),
  limits: runLimitsSchema,
  /** Absent: the defaults of healing-policy.ts. */
  healing: healingSpecSchema.optional(),
});
export type RunSpec = z.infer<typeof runSpecSchema>;

export const stopIntentSchema = z.object({
  mode: z.enum(['cancel', 'time-out']),
  by: z.string(),
  reason: z.string(),
  at: z.string(),
});
export type StopIntent = z.infer<typeof stopIntentSchema>;

/** What was delivered. Present only for runs whose commit reached the source repository. */
export const deliverySchema = z.object({
  branch: z.string(),
  commit: z.string(),
  baseCommit: z.string(),
  baseRef: z.string().nullable(),
  tag: z.string(),
  verified: z.boolean(),
});
export type Delivery = z.infer<typeof deliverySchema>;

/** How what a run delivered was undone. */
export interface Rollback {
  readonly mode: 'revert' | 'reset';
  /** Short name of the branch that has the state without the change, and its commit then. */
  readonly branch: string;
  readonly commit: string;
  /** Who asked for it. */
  readonly by: string;
  readonly at: Date;
  /** It had been undone already when it was asked for at `at`; when and by whom is not known. */
  readonly found: boolean;
}

/** What a waiting run waits for, in words and data. */
export const waitDetailSchema = z.object({
  reason: z.string(),
  planHash: z.string().nullable(),
  commit: z.string().nullable(),
  /** Which version of the plan waits, and what it asks a person. */
  revision: z.number().int().optional(),
  questions: z.array(z.string()).optional(),
  /** What guards ask a person about the change that waits. */
  asks: z.array(z.string()).optional(),
  /** Its checks passed: only the guards ask. */
  verified: z.boolean().optional(),
  /** What it waits for when that is no person: `provider:<name>`, and what happened there. */
  breaker: z.string().optional(),
  cause: errorDataSchema.optional(),
  /** After which attempt a person is asked what only a person can mend. */
  attempt: z.number().int().optional(),
});
export type WaitDetail = z.infer<typeof waitDetailSchema>;

/** One run as every folder but store/ sees it. Instants are Date. */
export interface Run {
  readonly id: string;
  readonly spec: RunSpec;
  readonly state: RunState;
  readonly stage: Stage | null;
  readonly attempt: number;
  readonly epoch: number;
  readonly owner: string | null;
  readonly leaseExpiresAt: Date | null;
  readonly startDeadlineAt: Date | null;
  readonly deadlineAt: Date | null;
  readonly expiresAt: Date;
  readonly waitReason: WaitReason | null;
  readonly waitUntil: Date | null;
  readonly waitDetail: WaitDetail | null;
  readonly stopIntent: StopIntent | null;
  readonly recoveries: number;
  readonly delivery: Delivery | null;
  readonly error: ErrorData | null;
  readonly createdAt: Date;
  readonly startedAt: Date | null;
  readonly endedAt: Date | null;
  readonly durationMs: number | null;
  readonly usage: Usage;
  readonly cost: Cost;
}
