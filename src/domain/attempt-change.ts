import { z } from 'zod';

/** Bounds of what is kept of a diff: enough to see what was done, not to apply it again. */
export const mostChangedFiles = 20;
export const mostHunks = 6;
export const longestHunk = 700;

/** What an attempt changed, as lines of its diff: bounded, redacted, and data only. */
export const attemptChangeSchema = z.object({
  /** The commit it is compared with: that of the attempt before it, else the base commit. */
  since: z.string(),
  files: z.array(
    z.object({
      path: z.string(),
      /** As git writes it: `A`, `M`, `D`, `T`. */
      status: z.string(),
    }),
  ),
  /** Changed files that are not in `files`. */
  moreFiles: z.number().int().min(0),
  hunks: z.array(z.object({ file: z.string(), text: z.string() })),
});
export type AttemptChange = z.infer<typeof attemptChangeSchema>;

const RULES: readonly (readonly [words: string, file: RegExp | null, line: RegExp | null])[] = [
  [
    'changed the dependencies',
    /(?:^|\/)(?:package\.json|go\.mod|Cargo\.toml|pyproject\.toml|requirements[\w.-]*\.txt)$/,
    null,
  ],
  [
    'updated the lock file',
    /(?:^|\/)(?:package-lock\.json|pnpm-lock\.yaml|yarn\.lock|bun\.lockb?|go\.sum|Cargo\.lock|uv\.lock|poetry\.lock)$/,
    null,
  ],
  [
    'changed a test',
    /(?:^|\/)(?:tests?|__tests__|spec)\/|[._-](?:test|spec)\.\w+$|(?:^|\/)test_[^/]+\.py$/,
    null,
  ],
  [
    'changed a configuration',
    /(?:^|\/)(?:[tj]sconfig[\w.-]*\.json|[\w.-]+\.config\.[cm]?[jt]s|\.\w+rc(?:\.\w+)?|\.github\/.*)$/,
    null,
  ],
  ['changed a style sheet', /\.(?:css|scss|sass|less)$/, null],
  [
    'changed an import',
    null,
    /^[+-]\s*(?:import\b|export\b.*\bfrom\b|from \S+ import\b|use \S+;|#include\b|.*\brequire\()/,
  ],
  ['changed an export', null, /^[+-]\s*(?:export\b|module\.exports\b|pub (?:fn|struct|enum|mod|use)\b)/],
  [
    'changed a declaration',
    null,
    /^[+-]\s*(?:async )?(?:function|class|interface|type|enum|def|fn|func|struct)\b/,
  ],
];

/** What was done, in words that hold no text of the repository, so that they may be told anywhere. */
export function actionsOf({ files, hunks }: AttemptChange): string[] {
  const lines = hunks.flatMap(({ text }) => text.split('\n'));
  const words = RULES.filter(
    ([, file, line]) =>
      (file !== null && files.some(({ path }) => file.test(path))) ||
      (line !== null && lines.some((text) => line.test(text))),
  ).map(([action]) => action);
  if (files.some(({ status }) => status === 'A')) words.push('added a file');
  if (files.some(({ status }) => status === 'D')) words.push('removed a file');
  return words.length > 0 ? words : ['changed code'];
}
