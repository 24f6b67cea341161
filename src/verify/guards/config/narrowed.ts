import type { GuardWeight } from '../../../domain/guard-policy.ts';

const RUNS_TESTS =
  /\b(?:vitest|jest|mocha|ava|tap|tape|borp|jasmine|playwright|cypress|pytest|unittest)\b|\bnode\b.*\s--test\b|\b(?:bun|deno|npm|pnpm|yarn|go|cargo|turbo|nx|lerna)\b.*\btest\b/;
/** Only tests with certain names run. */
const BY_NAME = new Set([
  ...[
    '--grep',
    '-g',
    '--fgrep',
    '-f',
    '-t',
    '--testNamePattern',
    '--test-name-pattern',
    '--test-skip-pattern',
  ],
  ...['-k', '--deselect', '--match', '--filter-tests', '--testPathPattern', '--testPathPatterns'],
  ...[
    '--test-only',
    '--only',
    '--onlyChanged',
    '--only-changed',
    '--changed',
    '--changedSince',
    '--lastCommit',
  ],
  ...['--onlyFailures', '--last-failed', '--lf', '--findRelatedTests', '--related', '-run', '--ignore'],
]);
/** Part of the suite, which the rest may complete elsewhere. */
const BY_PART = new Set([
  '--shard',
  '--project',
  '--selectProjects',
  '--filter',
  '-w',
  '--workspace',
  '--dir',
]);
/** What follows these is no file to test. */
const TAKES_VALUE =
  /^(?:-c|-r|-R|-p|-o|--config|--require|--import|--loader|--experimental-loader|--env-file|--tsconfig|--root|--rootDir|--output\w*|--report\w*|--test-reporter(?:-destination)?|--setup\w*|--cov\w*|--prefix|--cwd|-C|--dir)$/;
const MOST_WORDS = 200;

/** How a script that runs tests came to run fewer of them; null: it did not. */
export function narrowedTests(command: string, next: string): GuardWeight | null {
  const old = wordsOf(command);
  const now = wordsOf(next);
  if (old.words.length === 0 || now.words.length === 0) return null;
  const added = now.flags.filter((flag) => !old.flags.includes(flag));
  const isOtherTool = old.tool !== now.tool;
  if (!isOtherTool && added.some((flag) => BY_NAME.has(flag) && !(flag === '-t' && old.tool === 'mocha')))
    return 'certain';
  const isFile = (path: string) => /\.\w+$/.test(path) && !/[*{[]/.test(path);
  const fresh = now.paths.filter((path) => !old.paths.includes(path));
  const lost = old.paths.filter((path) => !now.paths.includes(path));
  if (!isOtherTool && lost.length > 0 && fresh.length === 0 && now.paths.length > 0) return 'certain';
  const looksWider = old.paths.length === 0 || old.paths.some((path) => !isFile(path));
  if (fresh.length > 0 && looksWider && now.paths.every((path) => isFile(path))) return 'certain';
  if (
    !isOtherTool &&
    old.paths.length === 0 &&
    fresh.length > 0 &&
    fresh.every((path) => /\w\/\w/.test(path))
  )
    return 'doubtful';
  return !isOtherTool && added.some((flag) => BY_PART.has(flag)) ? 'doubtful' : null;
}

interface Words {
  readonly words: readonly string[];
  readonly tool: string;
  readonly flags: readonly string[];
  readonly paths: readonly string[];
}

/** The words of those commands of a script that run tests. */
function wordsOf(script: string): Words {
  const commands = script
    .slice(0, 4_000)
    .split(/&&|\|\||[;|]/)
    .filter((command) => RUNS_TESTS.test(command));
  const words = commands.flatMap((command) => command.trim().split(/\s+/)).slice(0, MOST_WORDS);
  const plain = words.map((word) => word.replace(/^["']|["']$/g, ''));
  const flags = plain.filter((word) => /^-/.test(word)).map((word) => word.split('=')[0] ?? word);
  const paths = plain.filter(
    (word, index) =>
      !/^-|^\w+=/.test(word) &&
      (/[/*]/.test(word) || /\.(?:[cm]?[jt]sx?|py|go|rs)$/.test(word)) &&
      !TAKES_VALUE.test(plain[index - 1] ?? '') &&
      !/node_modules\//.test(word),
  );
  const tool = RUNS_TESTS.exec(commands.join(' '))?.[0].split(/\s/)[0] ?? '';
  return { words, tool, flags, paths: paths.map((path) => path.replace(/^\.\//, '')) };
}
