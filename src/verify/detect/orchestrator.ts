import { z } from 'zod';
import type { CheckKind } from '../../domain/verdict.ts';
import { parseJsonc } from './jsonc.ts';
import { hasTool, namesIn, type Place, textOf } from './place.ts';
import { splitCommand } from './split-command.ts';
import type { Affected } from './workspace.ts';

/** A tool that runs a script in many packages of a monorepo, asked for some packages only. */
export interface ManyPackages {
  readonly argv: readonly string[];
  readonly reason: string;
}

const MOST_NAMED = 30;
/** As npm allows names; anything else could mean something to a filter. */
const PLAIN_NAME = /^(?:@[\w.-]+\/)?[\w.-]+$/;
const PLAIN_FOLDER = /^[\w.@/-]+$/;

/**
 * The call of turbo, nx, lerna, pnpm or npm that a root script consists of, narrowed to the affected packages. null: the script is
 * something else, chooses by itself, or all packages are affected anyway. Builds are never narrowed: tests of one package need those
 * of others.
 */
export function narrowedScript(script: string, affected: Affected, kind: CheckKind): ManyPackages | null {
  if (kind === 'build' || affected.all !== null || affected.packages.length > MOST_NAMED) return null;
  const split = splitCommand(script);
  if (!split.ok) return null;
  const names = affected.packages.map(({ name }) => name);
  const folders = affected.packages.map(({ folder }) => folder);
  if (!names.every((name) => PLAIN_NAME.test(name)) || !folders.every((one) => PLAIN_FOLDER.test(one)))
    return null;
  const argv = narrowed(split.argv, names, folders);
  return (
    argv && {
      argv,
      reason: `only for the ${names.length === 1 ? 'package' : `${names.length} packages`} the change affects`,
    }
  );
}

const CHOOSES =
  /^(?:-F|-p|-w|--filter|--scope|--projects?|--workspace|--affected|--since|--exclude|--ignore|--base|--head|--files)(?:=|$)/;

function narrowed(
  argv: readonly string[],
  names: readonly string[],
  folders: readonly string[],
): string[] | null {
  const [tool, ...args] = argv;
  if (args.some((arg) => CHOOSES.test(arg)) || args.includes('--')) return null;
  const words = args.filter((arg) => !arg.startsWith('-'));
  switch (tool) {
    case 'turbo':
      return words.length > 0 ? ['turbo', ...args, ...names.map((name) => `--filter=${name}`)] : null;
    case 'nx':
      return words[0] === 'run-many'
        ? ['nx', ...args.filter((arg) => arg !== '--all'), `--projects=${names.join(',')}`]
        : null;
    case 'lerna':
      return words[0] === 'run' ? ['lerna', ...args, ...names.flatMap((name) => ['--scope', name])] : null;
    case 'pnpm':
      return isRecursive(args)
        ? [
            'pnpm',
            ...folders.map((folder) => `--filter=./${folder}`),
            ...args.filter((arg) => !RECURSIVE.has(arg)),
          ]
        : null;
    case 'npm':
      return args.includes('--workspaces') || args.includes('-ws')
        ? [
            'npm',
            ...args.filter((arg) => arg !== '--workspaces' && arg !== '-ws'),
            ...folders.map((folder) => `--workspace=${folder}`),
          ]
        : null;
    default:
      return null;
  }
}

const RECURSIVE = new Set(['-r', '--recursive', 'recursive']);

function isRecursive(args: readonly string[]): boolean {
  const rest = args.filter((arg) => !RECURSIVE.has(arg));
  return rest.length < args.length && rest.some((arg) => !arg.startsWith('-')) && !rest.includes('exec');
}

const turboTasks = z.union([
  z.object({ tasks: z.record(z.string(), z.unknown()) }).transform(({ tasks }) => tasks),
  z.object({ pipeline: z.record(z.string(), z.unknown()) }).transform(({ pipeline }) => pipeline),
]);

/** How a monorepo's own task runner runs a script that its packages have and its root has not; null: it has none, or does not know it. */
export function orchestrated(root: Place, script: string): ManyPackages | null {
  const turbo = ['turbo.json', 'turbo.jsonc'].find((name) => namesIn(root).has(name));
  if (turbo && hasTool(root, 'turbo')) {
    const tasks = turboTasks.safeParse(parseJsonc(textOf(root, turbo) ?? ''));
    // Grouped and without a prefix: lines of its tools are read as those of the tools themselves.
    const plain = ['--log-order=grouped', '--log-prefix=none'];
    if (tasks.success && Object.hasOwn(tasks.data, script))
      return { argv: ['turbo', 'run', script, ...plain], reason: `${turbo} has the task "${script}"` };
  }
  return namesIn(root).has('nx.json') && hasTool(root, 'nx')
    ? { argv: ['nx', 'run-many', '-t', script], reason: 'nx.json is there and nx is installed' }
    : null;
}
