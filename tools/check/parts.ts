/** One part of `npm run check`. Parts do not depend on each other and change no file. */
export interface CheckPart {
  readonly name: string;
  /** Run with the pinned Node from the root of the repository. */
  readonly argv: readonly [string, ...string[]];
}

/** Slow ones first, so that the two cores end at about the same time. */
export const checkParts: readonly CheckPart[] = [
  {
    name: 'unit tests',
    argv: ['node_modules/vitest/vitest.mjs', 'run', '--project', 'unit', '--reporter', 'dot'],
  },
  { name: 'unused code', argv: ['node_modules/knip/bin/knip.js', '--no-progress'] },
  { name: 'lint', argv: ['node_modules/oxlint/bin/oxlint', '--type-aware'] },
  {
    name: 'import rules',
    argv: [
      'node_modules/dependency-cruiser/bin/dependency-cruiser.mjs',
      '--output-type',
      'err-long',
      'src',
      'tools',
      'bench',
      'test',
      'web/src',
    ],
  },
  { name: 'types', argv: ['node_modules/typescript/bin/tsc', '--noEmit', '--pretty', 'false'] },
  {
    name: 'web types',
    argv: ['node_modules/typescript/bin/tsc', '--noEmit', '--pretty', 'false', '--project', 'web'],
  },
  { name: 'architecture', argv: ['tools/architecture/generate.ts', '--check'] },
  { name: 'lock file', argv: ['tools/bootstrap/complete-lock.mjs', '--check'] },
  { name: 'reference', argv: ['tools/docs/generate.ts', '--check'] },
  { name: 'format', argv: ['node_modules/@biomejs/biome/bin/biome', 'check', '--colors=off', '.'] },
];
