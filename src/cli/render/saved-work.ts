import type { SavedWorkView } from '../../api/contract.ts';
import { clean } from '../clean.ts';
import type { Style } from '../terminal.ts';

const MOST_FILES = 10;

/** What a run saved, the newest first: name, when, why, and the files with their changes. */
export function renderSavedWork(saved: readonly SavedWorkView[], style: Style): string {
  return saved.map((work) => renderOne(work, style)).join('\n');
}

function renderOne({ name, at, reason, commit, files }: SavedWorkView, style: Style): string {
  const head = `${clean(name)}  ${style.dim(`${at}  ${clean(reason)}  commit ${commit.slice(0, 12)}`)}`;
  const shown = files.slice(0, MOST_FILES).map(({ path, status, added, deleted }) => {
    const count = added === null ? 'binary' : `${style.green(`+${added}`)} ${style.red(`-${deleted ?? 0}`)}`;
    return `  ${status.padEnd(12)} ${clean(path)} ${count}`;
  });
  const rest = files.length - shown.length;
  return [head, ...shown, ...(rest > 0 ? [`  and ${rest} more`] : [])].join('\n');
}
