import { eventText } from '../domain/event-text.ts';
import type { RunEvent } from '../domain/events.ts';
import type { Run } from '../domain/run.ts';
import { endsByItself } from '../domain/run-state.ts';
import type { Usage } from '../domain/usage.ts';
import type { SymphonyIssue, SymphonyState } from './contract.ts';

type Session = NonNullable<SymphonyIssue['running']>;
type Retry = NonNullable<SymphonyIssue['retry']>;

/** How a run is named and counted in the words of the Symphony specification, section 13.7.2. */
export function symphonyStatus(run: Run): SymphonyIssue['status'] {
  if (run.state === 'starting' || run.state === 'running') return 'running';
  if (run.state === 'waiting') return endsByItself(run.waitReason) ? 'retrying' : 'waiting';
  return run.state;
}

export function namesOf({ id, spec }: Run): { issue_id: string; issue_identifier: string } {
  return { issue_id: id, issue_identifier: spec.ticket.key ?? id };
}

export function sessionOf(run: Run, last: RunEvent | undefined): Session {
  return {
    session_id: `${run.id}-${Math.max(run.attempt, attemptOf(last))}`,
    turn_count: run.usage.turns,
    state: run.state,
    started_at: run.startedAt?.toISOString() ?? null,
    last_event: last?.type ?? null,
    last_message: last ? eventText(last) : '',
    last_event_at: last?.at.toISOString() ?? null,
    tokens: tokensOf(run.usage),
  };
}

/** The run itself learns of it with the next heartbeat. */
function attemptOf(event: RunEvent | undefined): number {
  return event && 'attempt' in event.data ? event.data.attempt : 0;
}

export function retryOf({ attempt, waitUntil, waitDetail }: Run): Retry {
  return {
    attempt,
    due_at: waitUntil?.toISOString() ?? null,
    error: waitDetail?.cause?.what ?? waitDetail?.reason ?? null,
  };
}

function decisionOf({ waitReason, waitDetail, waitUntil }: Run): SymphonyIssue['waits_for'] {
  return {
    reason: waitReason ?? '',
    detail: waitDetail?.reason ?? '',
    questions: [...(waitDetail?.questions ?? [])],
    asks: [...(waitDetail?.asks ?? [])],
    commit: waitDetail?.commit ?? null,
    due_at: waitUntil?.toISOString() ?? null,
  };
}

export function tokensOf({
  inputTokens,
  cacheReadTokens,
  cacheWriteTokens,
  outputTokens,
}: Usage): SymphonyState['running'][number]['tokens'] {
  const input = inputTokens + cacheReadTokens + cacheWriteTokens;
  return { input_tokens: input, output_tokens: outputTokens, total_tokens: input + outputTokens };
}

/** Everything about one run, `events` the newest of it. */
export function issueOf(
  run: Run,
  events: readonly RunEvent[],
  links: SymphonyIssue['tracked'],
): SymphonyIssue {
  const status = symphonyStatus(run);
  return {
    ...namesOf(run),
    status,
    workspace: null,
    attempts: { restart_count: run.recoveries, current_retry_attempt: run.attempt },
    running: status === 'running' ? sessionOf(run, events.at(-1)) : null,
    retry: status === 'retrying' ? retryOf(run) : null,
    waits_for: status === 'waiting' ? decisionOf(run) : null,
    logs: {
      codex_session_logs: [{ label: 'latest', path: null, url: String(links['events']) }],
    },
    recent_events: events.map((event) => ({
      at: event.at.toISOString(),
      event: event.type,
      message: eventText(event),
    })),
    last_error: run.error?.what ?? null,
    tracked: links,
  };
}
