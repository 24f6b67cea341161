import type { ChangedItem } from './types.ts';

/** A changed text file, for tests; null: it was not there, or is gone. */
export function changedItem(path: string, before: string | null, after: string | null): ChangedItem {
  return {
    path,
    oldPath: before === null ? null : path,
    kind: after === null ? 'deleted' : before === null ? 'added' : 'modified',
    form: 'file',
    isExecutable: false,
    sizeBytes: after?.length ?? 0,
    oldSizeBytes: before?.length ?? 0,
    isBinary: false,
    signature: '',
    before,
    after,
  };
}
