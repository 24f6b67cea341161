import type { RunState, WaitReason } from '../domain/run-state.ts';

/** The columns a decision about deadlines needs. */
export interface Deadlines {
  readonly state: RunState;
  readonly expires_at: Date;
  readonly start_deadline_at: Date | null;
  readonly wait_reason: WaitReason | null;
  readonly wait_until: Date | null;
  readonly deadline_at: Date | null;
  readonly lease_expires_at: Date | null;
  readonly stop_intent: object | null;
  readonly delivery: object | null;
}

export type Overdue =
  | 'expired-in-queue'
  | 'not-started'
  /** Nobody decided in time. */
  | 'nobody-decided'
  /** The wait itself was what had to pass: a quota's reset, a breaker's pause. */
  | 'waited-enough'
  /** Delivered, and the time for CI or review is over: delivered stays delivered. */
  | 'stays-delivered'
  | 'deadline-passed'
  | 'lease-lapsed';

/** Which limit a run is over, or null (S2). Every state but the terminal ones has one. */
export function overdue(run: Deadlines, now: Date): Overdue | null {
  const passed = (at: Date | null): at is Date => at !== null && at <= now;
  if (run.state === 'queued') return passed(run.expires_at) ? 'expired-in-queue' : null;
  if (run.state === 'starting') return passed(run.start_deadline_at) ? 'not-started' : null;
  if (run.state === 'waiting') return passed(run.wait_until) ? afterWait(run) : null;
  if (run.state !== 'running') return null;
  // A deadline that lies behind the end of the lease was not reached in owned time.
  const owned =
    run.lease_expires_at === null || (run.deadline_at !== null && run.deadline_at <= run.lease_expires_at);
  if (!run.stop_intent && passed(run.deadline_at) && owned) return 'deadline-passed';
  return passed(run.lease_expires_at) ? 'lease-lapsed' : null;
}

function afterWait({ wait_reason, delivery }: Deadlines): Overdue {
  switch (wait_reason) {
    case 'quota':
    case 'breaker':
      return 'waited-enough';
    case 'ci':
    case 'review':
      return delivery ? 'stays-delivered' : 'nobody-decided';
    default:
      return 'nobody-decided';
  }
}
