import { hostname } from 'node:os';
import { messageOf } from '../../domain/errors/runyard-error.ts';
import { type OrphanCount, type OrphanFailure, orphanKinds } from '../../domain/orphan.ts';
import { appendSystemEvent } from '../../events/append-system-event.ts';
import { decideReaping, type Orphan, type ReapSnapshot } from './decide-reaping.ts';
import { lookAround } from './look-around.ts';
import type { ReaperOptions } from './options.ts';
import { removeOrphan } from './remove-orphan.ts';

/** What one pass did. */
export interface ReapReport {
  readonly counts: readonly OrphanCount[];
  readonly left: number;
  readonly failures: readonly OrphanFailure[];
}

export interface Reaper {
  /** One at a time. `signal`: begin nothing more, and end a removal. */
  pass(signal: AbortSignal): Promise<ReapReport>;
}

/** No removal begins later in a pass; each has a limit of its own. */
const PASS_LIMIT_MS = 120_000;

/** Compares the ledger with what there is on this node, ends and removes what nobody answers for, and tells it (G2, X10). */
export function createReaper(options: ReaperOptions): Reaper {
  const failures = new Map<string, { times: number; at: Date }>();
  let seen = new Map<string, Date>();

  async function look(): Promise<ReapSnapshot> {
    const { processes, ...found } = await lookAround(options);
    seen = new Map(processes.map((handle) => [handle, seen.get(handle) ?? found.now]));
    return { ...found, failures, processes: [...seen].map(([handle, since]) => ({ handle, since })) };
  }

  async function remove(orphan: Orphan, signal: AbortSignal): Promise<'removed' | 'kept' | OrphanFailure> {
    try {
      const isRemoved = await removeOrphan({ ...options, removal: { ...options.removal, signal } }, orphan);
      failures.delete(orphan.key);
      return isRemoved ? 'removed' : 'kept';
    } catch (error) {
      failures.set(orphan.key, { times: (failures.get(orphan.key)?.times ?? 0) + 1, at: options.now() });
      return { kind: orphan.kind, handle: orphan.handle, why: messageOf(error) };
    }
  }

  return {
    async pass(signal) {
      const began = options.monotonicMs();
      const orphans = decideReaping(await look());
      const outcomes: { orphan: Orphan; outcome: Awaited<ReturnType<typeof remove>> }[] = [];
      for (const orphan of orphans) {
        if (signal.aborted || options.monotonicMs() - began > PASS_LIMIT_MS) break;
        outcomes.push({ orphan, outcome: await remove(orphan, signal) });
      }
      const done = outcomes.filter(({ outcome }) => outcome !== 'kept');
      const failed = done.flatMap(({ outcome }) => (typeof outcome === 'string' ? [] : [outcome]));
      const left = orphans.length - outcomes.length;
      const found = [...done.map(({ orphan }) => orphan), ...orphans.slice(outcomes.length)];
      const counts = countsOf(found, done);
      if (counts.length > 0) await tell(options, { counts, left, failures: failed });
      return { counts, left, failures: failed };
    },
  };
}

function countsOf(
  found: readonly Orphan[],
  done: readonly { readonly orphan: Orphan; readonly outcome: unknown }[],
): OrphanCount[] {
  return orphanKinds
    .map((kind) => {
      const ofKind = done.filter(({ orphan }) => orphan.kind === kind);
      const removed = ofKind.filter(({ outcome }) => outcome === 'removed').length;
      const total = found.filter((orphan) => orphan.kind === kind).length;
      return { kind, found: total, removed, failed: ofKind.length - removed };
    })
    .filter((count) => count.found > 0);
}

const MOST_FAILURES_TOLD = 20;

async function tell(
  { db, nodeId, onTold }: ReaperOptions,
  { counts, left, failures }: ReapReport,
): Promise<void> {
  const host = hostname();
  const parts = counts.map(({ kind, found, removed }) => `${kind} ${removed} of ${found}`).join(', ');
  const [first] = failures;
  const trouble = first
    ? ` Not removed, and tried again later: ${first.handle} (${first.why}). Remove it by hand if that goes on.`
    : '';
  const message = `Node ${nodeId} on ${host} removed what nobody answered for any more: ${parts}.${trouble}`;
  await appendSystemEvent(db, {
    type: 'orphans.found',
    subject: `node:${nodeId}`,
    data: { message, host, counts: [...counts], left, failures: failures.slice(0, MOST_FAILURES_TOLD) },
  });
  onTold(message);
}
