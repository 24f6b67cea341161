import { git, textOf } from '../../git/git.ts';
import type { CommitTreeOptions } from '../commit-tree.ts';
import type { ChangedItem } from './types.ts';

/** Files above it are only measured. */
const LARGEST_READ_BYTES = 4 * 1024 * 1024;
const MOST_READ_BYTES = 24 * 1024 * 1024;
const MOST_RENAMES = 1_000;
const EMPTY = /^0+$/;

interface RawEntry {
  readonly oldMode: string;
  readonly mode: string;
  readonly oldOid: string;
  readonly oid: string;
  readonly status: string;
  readonly oldPath: string;
  readonly path: string;
}

/** The files in which a commit differs from its base, with their texts, read from the object database within fixed bounds (G5). */
export async function readChange(
  baseCommit: string,
  { gitDir, commit, timeoutMs, signal }: CommitTreeOptions,
): Promise<ChangedItem[]> {
  const options = { gitDir, timeoutMs, signal };
  const args = [
    'diff-tree',
    '-r',
    '-z',
    '--raw',
    '--no-ext-diff',
    '-M50%',
    `-l${MOST_RENAMES}`,
    baseCommit,
    commit,
  ];
  const entries = parseRaw(textOf(await git(args, options)));
  const isBlob = (mode: string) => mode === '100644' || mode === '100755' || mode === '120000';
  const oids = new Set(
    entries.flatMap((entry) => [
      ...(isBlob(entry.oldMode) ? [entry.oldOid] : []),
      ...(isBlob(entry.mode) ? [entry.oid] : []),
    ]),
  );
  const sizes = await sizesOf([...oids], options);
  const blobs = await contentsOf(chosen(entries, sizes), options);
  return entries.map((entry) => itemOf(entry, { sizes, blobs }));
}

type Options = Omit<CommitTreeOptions, 'commit'>;

/** `:<mode> <mode> <oid> <oid> <status>`, then one path, or two for a rename. */
function parseRaw(text: string): RawEntry[] {
  const parts = text.split('\0');
  const entries: RawEntry[] = [];
  for (let index = 0; index < parts.length; index += 1) {
    const match = /^:(\d{6}) (\d{6}) ([0-9a-f]+) ([0-9a-f]+) ([A-Z])\d*$/.exec(parts[index] ?? '');
    if (!match) continue;
    const [, oldMode = '', mode = '', oldOid = '', oid = '', status = ''] = match;
    const oldPath = parts[index + 1] ?? '';
    const isPair = status === 'R' || status === 'C';
    entries.push({
      oldMode,
      mode,
      oldOid,
      oid,
      status,
      oldPath,
      path: isPair ? (parts[index + 2] ?? '') : oldPath,
    });
    index += isPair ? 2 : 1;
  }
  return entries;
}

async function sizesOf(oids: readonly string[], options: Options): Promise<ReadonlyMap<string, number>> {
  if (oids.length === 0) return new Map();
  const listed = textOf(
    await git(['cat-file', '--batch-check'], { ...options, input: `${oids.join('\n')}\n` }),
  );
  return new Map(
    listed.split('\n').flatMap((line) => {
      const match = /^([0-9a-f]+) blob (\d+)$/.exec(line);
      return match ? [[match[1] ?? '', Number(match[2])] as const] : [];
    }),
  );
}

/** Small files first: one large file must not hide the others. */
function chosen(entries: readonly RawEntry[], sizes: ReadonlyMap<string, number>): string[] {
  const pairs = entries.map(({ oldOid, oid }) => {
    const oids = [oldOid, oid].filter((each) => sizes.has(each));
    return { oids, bytes: oids.reduce((sum, each) => sum + (sizes.get(each) ?? 0), 0) };
  });
  pairs.sort((a, b) => a.bytes - b.bytes);
  const taken = new Set<string>();
  let left = MOST_READ_BYTES;
  for (const { oids, bytes } of pairs) {
    if (bytes > left || oids.some((oid) => (sizes.get(oid) ?? 0) > LARGEST_READ_BYTES)) continue;
    left -= bytes;
    for (const oid of oids) taken.add(oid);
  }
  return [...taken];
}

async function contentsOf(oids: readonly string[], options: Options): Promise<ReadonlyMap<string, Buffer>> {
  const blobs = new Map<string, Buffer>();
  if (oids.length === 0) return blobs;
  const { stdout } = await git(['cat-file', '--batch'], { ...options, input: `${oids.join('\n')}\n` });
  let at = 0;
  while (at < stdout.length) {
    const end = stdout.indexOf('\n', at);
    const match = /^([0-9a-f]+) blob (\d+)$/.exec(stdout.slice(at, end));
    if (!match || end < 0) break;
    const size = Number(match[2]);
    blobs.set(match[1] ?? '', Buffer.from(stdout.slice(end + 1, end + 1 + size), 'latin1'));
    at = end + 1 + size + 1;
  }
  return blobs;
}

interface Contents {
  readonly sizes: ReadonlyMap<string, number>;
  readonly blobs: ReadonlyMap<string, Buffer>;
}

function itemOf(
  { oldMode, mode, oldOid, oid, status, oldPath, path }: RawEntry,
  { sizes, blobs }: Contents,
): ChangedItem {
  const isGone = EMPTY.test(mode);
  const isNew = EMPTY.test(oldMode);
  const before = blobs.get(oldOid);
  const after = blobs.get(oid);
  const shown = isGone ? oldMode : mode;
  const isBinary = isBinaryBlob(isGone ? before : after);
  const wasBinary = isBinaryBlob(before);
  return {
    path,
    oldPath: isNew ? null : oldPath,
    kind: isGone ? 'deleted' : isNew ? 'added' : status === 'R' ? 'renamed' : 'modified',
    form: shown === '120000' ? 'link' : shown === '160000' ? 'submodule' : 'file',
    isExecutable: mode === '100755',
    sizeBytes: isGone ? 0 : (sizes.get(oid) ?? 0),
    oldSizeBytes: isNew ? 0 : (sizes.get(oldOid) ?? 0),
    isBinary,
    signature: isGone ? '' : (after?.subarray(0, 12).toString('hex') ?? ''),
    before: isNew || wasBinary ? null : (before?.toString('utf8') ?? null),
    after: isGone || isBinary ? null : (after?.toString('utf8') ?? null),
  };
}

/** As git decides it: a NUL in the first 8000 bytes. */
function isBinaryBlob(blob: Buffer | undefined): boolean {
  return blob?.subarray(0, 8_000).includes(0) === true;
}
