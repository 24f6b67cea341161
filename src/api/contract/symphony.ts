import { z } from 'zod';
import { runStates } from '../../domain/run-state.ts';
import { instant } from './instant.ts';

/** https://github.com/openai/symphony, SPEC.md section 13.7.2. Its names stay as they are there; what it lets us add is said beside it. */
export const symphonyRoutes = {
  state: '/api/v1/state',
  issue: '/api/v1/:issue',
  refresh: '/api/v1/refresh',
} as const;

const count = z.number().int().min(0);
/** Tokens read from and written to the prompt cache are input tokens here. */
const tokens = z.object({ input_tokens: count, output_tokens: count, total_tokens: count });

const sessionSchema = z.object({
  session_id: z.string().describe('Run and attempt.'),
  turn_count: count,
  state: z.enum(runStates).describe('The state of the run.'),
  started_at: instant.nullable(),
  last_event: z.string().nullable(),
  last_message: z.string(),
  last_event_at: instant.nullable(),
  tokens,
});

const retrySchema = z.object({
  attempt: count,
  due_at: instant.nullable(),
  error: z.string().nullable(),
});

const named = {
  issue_id: z.string().describe('The id of the run.'),
  issue_identifier: z.string().describe('The key of the ticket, or the id of the run where it has none.'),
};

/** GET /api/v1/state: runs at work, runs that wait for a provider, and what has been used since this node started. */
export const symphonyStateSchema = z.object({
  generated_at: instant,
  counts: z.object({
    running: count,
    retrying: count,
    queued: count.describe('Not in the specification.'),
    waiting: count.describe('For a person. Not in the specification.'),
  }),
  running: z.array(sessionSchema.extend(named)),
  retrying: z.array(retrySchema.extend(named)),
  codex_totals: tokens.extend({ seconds_running: z.number().min(0) }),
  rate_limits: z
    .object({
      providers: z.array(z.object({ name: z.string(), state: z.string(), retry_at: instant.nullable() })),
    })
    .nullable()
    .describe('Providers and agents that are left alone for now; null: none.'),
});
export type SymphonyState = z.infer<typeof symphonyStateSchema>;

/** GET /api/v1/<issue_identifier>: the newest run of the ticket with that key, or the run with that id. */
export const symphonyIssueSchema = z.object({
  ...named,
  status: z.enum([
    'queued',
    'running',
    'retrying',
    'waiting',
    'succeeded',
    'failed',
    'cancelled',
    'timed_out',
  ]),
  workspace: z.object({ path: z.string() }).nullable().describe('null: workspaces are not shown outside.'),
  attempts: z.object({ restart_count: count, current_retry_attempt: count }),
  running: sessionSchema.nullable(),
  retry: retrySchema.nullable(),
  waits_for: z
    .object({
      reason: z.string(),
      detail: z.string(),
      questions: z.array(z.string()).describe('What the planner, or a failed attempt, asks.'),
      asks: z.array(z.string()).describe('What guards ask about the change that waits.'),
      commit: z.string().nullable(),
      due_at: instant.nullable(),
    })
    .nullable()
    .describe('The decision of a person; null: it waits for none. Not in the specification.'),
  logs: z.object({
    codex_session_logs: z.array(
      z.object({ label: z.string(), path: z.string().nullable(), url: z.string().nullable() }),
    ),
  }),
  recent_events: z.array(z.object({ at: instant, event: z.string(), message: z.string() })),
  last_error: z.string().nullable(),
  tracked: z.record(z.string(), z.unknown()).describe('Where the run is in this API.'),
});
export type SymphonyIssue = z.infer<typeof symphonyIssueSchema>;

/** POST /api/v1/refresh. */
export const symphonyRefreshSchema = z.object({
  queued: z.boolean(),
  coalesced: z.boolean(),
  requested_at: instant,
  operations: z.array(z.string()),
});
