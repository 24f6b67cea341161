import { z } from 'zod';
import { attemptOutcomes, autofixSchema, startedFromSchema } from './attempt.ts';
import { errorDataSchema } from './errors/runyard-error.ts';
import { guardSummarySchema } from './guard.ts';
import { lessonMatches } from './lesson.ts';
import { planSchema } from './plan.ts';
import { reviewSeverities, reviewStages } from './review.ts';
import { deliverySchema, stopIntentSchema } from './run.ts';
import { runStates, waitReasons } from './run-state.ts';
import { stages } from './stage.ts';
import { costSchema, usageSchema } from './usage.ts';
import { checkStatuses } from './verdict.ts';
import { workspaceStrategies } from './workspace-strategy.ts';

const stage = z.enum(stages);
const attempt = z.number().int().min(0);

/** Every kind of event and the data it carries. Events are append-only: a kind may gain optional fields, never lose one. */
export const eventDataSchemas = {
  'run.accepted': z.object({
    title: z.string(),
    repository: z.string(),
    /** The run whose spec it has. */
    retryOf: z.string().optional(),
  }),
  'run.state-changed': z.object({
    from: z.enum(runStates).nullable(),
    to: z.enum(runStates),
    waitReason: z.enum(waitReasons).nullable(),
    error: errorDataSchema.nullable(),
  }),
  'run.recovered': z.object({ recoveries: z.number().int(), cause: z.string() }),
  'run.stop-requested': stopIntentSchema,
  'run.warning': z.object({ code: z.string(), message: z.string() }),
  'stage.started': z.object({ stage, attempt }),
  'stage.finished': z.object({ stage, attempt, durationMs: z.number() }),
  /** How the files came into the work tree, where there was a choice. */
  'workspace.made': z.object({ strategy: z.enum(workspaceStrategies), why: z.string() }),
  'plan.proposed': z.object({ plan: planSchema, hash: z.string(), revision: z.number().int() }),
  'plan.approved': z.object({ hash: z.string(), by: z.string() }),
  /** A person wants another plan. Whatever the feedback says, it is no approval. */
  'plan.sent-back': z.object({ hash: z.string(), by: z.string(), feedback: z.string() }),
  /** A person answered open questions of the plan, which will be revised. */
  'plan.answered': z.object({
    hash: z.string(),
    by: z.string(),
    answers: z.array(z.object({ question: z.string(), answer: z.string() })),
  }),
  /** A person took a change that no check could verify. */
  'change.accepted': z.object({ commit: z.string(), by: z.string() }),
  'attempt.started': z.object({
    attempt,
    agent: z.string(),
    model: z.string().nullable(),
    reason: z.string(),
    /** Absent or null: the base commit. */
    startedFrom: startedFromSchema.nullable().optional(),
  }),
  'attempt.finished': z.object({
    attempt,
    outcome: z.enum(attemptOutcomes),
    commit: z.string().nullable(),
    durationMs: z.number(),
    error: errorDataSchema.nullable(),
    agent: z.string().optional(),
    /** The agent itself failed before it did anything. */
    idle: z.boolean().optional(),
  }),
  /** One visible act of an agent: a tool call, a message, a warning. `text` is redacted and at most 4 kB. */
  'agent.activity': z.object({
    attempt,
    kind: z.enum(['message', 'thinking', 'tool', 'tool-result', 'warning']),
    name: z.string().nullable(),
    text: z.string(),
  }),
  /** Nothing shows that an agent still works; `count` counts how often in this attempt. It is ended at its limit, not before. */
  'agent.stuck': z.object({
    attempt,
    count: z.number().int().min(1),
    quietMs: z.number(),
    reasons: z.array(z.string()),
  }),
  'check.started': z.object({
    attempt,
    name: z.string(),
    on: z.enum(['baseline', 'change']),
    command: z.string(),
  }),
  'check.finished': z.object({
    attempt,
    name: z.string(),
    on: z.enum(['baseline', 'change']),
    status: z.enum(checkStatuses),
    exitCode: z.number().int().nullable(),
    durationMs: z.number(),
    /** Errors it reported, old ones included; the verdict tells them apart. */
    problems: z.number().int(),
    firstProblem: z.string().nullable(),
  }),
  'verdict.reached': z.object({
    attempt,
    status: z.enum(['passed', 'failed', 'unverifiable']),
    introduced: z.number().int(),
    preexisting: z.number().int(),
    fingerprint: z.string().nullable(),
    summary: z.string(),
    /** How many findings of guards there are of each action, and the first of the worst; absent: none, or an event of before. */
    guards: guardSummarySchema.optional(),
  }),
  /** A reviewer answered, or could not be had; once per stage and round. `blocking`: findings that send the work back. */
  'review.finished': z.object({
    stage: z.enum(reviewStages),
    attempt,
    round: z.number().int().min(1),
    model: z.string(),
    status: z.enum(['reviewed', 'unavailable']),
    blocking: z.number().int().min(0),
    findings: z.array(
      z.object({
        severity: z.enum(reviewSeverities),
        file: z.string().nullable(),
        line: z.number().int().nullable(),
        title: z.string(),
      }),
    ),
    summary: z.string(),
  }),
  /** The failure may pass by itself, so the same commit is verified again; it does not count as an attempt. */
  'verification.repeated': z.object({
    attempt,
    count: z.number().int().min(1),
    waitMs: z.number(),
    reason: z.string(),
  }),
  /** The repository's own tool mended what it could, without a model; the commit of the attempt is another one now. */
  'autofix.applied': autofixSchema.extend({ attempt, commit: z.string() }),
  /** A person was asked after an attempt, and said to go on. */
  'run.answered': z.object({ attempt, by: z.string(), answer: z.string() }),
  /** What earlier runs learned, as an attempt was told of it. */
  'lessons.offered': z.object({
    attempt,
    lessons: z.array(
      z.object({ id: z.string(), match: z.enum(lessonMatches), category: z.string(), message: z.string() }),
    ),
  }),
  'snapshot.saved': z.object({ ref: z.string(), commit: z.string(), reason: z.string() }),
  'run.delivered': deliverySchema,
  /** What was verified of the delivered commit is stored, signed. `digest`: SHA-256 of the statement. */
  'receipt.signed': z.object({ commit: z.string(), keyId: z.string(), digest: z.string() }),
  'run.rolled-back': z.object({
    mode: z.enum(['revert', 'reset']),
    branch: z.string(),
    commit: z.string(),
    by: z.string(),
    /** It had been undone when it was asked for; when and by whom was not known. */
    found: z.boolean().optional(),
  }),
  /** Somebody had the same run again; stands with the run that had ended. */
  'run.retried': z.object({ run: z.string(), by: z.string() }),
  'run.summary': z.object({ usage: usageSchema, cost: costSchema, attempts: z.number().int() }),
} as const;

export type EventType = keyof typeof eventDataSchemas;
export type EventData<T extends EventType> = z.infer<(typeof eventDataSchemas)[T]>;

/** An event before it has a place in the run's sequence. */
export type NewEvent = { [T in EventType]: { readonly type: T; readonly data: EventData<T> } }[EventType];

/** A stored event. `seq` counts from 1 without gaps within a run. */
export type RunEvent = NewEvent & { readonly runId: string; readonly seq: number; readonly at: Date };

export const eventTypeSchema = z.enum(Object.keys(eventDataSchemas) as [EventType, ...EventType[]]);

/** Parses an event that came from outside (worker protocol, database). Throws ZodError when the data does not fit the type. */
export function parseNewEvent(type: string, data: unknown): NewEvent {
  const known = eventTypeSchema.parse(type);
  return { type: known, data: eventDataSchemas[known].parse(data) } as NewEvent;
}
