/** One command of a script, as far as it can be told apart without running a shell. */
export interface Invocation {
  /** `eslint`, whatever brings it: `npx eslint`, `cross-env A=1 eslint`, `./node_modules/.bin/eslint`. */
  readonly tool: string;
  readonly args: readonly string[];
}

/** The commands of a script's text. Good enough to recognise tools, not to run them. */
export function invocationsOf(script: string): Invocation[] {
  return segmentsOf(script.slice(0, LONGEST_SCRIPT))
    .slice(0, MOST_COMMANDS)
    .flatMap((words) => invocation(words) ?? []);
}

/** The tools a script calls, also through other scripts of the same package.json. */
export function toolsOf(scripts: Readonly<Record<string, string>>, name: string): ReadonlySet<string> {
  const tools = new Set<string>();
  const names = Object.keys(scripts).slice(0, MOST_SCRIPTS);
  const seen = new Set<string>();
  const pending = [name];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (seen.has(next) || seen.size > MOST_FOLLOWED || !Object.hasOwn(scripts, next)) continue;
    seen.add(next);
    for (const one of invocationsOf(scripts[next] ?? '')) {
      const called = scriptsCalledBy(one, names);
      if (called.length > 0) pending.push(...called);
      else tools.add(one.tool);
    }
  }
  return tools;
}

/** Says nothing about the code, whatever it prints and however it ends. */
export function isPlaceholder(script: string): boolean {
  // A longer one says more than that, and only its beginning is looked at.
  if (script.length > LONGEST_PLACEHOLDER || /[`$<>]/.test(script)) return false;
  return invocationsOf(script).every(({ tool }) => DOES_NOTHING.has(tool));
}

const LONGEST_PLACEHOLDER = 300;

const LONGEST_SCRIPT = 10_000;
const MOST_COMMANDS = 50;
const MOST_SCRIPTS = 500;
const MOST_FOLLOWED = 30;
const DOES_NOTHING = new Set(['echo', 'exit', 'true', 'false', ':', 'printf']);

/** Words of each command: split at `&&`, `||`, `;`, `|`, `&` outside of quotes. */
function segmentsOf(script: string): string[][] {
  const segments: string[][] = [[]];
  let word = '';
  let quote = '';
  const endWord = () => {
    if (word !== '') segments.at(-1)?.push(word);
    word = '';
  };
  for (const char of script) {
    if (quote !== '') {
      if (char === quote) quote = '';
      else word += char;
    } else if (char === '"' || char === "'") quote = char;
    else if (/\s/.test(char)) endWord();
    else if (/[&|;()]/.test(char)) {
      endWord();
      segments.push([]);
    } else word += char;
  }
  endWord();
  return segments.filter((words) => words.length > 0);
}

/** Programs that run the rest of their arguments. */
const WRAPPERS = new Set([
  'npx',
  'bunx',
  'pnpx',
  'cross-env',
  'cross-env-shell',
  'env',
  'dotenv',
  'dotenvx',
  'c8',
  'nyc',
  'time',
  'exec',
  'corepack',
]);
/** `pnpm exec x`, `npm exec -- x`, `yarn dlx x`, `yarn run -T x` and `run -T x`. */
const MANAGERS = new Set(['npm', 'pnpm', 'yarn', 'bun']);
const EXECUTES = new Set(['exec', 'dlx', 'x']);

function invocation(words: readonly string[]): Invocation | null {
  let rest = words;
  for (;;) {
    const [first, second] = rest;
    if (first === undefined) return null;
    const isAssignment = /^[A-Za-z_]\w*=/.test(first);
    if (isAssignment || WRAPPERS.has(first) || first === '--') rest = withoutOptions(rest.slice(1));
    else if (MANAGERS.has(first) && second !== undefined && EXECUTES.has(second))
      rest = withoutOptions(rest.slice(2));
    else if (first === 'run' && second === '-T') rest = rest.slice(2);
    else return { tool: first.slice(first.lastIndexOf('/') + 1), args: rest.slice(1) };
  }
}

function withoutOptions(words: readonly string[]): readonly string[] {
  const start = words.findIndex((word) => !word.startsWith('-'));
  return start === -1 ? [] : words.slice(start);
}

/** Scripts of the same package that a command runs: `npm run a`, `yarn a`, `run-s a b`, `npm-run-all a:*`. */
function scriptsCalledBy({ tool, args }: Invocation, names: readonly string[]): string[] {
  const words = args.filter((arg) => !arg.startsWith('-'));
  if (/^(?:npm-run-all2?|run-[sp]|npm-run-all)$/.test(tool))
    return words.flatMap((word) => meant(word, names));
  if (tool === 'concurrently') {
    const called = words.flatMap((word) => /^(?:npm|pnpm|yarn|bun)(?::| run )(.+)$/.exec(word)?.[1] ?? []);
    return called.flatMap((word) => meant(word, names));
  }
  if (!MANAGERS.has(tool)) return [];
  const [first, second] = words;
  if (first === 'run' || first === 'run-script') return second === undefined ? [] : meant(second, names);
  if (first === 'test' || first === 't') return meant('test', names);
  return first !== undefined && tool !== 'npm' ? meant(first, names) : [];
}

/** `lint:*` names every script that begins so. */
function meant(word: string, names: readonly string[]): string[] {
  const star = word.indexOf('*');
  return star === -1
    ? names.filter((name) => name === word)
    : names.filter((name) => name.startsWith(word.slice(0, star)));
}
