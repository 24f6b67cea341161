import { runyardError } from '../domain/errors/runyard-error.ts';
import type { NewEvent } from '../domain/events.ts';
import type { Run } from '../domain/run.ts';
import { appendEvents } from '../events/append-events.ts';
import { createRedactor, type Redact } from '../lib/redact.ts';
import { inTransaction } from './in-transaction.ts';
import { currentRun, lockRun } from './lock-run.ts';
import type { Queue } from './queue.ts';
import { requeue } from './requeue.ts';

export interface Resumption {
  readonly runId: string;
  readonly by: string;
  /** What exactly is approved (X14): the hash of the plan, or the commit (7 characters of it at least) of an unverified change. */
  readonly approved:
    | { readonly planHash: string }
    | { readonly commit: string }
    /** The attempt after which a person was asked; the answer may be empty. */
    | { readonly attempt: number; readonly answer: string };
  /** Knows the keys of this server; absent: only shapes of secrets are hidden in an answer. */
  readonly redact?: Redact | undefined;
}

/**
 * A person approves what a run waits for; it goes back into the queue. Throws `run.not-waiting`, or `run.wrong-plan-hash` or
 * `run.wrong-commit` when the approval names something else than what waits: a plan is never taken for a change.
 */
export async function resumeRun(queue: Queue, resumption: Resumption): Promise<Run> {
  const { runId } = resumption;
  return inTransaction(queue, async (tx) => {
    const run = await lockRun(tx, runId);
    const { planHash = null, commit = null, attempt = null } = run.wait_detail ?? {};
    const decidable = run.wait_reason === 'approval' || run.wait_reason === 'input';
    if (run.state !== 'waiting' || !decidable || (planHash ?? commit ?? attempt) === null) {
      throw runyardError('run.not-waiting', { run: runId, state: run.state });
    }
    const event = approvalOf(resumption, { planHash, commit, attempt });
    await appendEvents(tx, runId, [event]);
    await requeue(tx, run);
    return currentRun(tx, runId);
  });
}

const SHORTEST_COMMIT = 7;
/** An answer is stored, shown and sent to a model: what looks like a secret has no business there. */
const redactShapes = createRedactor();

function approvalOf(
  { runId, by, approved, redact }: Resumption,
  waiting: {
    readonly planHash: string | null;
    readonly commit: string | null;
    readonly attempt: number | null;
  },
): NewEvent {
  if ('planHash' in approved) {
    const given = approved.planHash;
    if (waiting.planHash === given) return { type: 'plan.approved', data: { hash: given, by } };
    throw runyardError('run.wrong-plan-hash', {
      run: runId,
      given,
      expected: waiting.planHash ?? 'none: a change waits',
    });
  }
  if ('attempt' in approved) {
    const { attempt } = approved;
    if (waiting.attempt !== attempt) {
      const expected = waiting.attempt === null ? 'none: it asks nothing' : String(waiting.attempt);
      throw runyardError('run.wrong-attempt', { run: runId, given: attempt, expected });
    }
    const answer = (redact ?? redactShapes)(approved.answer.trim());
    return { type: 'run.answered', data: { attempt, by, answer } };
  }
  const { commit } = waiting;
  const given = approved.commit;
  if (commit !== null && given.length >= SHORTEST_COMMIT && commit.startsWith(given)) {
    return { type: 'change.accepted', data: { commit, by } };
  }
  throw runyardError('run.wrong-commit', { run: runId, given, expected: commit ?? 'none: a plan waits' });
}
