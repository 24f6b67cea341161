import type { RollbackResponse, RollbackView } from '../../api/contract.ts';

/** The answer to a request for a rollback, as a sentence. */
export function renderRollback({ changed, ...rollback }: RollbackResponse): string {
  const { mode, branch, commit } = rollback;
  const how = mode === 'reset' ? 'set back' : 'reverted with a new commit';
  if (changed) return `Undone: ${branch} was ${how} and is now at ${commit}.`;
  return `Nothing to do, it was rolled back already: ${describeRollback(rollback)}.`;
}

/** How, when and by whom it was undone. */
export function describeRollback({ mode, branch, commit, by, at, found }: RollbackView): string {
  if (found) return `found undone at ${at}, ${branch} was at ${commit}`;
  const how = mode === 'reset' ? `was set back to ${commit}` : `was reverted with commit ${commit}`;
  return `${branch} ${how}, at ${at} by ${by}`;
}
