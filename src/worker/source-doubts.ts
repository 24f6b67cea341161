import type { ResolvedSource } from '../git/source.ts';
import { changesWarning } from '../git/uncommitted-changes.ts';
import type { WorkerContext } from './context.ts';

/** Says what is doubtful about the source: uncommitted changes, a detached HEAD. Called again it only waits. Never throws. */
export function sourceDoubts(context: WorkerContext, source: ResolvedSource): () => Promise<void> {
  const { signal, assignment } = context;
  let said: Promise<void> | null = null;
  async function say(): Promise<void> {
    const { warnings, unseenWorkTree } = source;
    const timeoutMs = assignment.spec.limits.gitMs;
    const changes = unseenWorkTree ? await changesWarning(unseenWorkTree, { timeoutMs, signal }) : null;
    for (const message of changes === null ? warnings : [...warnings, changes])
      context.emit({ type: 'run.warning', data: { code: 'source', message } });
  }
  return () => (said ??= say());
}
