import type { Delivery } from '../../../domain/run.ts';
import { deliverLocal } from '../../../git/deliver-local.ts';
import { type DeliverRemoteOptions, deliverRemote } from '../../../git/deliver-remote.ts';
import { ensureMirror, type Mirror } from '../../../git/ensure-mirror.ts';
import { isGitError } from '../../../git/git.ts';
import { branchName, tagName } from '../../../git/names.ts';
import { resolveSource } from '../../../git/resolve-source.ts';
import { rollback } from '../../../git/rollback.ts';
import type { ResolvedSource, ResolveSourceOptions } from '../../../git/source.ts';
import type { CodeHost, DeliveryRequest, RollbackRequest } from '../types.ts';
import { createReceiptNotes, gitDirOf } from './receipt-notes.ts';

export interface GitCodeHostOptions {
  /** For access to remotes with the user's own credentials. */
  readonly userEnvironment: Readonly<Record<string, string | undefined>>;
  /** Finds a source for delivery; may remember where it was a while ago. */
  readonly locate: (options: ResolveSourceOptions) => Promise<ResolvedSource>;
  /** `<data>/mirrors`. */
  readonly mirrors: string;
}

/** Any git repository: a local one gets branch and tag directly, a remote one by an atomic push that only creates. */
export function createGitCodeHost({ userEnvironment, mirrors, locate }: GitCodeHostOptions): CodeHost {
  const access = { userEnvironment, skipWorkTree: true };

  /** A name that is gone by now must not stand in the way: what counts is the commit, and that is known. */
  async function resolveStill(
    { repository, base, timeoutMs }: ResolveSourceOptions,
    find: GitCodeHostOptions['locate'],
  ): Promise<ResolvedSource> {
    try {
      return await find({ repository, base, timeoutMs });
    } catch (error) {
      if (base === null || !isGitError(error, 'git.missing-branch')) throw error;
      return { ...(await find({ repository, base: null, timeoutMs })), baseRef: null };
    }
  }

  async function deliver(request: DeliveryRequest): Promise<Delivery> {
    const { repository, baseRef, baseCommit, commit, timeoutMs } = request;
    const source = await resolveStill({ repository, base: baseRef, timeoutMs }, locate);
    const names = {
      branch: branchName(request.ticket, request.runId),
      tag: { name: tagName(request.ticket, commit), message: tagMessage(request) },
      commit,
      baseCommit,
    };
    const { signal, confirm } = request.fence;
    const common = { ...names, bundle: request.bundleFile, date: request.date, timeoutMs, signal, confirm };
    const { branch, tag } =
      source.kind === 'local'
        ? await deliverLocal({ ...common, sourceGitDir: gitDirOf(source) })
        : await pushTo(source, common);
    return { branch, commit, baseCommit, baseRef: source.baseRef, tag, verified: request.verified };
  }

  async function undo({ repository, delivery, mode, runId, date, timeoutMs }: RollbackRequest) {
    const source = await resolveStill({ repository, base: delivery.branch, timeoutMs }, (options) =>
      resolveSource({ ...options, ...access }),
    );
    const trailers = [`Runyard-Run: ${runId}`];
    const request = { source, mirrorsDir: mirrors, delivery, mode, trailers, date, timeoutMs, ...access };
    return rollback(request);
  }

  /** The push starts from the mirror, which another node may have made. */
  async function pushTo(
    source: ResolvedSource,
    names: Omit<DeliverRemoteOptions, 'url' | 'mirrorDir' | 'userEnvironment'>,
  ) {
    const { mirrorDir } = await mirrorOf(source, names.baseCommit, names.timeoutMs);
    return deliverRemote({ ...names, userEnvironment, url: source.location, mirrorDir });
  }

  function mirrorOf(source: ResolvedSource, baseCommit: string, timeoutMs: number): Promise<Mirror> {
    const of = { ...source, baseCommit };
    return ensureMirror({ mirrorsDir: mirrors, source: of, timeoutMs, userEnvironment });
  }

  const find = (options: ResolveSourceOptions) => resolveStill(options, locate);
  return { deliver, rollback: undo, ...createReceiptNotes({ find, mirrorOf, userEnvironment }) };
}

function tagMessage({ ticket, runId }: DeliveryRequest): string {
  const what = Array.from(ticket.title)
    .slice(0, 200)
    .join('')
    .replaceAll(/\p{Cc}/gu, ' ');
  return `State before Runyard's change for: ${what}\n\nRunyard-Run: ${runId}\nUndo it with: runyard rollback ${runId}`;
}
