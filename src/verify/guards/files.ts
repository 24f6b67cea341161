import { isGenerated, isLockFile } from './paths.ts';
import type { Change, ChangedItem, Suspicion } from './types.ts';

const MEBIBYTE = 1024 * 1024;
/** Source files are smaller; data files, pictures and lock files are not. */
const LARGE_BYTES = MEBIBYTE;
const HUGE_BYTES = 5 * MEBIBYTE;
const LARGE_LOCK_BYTES = 3 * MEBIBYTE;

/** Pictures, fonts and documents whose first bytes are what the name says are ordinary. */
const ORDINARY: readonly { readonly name: RegExp; readonly signature: RegExp }[] = [
  { name: /\.png$/i, signature: /^89504e47/ },
  { name: /\.jpe?g$/i, signature: /^ffd8ff/ },
  { name: /\.gif$/i, signature: /^47494638/ },
  { name: /\.(?:webp|wav|avi)$/i, signature: /^52494646/ },
  { name: /\.(?:ico|cur)$/i, signature: /^0000[01]?[012]00/ },
  { name: /\.pdf$/i, signature: /^25504446/ },
  { name: /\.woff2?$/i, signature: /^774f46/ },
  { name: /\.(?:ttf|otf)$/i, signature: /^(?:00010000|4f54544f|74727565)/ },
  { name: /\.(?:avif|heic|mp4|mov|m4a)$/i, signature: /^000000..(?:66747970)?/ },
  { name: /\.bmp$/i, signature: /^424d/ },
];
/** Programs and archives, whatever their name is. */
const PROGRAM = /^(?:7f454c46|4d5a|cafebabe|feedfac[ef]|cefaedfe|cffaedfe|0061736d)/;
const ARCHIVE = /^(?:504b0304|1f8b|425a68|377abcaf|526172211a|fd377a58)/;

/** Binary files nobody can review: programs and archives first of all. Pictures and fonts that are what they say are ordinary. */
export function binaryFiles({ items }: Change): Suspicion[] {
  return items.flatMap((item) => {
    if (
      item.kind === 'deleted' ||
      !item.isBinary ||
      (item.kind === 'renamed' && item.sizeBytes === item.oldSizeBytes)
    )
      return [];
    if (ORDINARY.some(({ name, signature }) => name.test(item.path) && signature.test(item.signature)))
      return [];
    if (/(?:^|\/)bun\.lockb$/.test(item.path)) return [];
    const isProgram = PROGRAM.test(item.signature);
    const what = isProgram ? 'a program' : ARCHIVE.test(item.signature) ? 'an archive' : 'a binary file';
    const poses = /\.(?:[cm]?[jt]sx?|json|py|go|rs|rb|java|css|html|md|txt|ya?ml|toml|sh|sql)$/i.test(
      item.path,
    );
    return [
      {
        guard: 'binary-files' as const,
        weight: isProgram || poses ? ('certain' as const) : ('doubtful' as const),
        message: `${item.path} is ${what}${poses ? ' under the name of a text file' : ''} (${sizeOf(item.sizeBytes)}).`,
        file: item.path,
        line: null,
        evidence: item.signature === '' ? '' : `begins with ${item.signature}`,
        hint: 'Leave out what is built or downloaded; name where it comes from instead.',
        identity: 'binary',
      },
    ];
  });
}

/** Files that a repository carries for ever after. */
export function largeFiles({ items }: Change): Suspicion[] {
  return items.flatMap((item) => {
    const grows = item.kind !== 'deleted' && item.sizeBytes > item.oldSizeBytes * 1.5;
    const limit = isLockFile(item.path) ? LARGE_LOCK_BYTES : LARGE_BYTES;
    const isUnread =
      item.kind !== 'deleted' &&
      item.form === 'file' &&
      !item.isBinary &&
      item.after === null &&
      item.sizeBytes > 0;
    if (isUnread) return [unread(item)];
    if (!grows || item.sizeBytes <= limit) return [];
    return [
      {
        guard: 'large-files' as const,
        weight: item.sizeBytes > HUGE_BYTES ? ('certain' as const) : ('doubtful' as const),
        message: `${item.path} is large (${sizeOf(item.sizeBytes)}).`,
        file: item.path,
        line: null,
        evidence: item.kind === 'added' ? 'new' : `was ${sizeOf(item.oldSizeBytes)}`,
        hint: isGenerated(item.path)
          ? 'Leave built files out of the commit.'
          : 'Keep large data outside of the repository, or make it smaller.',
        identity: 'large',
      },
    ];
  });
}

/** What was not read was not searched for anything else either. */
function unread(item: ChangedItem): Suspicion {
  return {
    guard: 'large-files',
    weight: 'certain',
    message: `${item.path} is too large to be searched (${sizeOf(item.sizeBytes)}).`,
    file: item.path,
    line: null,
    evidence: item.kind === 'added' ? 'new' : `was ${sizeOf(item.oldSizeBytes)}`,
    hint: 'Make it smaller, or split the change.',
    identity: 'unsearched',
  };
}

export function sizeOf(bytes: number): string {
  if (bytes >= MEBIBYTE) return `${(bytes / MEBIBYTE).toFixed(1)} MiB`;
  return bytes >= 1024 ? `${Math.round(bytes / 1024)} KiB` : `${bytes} bytes`;
}
