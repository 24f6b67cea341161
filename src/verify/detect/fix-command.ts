import type { Check } from '../../domain/verdict.ts';
import { runScript } from './package-manager.ts';
import { hasTool, type Place, scriptSource, toolArgv } from './place.ts';
import { mends } from './run-once.ts';
import { type Invocation, invocationsOf, toolsOf } from './script.ts';
import { splitCommand } from './split-command.ts';

const FIX_SCRIPTS: Readonly<Record<string, readonly string[]>> = {
  lint: ['lint:fix', 'lint-fix', 'fix:lint', 'fix', 'eslint:fix', 'check:fix', 'lint:write', 'fix:eslint'],
  format: [
    'format',
    'format:fix',
    'format:write',
    'fmt',
    'prettier',
    'prettier:fix',
    'prettier:write',
    'format-fix',
    'fix',
    'fix:format',
    'check:fix',
  ],
};

/**
 * The command of the repository that mends what a check finds: one of its scripts that calls a tool the check calls, else that tool as
 * the check calls it, told to write. null: nothing is known that surely mends with the same rules.
 */
export function fixCommand(place: Place, check: Check): string[] | null {
  const names = FIX_SCRIPTS[check.kind];
  if (names === undefined) return null;
  const { scripts } = place.manifest;
  const prefix = scriptSource(place, '');
  const script = check.source.startsWith(prefix) ? check.source.slice(prefix.length) : null;
  const called = script === null ? [] : invocationsOf(scripts[script] ?? '');
  const tools = script === null ? new Set(toolOf(place, check)) : toolsOf(scripts, script);
  const fixing = names.find((name) => fixesWith(scripts, name, tools));
  if (fixing) return runScript(place.manager, fixing);
  const plain = plainCall(place, check, script);
  if (plain) {
    const argv = mendingArgv(plain);
    return argv && toolArgv(place, argv);
  }
  return anyCall(place, called);
}

/** The tool of a check that is no script. */
function toolOf({ manager }: Place, { argv }: Check): string[] {
  const tool = manager.pnp && argv[0] === 'yarn' ? argv[2] : argv[0];
  return tool === undefined ? [] : [tool];
}

function fixesWith(
  scripts: Readonly<Record<string, string>>,
  name: string,
  tools: ReadonlySet<string>,
): boolean {
  if (scripts[name] === undefined) return false;
  const used = toolsOf(scripts, name);
  // Tools that the check does not know of would change more than what it finds.
  return used.size > 0 && [...used].every((tool) => tools.has(tool)) && writes(scripts, name, new Set());
}

function writes(scripts: Readonly<Record<string, string>>, name: string, seen: Set<string>): boolean {
  if (seen.has(name)) return false;
  seen.add(name);
  const text = scripts[name] ?? '';
  if (mends(text) || /\bdprint fmt\b|\boxfmt\b/.test(text)) return true;
  // `lint:fix` as `npm run lint -- --fix`.
  return invocationsOf(text).some(
    ({ tool, args }) =>
      /^(?:npm|pnpm|yarn|bun)$/.test(tool) && args.some((arg) => arg === '--fix' || arg === '--write'),
  );
}

/** The one plain command a check amounts to, as an argument list. */
function plainCall({ manifest, manager }: Place, { argv }: Check, script: string | null): string[] | null {
  if (script === null) return manager.pnp && argv[0] === 'yarn' ? argv.slice(2) : argv;
  const split = splitCommand(manifest.scripts[script] ?? '');
  if (!split.ok) return null;
  const [one, ...others] = invocationsOf(manifest.scripts[script] ?? '');
  return one && others.length === 0 ? [one.tool, ...one.args] : null;
}

/** A linter's or formatter's call with its writing option in the place of its checking one. */
export function mendingArgv([tool, ...args]: readonly string[]): string[] | null {
  const without = (pattern: RegExp) => args.filter((arg) => !pattern.test(arg));
  switch (tool) {
    case 'eslint':
    case 'oxlint':
    case 'stylelint':
    case 'xo':
    case 'standard':
    case 'ts-standard':
      return [tool, ...without(/^--fix$/), '--fix'];
    case 'next':
      return args[0] === 'lint' ? [tool, ...without(/^--fix$/), '--fix'] : null;
    case 'prettier':
      return [tool, '--write', ...without(/^(?:--check|-c|--list-different|-l|--write|-w)$/)];
    case 'dprint':
      return ['dprint', 'fmt', ...args.slice(1)];
    case 'biome':
      return biome(args);
    case 'ruff':
      return args[0] === 'format'
        ? ['ruff', ...without(/^--(?:check|diff)$/)]
        : ['ruff', 'check', '--fix', ...args.slice(1)];
    case 'black':
      return [tool, ...without(/^--check$/)];
    default:
      return null;
  }
}

function biome([command = '', ...args]: readonly string[]): string[] | null {
  const verb = command === 'ci' ? 'check' : command;
  if (verb !== 'check' && verb !== 'lint' && verb !== 'format') return null;
  return ['biome', verb, '--write', ...args.filter((arg) => !/^--(?:write|apply|fix)$/.test(arg))];
}

/** A script of several commands, or one that needs a shell: its first tool on everything. */
function anyCall(place: Place, called: readonly Invocation[]): string[] | null {
  const EVERYWHERE: Readonly<Record<string, readonly string[]>> = {
    eslint: ['eslint', '.', '--fix'],
    prettier: ['prettier', '--write', '.'],
    biome: ['biome', 'check', '--write', '.'],
    oxlint: ['oxlint', '--fix'],
  };
  const packageOf = (tool: string) => (tool === 'biome' ? '@biomejs/biome' : tool);
  const one = called.find(({ tool }) => EVERYWHERE[tool] && hasTool(place, packageOf(tool)));
  return one ? toolArgv(place, EVERYWHERE[one.tool] ?? []) : null;
}
