import { z } from 'zod';
import type { CheckKind } from '../../domain/verdict.ts';
import { type Detection, foundOne, leftOutOne, nothingFound, together } from './found.ts';
import { parseJsonc } from './jsonc.ts';
import { projectFilesOf } from './nx-projects.ts';
import { checkOf, hasTool, namesIn, type Place, scriptOf, toolArgv } from './place.ts';

/** What nx calls a kind of check, the first that is there. */
const TARGETS: readonly (readonly [CheckKind, readonly string[]])[] = [
  ['typecheck', ['typecheck', 'type-check', 'check-types']],
  ['lint', ['lint']],
  ['build', ['build']],
  ['test', ['test']],
];
const project = z.object({ targets: z.record(z.string(), z.unknown()) });

/**
 * `found`, and what only nx knows how to run. A script comes before; a tool that is merely installed does not, as it would see the projects
 * without their settings. All projects: only nx itself knows which ones a change affects.
 */
export function withNxTargets(found: Detection, root: Place): Detection {
  if (!namesIn(root).has('nx.json') || !hasTool(root, 'nx')) return found;
  const files = targetsByFile(root);
  const added = TARGETS.flatMap(([kind, names]) => {
    const own = found.found.filter(({ check }) => check.kind === kind);
    if (own.some(({ check }) => scriptOf(check) !== null)) return [];
    const name = names.find((target) => files.some(({ targets }) => targets.has(target)));
    const first = files.find(({ targets }) => name !== undefined && targets.has(name));
    if (name === undefined || !first) return [];
    const argv = toolArgv(root, ['nx', 'run-many', '-t', name]);
    const check = checkOf(root, { kind, argv, source: first.file });
    return foundOne(check, `${first.file} has the target "${name}", and nx is installed`);
  });
  const kinds = new Set(added.flatMap(({ found: [one] }) => (one ? [one.check.kind] : [])));
  const rest = { ...found, found: found.found.filter(({ check }) => !kinds.has(check.kind)) };
  const all = together([rest, ...added]);
  return all.found.length > 0 ? all : together([all, inferred(root)]);
}

function inferred(root: Place): Detection {
  const plugins = z.object({ plugins: z.array(z.unknown()).min(1) });
  if (!plugins.safeParse(parseJsonc(root.files.texts.get('nx.json') ?? '')).success) return nothingFound;
  const why = 'only nx knows them; name them in scripts of package.json or in runyard.yaml';
  return leftOutOne('targets that plugins of nx make', 'nx.json', why);
}

function targetsByFile({ files }: Place): { file: string; targets: ReadonlySet<string> }[] {
  return projectFilesOf(files.paths).flatMap((file) => {
    const parsed = project.safeParse(parseJsonc(files.texts.get(file) ?? ''));
    return parsed.success ? [{ file, targets: new Set(Object.keys(parsed.data.targets)) }] : [];
  });
}
