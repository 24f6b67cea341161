import { addMs } from '../lib/deadline.ts';
import type { RunEvent } from './events.ts';
import type { Run } from './run.ts';

/** Something a run waits for: until when at the latest, and what happens otherwise. */
export interface Wait {
  readonly what: string;
  readonly until: Date;
  readonly otherwise: string;
}

export interface WaitsInput {
  readonly run: Run;
  readonly events: readonly RunEvent[];
}

/** Every deadline that counts now, the nearest first (S2). Empty for an ended run. */
export function waitsOf(input: WaitsInput): Wait[] {
  return named(input).sort((a, b) => a.until.getTime() - b.until.getTime());
}

function named(input: WaitsInput): Wait[] {
  const { run } = input;
  switch (run.state) {
    case 'queued':
      return [{ what: 'a free place', until: run.expiresAt, otherwise: 'it ends as timed out' }];
    case 'starting':
      return until(run.startDeadlineAt, { what: 'a worker that takes it', otherwise: 'it fails' });
    case 'waiting':
      return until(run.waitUntil, { what: waitedFor(run), otherwise: afterWait(run) });
    case 'running':
      return running(input);
    default:
      return [];
  }
}

function running({ run, events }: WaitsInput): Wait[] {
  const { limits } = run.spec;
  const stage = current(events);
  const attempt = lastOf(events, 'attempt.started');
  const isAtWork = attempt !== null && stage?.data.stage === 'implement' && attempt.seq > stage.seq;
  const spoke = isAtWork ? (lastOf(events, 'agent.activity') ?? attempt) : null;
  const stopMs = 3 * limits.killGraceMs + STOP_MARGIN_MS;
  return [
    ...until(run.stopIntent && addMs(new Date(run.stopIntent.at), stopMs), {
      what: `its end, which ${run.stopIntent?.by ?? 'somebody'} asked for`,
      otherwise: 'its worker is ended',
    }),
    ...until(spoke && addMs(spoke.at, limits.silenceMs), {
      what: 'the next words of the agent',
      otherwise: 'the agent is ended if it has printed nothing at all, and the attempt fails',
    }),
    ...until(isAtWork ? addMs(attempt.at, limits.attemptMs) : null, {
      what: `attempt ${attempt?.data.attempt ?? 1}`,
      otherwise: 'the agent is ended, and the attempt fails',
    }),
    ...until(stage && addMs(stage.at, limits.stageMs), {
      what: `stage ${stage?.data.stage ?? ''}`,
      otherwise: 'it ends as timed out, its work saved',
    }),
    ...until(run.deadlineAt, { what: 'the run', otherwise: 'it ends as timed out, its work saved' }),
    ...until(run.leaseExpiresAt, {
      what: 'the next heartbeat of its worker',
      otherwise: 'it starts again elsewhere',
    }),
  ];
}

/** The stage that has begun and not ended; the column of the run follows only with the next heartbeat. */
function current(events: readonly RunEvent[]) {
  const started = lastOf(events, 'stage.started');
  const finished = lastOf(events, 'stage.finished');
  return started && (finished === null || finished.seq < started.seq) ? started : null;
}

/** What the supervisor gives a worker on top of the graces (src/supervisor). */
const STOP_MARGIN_MS = 5_000;

function until(at: Date | null, wait: Omit<Wait, 'until'>): Wait[] {
  return at ? [{ ...wait, until: at }] : [];
}

function waitedFor({ waitReason }: Run): string {
  switch (waitReason) {
    case 'approval':
      return 'an approval';
    case 'input':
      return 'an answer';
    default:
      return waitReason ?? 'something unknown';
  }
}

function afterWait({ waitReason, delivery }: Run): string {
  if (waitReason === 'quota' || waitReason === 'breaker') return 'it queues again';
  return delivery ? 'it ends as succeeded' : 'it ends as timed out';
}

function lastOf<T extends RunEvent['type']>(events: readonly RunEvent[], type: T) {
  const found = events.findLast((event): event is Extract<RunEvent, { type: T }> => event.type === type);
  return found ?? null;
}
