import type { Fence } from '../adapters/code-host/types.ts';
import { RunyardError, runyardError } from '../domain/errors/runyard-error.ts';
import type { Owner } from '../queue/lock-run.ts';
import type { Queue } from '../queue/queue.ts';
import { renewLease } from '../queue/renew-lease.ts';

export interface WhileOwned<T> {
  readonly queue: Queue;
  readonly owner: Owner;
  readonly leaseMs: number;
  readonly effect: (fence: Fence) => Promise<T>;
}

/**
 * Lets an outward effect happen only while the run is owned: the lease is renewed before it begins, at each `confirm` and three times per
 * lease; when that fails for as long as the lease lasts, or the run is somebody else's, the effect's signal aborts (X3).
 */
export async function whileOwned<T>({ queue, owner, leaseMs, effect }: WhileOwned<T>): Promise<T> {
  const lost = new AbortController();
  let heldUntil = 0;

  async function renew(): Promise<void> {
    // The time since the question was sent is what is certain here; only its length is measured, no clock is compared.
    const asked = performance.now();
    await renewLease(queue, { ...owner, leaseMs });
    heldUntil = asked + leaseMs;
  }

  async function confirm(): Promise<void> {
    lost.signal.throwIfAborted();
    await renew();
    // The process may have been frozen between the answer and now.
    if (performance.now() >= heldUntil) throw staleOwner(owner);
  }

  async function keep(): Promise<void> {
    try {
      await renew();
    } catch (error) {
      const refused = error instanceof RunyardError && error.code === 'run.stale-owner';
      if (refused || performance.now() >= heldUntil) lost.abort(refused ? error : staleOwner(owner));
    }
  }

  await confirm();
  const timer = setInterval(() => void keep(), leaseMs / 3);
  try {
    return await effect({ signal: lost.signal, confirm });
  } catch (error) {
    throw lost.signal.aborted ? lost.signal.reason : error;
  } finally {
    clearInterval(timer);
  }
}

function staleOwner({ runId, epoch }: Owner): RunyardError {
  return runyardError('run.stale-owner', { run: runId, epoch });
}
