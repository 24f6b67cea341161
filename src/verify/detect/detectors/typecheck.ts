import { z } from 'zod';
import { type Detection, leftOutOne, nothingFound } from '../found.ts';
import { parseJsonc } from '../jsonc.ts';
import { hasTool, namesIn, type Place, pathIn, scriptCheck, textOf, toolCheck } from '../place.ts';
import { toolsOf } from '../script.ts';

const SCRIPTS = [
  'typecheck',
  'type-check',
  'check-types',
  'check:types',
  'types:check',
  'ts:check',
  'typecheck:all',
  'check:ts',
  'lint:types',
  'tsc',
];
const CHECKERS = new Set([
  'tsc',
  'vue-tsc',
  'svelte-check',
  'astro',
  'tsgo',
  'nuxi',
  'nuxt',
  'svelte-kit',
  'next',
]);

/** Types: a script that says so, else the checker that is installed. The repository's own compiler or none. */
export function typecheck(place: Place): Detection {
  const { scripts } = place.manifest;
  const named = SCRIPTS.find((name) => scripts[name] !== undefined) ?? onlyChecksTypes(scripts);
  return named ? scriptCheck(place, { kind: 'typecheck', script: named }) : byConfiguration(place);
}

/** `check` means something else everywhere; here it does where all it calls are type checkers. */
function onlyChecksTypes(scripts: Readonly<Record<string, string>>): string | null {
  const tools = toolsOf(scripts, 'check');
  return tools.size > 0 && [...tools].every((tool) => CHECKERS.has(tool)) ? 'check' : null;
}

function byConfiguration(place: Place): Detection {
  const names = namesIn(place);
  const tool = (name: string, argv: readonly string[], source: string) =>
    toolCheck(place, {
      kind: 'typecheck',
      argv,
      source,
      reason: `${pathIn(place.folder, source)} is there and ${name} is installed`,
    });
  const astro = [...names].find((name) => /^astro\.config\.[cm]?[jt]s$/.test(name));
  if (astro && hasTool(place, '@astrojs/check')) return tool('@astrojs/check', ['astro', 'check'], astro);
  const svelte = [...names].find((name) => /^svelte\.config\.[cm]?[jt]s$/.test(name));
  if (svelte && hasTool(place, 'svelte-check')) return tool('svelte-check', ['svelte-check'], svelte);
  const config = configOf(place);
  if (config === null) return nothingFound;
  const compiler = hasTool(place, 'vue-tsc') ? 'vue-tsc' : 'tsc';
  if (compiler === 'tsc' && !hasTool(place, 'typescript')) {
    const why = 'typescript is no dependency, and no other compiler than the repository’s own may judge it';
    return leftOutOne(pathIn(place.folder, config), pathIn(place.folder, config), why);
  }
  const build = hasReferences(textOf(place, config));
  const argv = build ? [compiler, '--build'] : [compiler, '--noEmit', '-p', config];
  return tool(compiler === 'tsc' ? 'typescript' : compiler, argv, config);
}

const javascript = z.object({ compilerOptions: z.object({ checkJs: z.literal(true) }) });

function configOf(place: Place): string | null {
  const names = namesIn(place);
  if (names.has('tsconfig.json')) return 'tsconfig.json';
  const text = names.has('jsconfig.json') ? textOf(place, 'jsconfig.json') : undefined;
  return text !== undefined && javascript.safeParse(parseJsonc(text)).success ? 'jsconfig.json' : null;
}

const withReferences = z.object({ references: z.array(z.unknown()).min(1) });

/** `tsc -p` would check nothing of a solution, and would miss the built parts of a project that refers to others. */
function hasReferences(text: string | undefined): boolean {
  return text !== undefined && withReferences.safeParse(parseJsonc(text)).success;
}
