import { isUtf8 } from 'node:buffer';

export interface ChangedFile {
  /** As UTF-8; a name that is not UTF-8 stands as git quotes it: `"caf\351.txt"`. */
  readonly path: string;
  readonly status: 'added' | 'modified' | 'deleted' | 'type-changed';
  readonly binary: boolean;
  /** Lines; 0 for binary files. */
  readonly added: number;
  readonly deleted: number;
  /** git's file mode before and after: 100644, 100755, 120000 (symbolic link), 160000 (another repository), 000000 (none). */
  readonly oldMode: string;
  readonly newMode: string;
}

/** A changed file with the bytes of its name and its objects, for further git commands. */
export interface RawChange extends ChangedFile {
  /** The bytes of the name, one character each. */
  readonly rawPath: string;
  readonly oldObject: string;
}

export const gitlinkMode = '160000';

/** The arguments whose output `parseChanges` reads. */
export const changeArgs = [
  '-r',
  '-z',
  '--raw',
  '--numstat',
  '--no-renames',
  '--no-abbrev',
  '--no-ext-diff',
  '--no-textconv',
];

const STATUSES: Readonly<Record<string, ChangedFile['status']>> = {
  A: 'added',
  M: 'modified',
  D: 'deleted',
  T: 'type-changed',
};

/** Reads `git diff-tree -r -z --raw --numstat --no-renames`: first a raw record per file, then a line count per file. */
export function parseChanges(output: string): RawChange[] {
  const fields = output.split('\0');
  const counts = new Map<string, readonly [string, string]>();
  const raw: string[][] = [];
  for (let i = 0; i < fields.length; i += 1) {
    const field = fields[i] ?? '';
    if (field.startsWith(':')) {
      raw.push([...field.slice(1).split(' '), fields[i + 1] ?? '']);
      i += 1;
    } else if (field !== '') {
      const [added = '', deleted = '', ...name] = field.split('\t');
      counts.set(name.join('\t'), [added, deleted]);
    }
  }
  return raw.map(([oldMode = '', newMode = '', oldObject = '', , status = '', rawPath = '']) => {
    const [added = '0', deleted = '0'] = counts.get(rawPath) ?? [];
    const known = STATUSES[status.slice(0, 1)] ?? 'modified';
    const lines = { binary: added === '-', added: Number(added) || 0, deleted: Number(deleted) || 0 };
    return { path: showPath(rawPath), status: known, ...lines, oldMode, newMode, rawPath, oldObject };
  });
}

export function publicChange(change: RawChange): ChangedFile {
  const { path, status, binary, added, deleted, oldMode, newMode } = change;
  return { path, status, binary, added, deleted, oldMode, newMode };
}

/** Bytes of a file name as text a person can read and tell apart. */
export function showPath(rawPath: string): string {
  const bytes = Buffer.from(rawPath, 'latin1');
  if (isUtf8(bytes)) return bytes.toString('utf8');
  const quoted = rawPath.split('').map((character) => {
    const code = character.charCodeAt(0);
    if (character === '"' || character === '\\') return `\\${character}`;
    return code < 0x20 || code > 0x7e ? `\\${code.toString(8).padStart(3, '0')}` : character;
  });
  return `"${quoted.join('')}"`;
}
