import { createCodeHost } from '../adapters/code-host/registry.ts';
import type { ApiDependencies, DeliverRequest } from '../api/dependencies.ts';
import type { Artifacts } from '../artifacts/file-artifacts.ts';
import { runyardError } from '../domain/errors/runyard-error.ts';

import { appendEvents } from '../events/append-events.ts';
import { diffOf } from '../git/diff-of.ts';
import { importBundle } from '../git/bundle.ts';
import { mirrorDirOf } from '../git/ensure-mirror.ts';
import { deliverOnce } from '../outbox/deliver-once.ts';
import type { Queue } from '../queue/queue.ts';
import { latestCheckpoint } from '../store/checkpoints.ts';

export interface DeliveryOptions {
  readonly queue: Queue;
  readonly artifacts: Artifacts;
  readonly mirrors: string;
}

type DeliveryActions = Pick<ApiDependencies, 'deliver' | 'diffOf' | 'rollback'>;

/** What happens to commits outside of a run's workspace: delivery, the diff for people, rollback. */
export function createDelivery({ queue, artifacts, mirrors }: DeliveryOptions): DeliveryActions {
  const codeHost = createCodeHost('git');
  return {
    async deliver(request) {
      const bundleFile = await artifacts.find(request.run.id, request.bundle);
      if (!bundleFile) throw runyardError('api.not-found', { route: `artifact ${request.bundle}` });
      return deliverOnce({ queue, codeHost, request: requestFor(request, bundleFile), epoch: request.run.epoch });
    },
    async diffOf(run) {
      const { candidate, baseCommit } = (await latestCheckpoint(queue.store.db, run.id)) ?? {};
      if (!candidate || !baseCommit) throw runyardError('run.nothing-delivered', { run: run.id });
      const gitDir = mirrorDirOf(mirrors, run.spec.repository);
      const bundleFile = await artifacts.find(run.id, candidate.bundle);
      if (bundleFile) await importBundle({ gitDir, bundleFile });
      return diffOf({ gitDir, base: baseCommit, commit: candidate.commit, timeoutMs: run.spec.limits.gitMs });
    },
    async rollback(run, { mode, by }) {
      if (!run.delivery) throw runyardError('run.nothing-delivered', { run: run.id });
      const { ticket, repository, limits } = run.spec;
      const request = { runId: run.id, ticket, repository, delivery: run.delivery, mode, timeoutMs: limits.gitMs };
      const result = await codeHost.rollback(request);
      await queue.store.db
        .transaction()
        .execute((tx) => appendEvents(tx, run.id, [{ type: 'run.rolled-back', data: { ...result, by } }]));
      return result;
    },
  };
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
    timeoutMs: limits.gitMs,
  };
}

