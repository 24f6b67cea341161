import { invocationsOf } from './script.ts';
import { splitCommand } from './split-command.ts';

export interface OncePlan {
  /** Runs instead of the script; null: the script runs as it is. */
  readonly argv: readonly string[] | null;
  readonly warning: string | null;
}

const LONG_WATCH = /^--watch(?:All|-all)?(?:=true)?$/;
/** Where `-w` is short for it; elsewhere it means a workspace, a width, or writing. */
const SHORT_WATCH = new Set(['tsc', 'vue-tsc', 'mocha', 'vitest', 'rollup', 'webpack', 'ava', 'tsup', 'swc']);
const ONLY_WATCHES = new Set(['nodemon', 'tsc-watch']);

/** Whether a script's text asks for a mode that never ends by itself. */
export function watches(script: string): boolean {
  if (/--watch(?:All)?(?:=|\s)false/.test(script)) return false;
  return invocationsOf(script).some(
    ({ tool, args }) =>
      ONLY_WATCHES.has(tool) ||
      args.some((arg) => LONG_WATCH.test(arg) || (arg === '-w' && SHORT_WATCH.has(tool))) ||
      (tool === 'vitest' && (args[0] === 'watch' || args[0] === 'dev')),
  );
}

/**
 * How a script that watches (V2) or that mends what it finds is run as a check: its tool directly, without the switch, where the script
 * is one plain command.
 */
export function runsOnce(name: string, script: string): OncePlan {
  if (watches(script)) return withoutWatching(name, script);
  if (mends(script)) return withoutMending(name, script);
  return { argv: null, warning: null };
}

function withoutWatching(name: string, script: string): OncePlan {
  const split = splitCommand(script);
  const [tool, ...rest] = split.ok ? split.argv : [];
  if (tool === undefined || /nodemon|tsc-watch/.test(script)) {
    return {
      argv: null,
      warning: `The script "${name}" watches for changes and would never end: only its time limit stops it.`,
    };
  }
  const args = rest.filter((arg) => !LONG_WATCH.test(arg) && arg !== '-w');
  const once = tool === 'vitest' ? ['run', ...args.filter((arg) => !/^(?:watch|dev|run)$/.test(arg))] : args;
  return {
    argv: [tool, ...once],
    warning: `The script "${name}" watches for changes; it is run once instead.`,
  };
}

/** `--fix` of linters, `--write` of formatters. */
const MENDING: Readonly<Record<string, readonly string[]>> = {
  eslint: ['--fix'],
  oxlint: ['--fix'],
  stylelint: ['--fix'],
  xo: ['--fix'],
  standard: ['--fix'],
  biome: ['--write', '--apply', '--fix'],
  prettier: ['--write', '-w'],
};

/** Whether a command of a script changes the files it looks at. */
export function mends(script: string): boolean {
  return invocationsOf(script).some(({ tool, args }) =>
    (MENDING[tool] ?? []).some((option) => args.includes(option)),
  );
}

function withoutMending(name: string, script: string): OncePlan {
  const split = splitCommand(script);
  const [tool, ...rest] = split.ok ? split.argv : [];
  const options = tool === undefined ? undefined : MENDING[tool];
  if (tool === undefined || options === undefined) {
    return {
      argv: null,
      warning: `The script "${name}" mends what it finds, so problems that it can mend do not fail it.`,
    };
  }
  const args = rest.filter((arg) => !options.includes(arg));
  return {
    argv: [tool, ...(tool === 'prettier' ? ['--check'] : []), ...args],
    warning: `The script "${name}" mends what it finds; it is run without mending.`,
  };
}
