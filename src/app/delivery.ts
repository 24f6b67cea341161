import type { CodeHost } from '../adapters/code-host/types.ts';
import type { ApiDependencies, DeliverRequest } from '../api/dependencies.ts';
import type { Artifacts } from '../artifacts/file-artifacts.ts';
import { runyardError } from '../domain/errors/runyard-error.ts';
import type { Run } from '../domain/run.ts';
import { isTerminal } from '../domain/run-state.ts';
import { recordRollback } from '../events/record-rollback.ts';
import type { ChangedFile } from '../git/changed-files.ts';
import { diffOf } from '../git/diff-of.ts';
import { deliverOnce } from '../outbox/deliver-once.ts';
import type { Queue } from '../queue/queue.ts';
import { latestCheckpoint } from '../store/checkpoints.ts';
import { keptCommits } from '../store/kept-commits.ts';
import type { Db } from '../store/schema.ts';
import { type Change, createChangeMirrors } from './change-mirror.ts';
import { leaseMs } from './options.ts';
import type { Receipts } from './receipts.ts';
import type { SourceMemory } from './source-memory.ts';

export interface DeliveryOptions {
  readonly queue: Queue;
  readonly artifacts: Artifacts;
  readonly mirrors: string;
  /** For access to remotes with the user's own credentials. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly sources: SourceMemory;
  readonly codeHost: CodeHost;
  readonly receipts: Receipts;
}

type DeliveryActions = Pick<ApiDependencies, 'deliver' | 'diffOf' | 'rollback'>;

/** What happens to commits outside of a run's workspace: delivery, the diff for people, rollback. */
export function createDelivery({
  queue,
  artifacts,
  mirrors,
  env,
  sources,
  codeHost,
  receipts,
}: DeliveryOptions): DeliveryActions {
  const mirrorWithChange = createChangeMirrors({ artifacts, mirrors, env, sources });

  return {
    async deliver(request) {
      const bundleFile = await artifacts.find(request.run.id, request.bundle);
      if (!bundleFile) {
        throw runyardError('run.change-elsewhere', { run: request.run.id, commit: request.commit });
      }
      const delivery = await deliverOnce({
        queue,
        codeHost,
        request: requestFor(request, bundleFile),
        epoch: request.run.epoch,
        leaseMs,
        receipts: receipts.makerFor(request.run),
      });
      await receipts.attach(request.run, delivery);
      return delivery;
    },
    async diffOf(run, attempt) {
      const { candidate, baseCommit } = await changeOf(queue.store.db, run, attempt);
      const gitDir = await mirrorWithChange(run, { baseCommit, candidate });
      const { commit } = candidate;
      const timeoutMs = run.spec.limits.gitMs;
      const { text, isTruncated, files } = await diffOf({ gitDir, base: baseCommit, commit, timeoutMs });
      return { baseCommit, commit, diff: text, truncated: isTruncated, files: files.map(lineCounts) };
    },
    async rollback(run, { mode, by }) {
      if (!run.delivery) throw runyardError('run.nothing-delivered', { run: run.id });
      const { ticket, repository, limits } = run.spec;
      const request = {
        runId: run.id,
        ticket,
        repository,
        delivery: run.delivery,
        mode,
        date: new Date(),
        timeoutMs: limits.gitMs,
      };
      const outcome = await codeHost.rollback(request);
      const recorded = await recordRollback(queue.store.db, run.id, { ...outcome, by });
      return { ...recorded, at: recorded.at.toISOString(), changed: outcome.changed };
    },
  };
}

/** What was or would be delivered, or what an attempt changed. */
async function changeOf(db: Db, run: Run, attempt: number | undefined): Promise<Change> {
  const checkpoint = await latestCheckpoint(db, run.id);
  if (attempt === undefined) {
    if (!checkpoint?.candidate)
      throw isTerminal(run.state)
        ? runyardError('run.nothing-delivered', { run: run.id })
        : runyardError('run.nothing-committed', { run: run.id, state: run.state });
    return { candidate: checkpoint.candidate, baseCommit: checkpoint.baseCommit };
  }
  const commit = checkpoint?.attempts.find(({ number }) => number === attempt)?.commit ?? null;
  const kept = commit && (await keptCommits(db, run.id)).find((one) => one.commit === commit);
  if (!kept) throw runyardError('run.attempt-not-kept', { run: run.id, attempt });
  return { baseCommit: kept.baseCommit, candidate: kept };
}

function lineCounts({ path, binary, added, deleted }: ChangedFile) {
  return { path, added: binary ? null : added, deleted: binary ? null : deleted };
}

function requestFor({ run, commit, baseCommit, verified }: DeliverRequest, bundleFile: string) {
  const { ticket, repository, base, limits } = run.spec;
  return {
    runId: run.id,
    ticket,
    repository,
    baseRef: base,
    bundleFile,
    commit,
    baseCommit,
    verified,
    date: run.createdAt,
    timeoutMs: limits.gitMs,
  };
}
