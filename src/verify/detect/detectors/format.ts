import { type Detection, leftOutOne, nothingFound } from '../found.ts';
import { fileLike, hasTool, type Place, pathIn, scriptCheck, scriptSource, toolCheck } from '../place.ts';
import { invocationsOf, toolsOf } from '../script.ts';
import { splitCommand } from '../split-command.ts';
import { onlyFormats, onlyLints } from './lint.ts';

const SCRIPTS = [
  'format:check',
  'format-check',
  'check:format',
  'check-format',
  'fmt:check',
  'check:fmt',
  'prettier:check',
  'check:prettier',
  'prettier-check',
  'format:ci',
  'lint:format',
  'lint:prettier',
];
/** Formatting that these scripts do can also be checked. */
const WRITING_SCRIPTS = ['format', 'fmt', 'prettier', 'format:write', 'format:fix'];

/** Formatting: a script that checks it, else the check that belongs to the repository's own formatting script. */
export function format(place: Place): Detection {
  const { scripts } = place.manifest;
  const named = SCRIPTS.find((name) => scripts[name] !== undefined) ?? lintOrCheckThatFormats(scripts);
  if (named) return scriptCheck(place, { kind: 'format', script: named });
  if (formatsWhileLinting(scripts)) return nothingFound;
  for (const script of WRITING_SCRIPTS) {
    const argv = scripts[script] === undefined ? null : checkingArgv(scripts[script]);
    if (argv === null) continue;
    const found = toolCheck(place, {
      kind: 'format',
      argv,
      source: 'package.json',
      reason: `the script "${script}" formats the files, so they are meant to be formatted`,
    });
    const source = scriptSource(place, script);
    return { ...found, found: found.found.map((one) => ({ ...one, check: { ...one.check, source } })) };
  }
  return unusedFormatter(place);
}

function lintOrCheckThatFormats(scripts: Readonly<Record<string, string>>): string | null {
  return ['lint', 'lint:check', 'check'].find((name) => onlyFormats(scripts, name)) ?? null;
}

/** `biome check` and `eslint . && prettier --check .` say it already. */
function formatsWhileLinting(scripts: Readonly<Record<string, string>>): boolean {
  return ['lint', 'lint:check', 'lint:ci', 'check'].some((name) => {
    const tools = toolsOf(scripts, name);
    if (name === 'check' && !onlyLints(scripts, name)) return false;
    const biomeChecks = invocationsOf(scripts[name] ?? '').some(
      ({ tool, args }) => tool === 'biome' && (args[0] === 'check' || args[0] === 'ci'),
    );
    return biomeChecks || tools.has('prettier') || tools.has('dprint');
  });
}

/** The checking form of a command that formats; null: it is not one plain command of a known formatter. */
function checkingArgv(script: string): string[] | null {
  const split = splitCommand(script);
  const [tool, ...args] = split.ok ? split.argv : [];
  if (tool === 'prettier' && args.some((arg) => arg === '--write' || arg === '-w')) {
    return ['prettier', '--check', ...args.filter((arg) => arg !== '--write' && arg !== '-w')];
  }
  if (tool === 'biome' && args[0] === 'format' && args.some((arg) => arg === '--write' || arg === '--fix')) {
    return ['biome', ...args.filter((arg) => arg !== '--write' && arg !== '--fix')];
  }
  if (tool === 'dprint' && args[0] === 'fmt') return ['dprint', 'check', ...args.slice(1)];
  return null;
}

const PRETTIER = /^(?:\.prettierrc(?:\.\w+)?|prettier\.config\.[cm]?[jt]s)$/;

/** A formatter that editors use: files that nobody formatted would be held against the next change. */
function unusedFormatter(place: Place): Detection {
  const config = fileLike(place, PRETTIER) ?? (place.manifest.prettier === undefined ? null : 'package.json');
  if (config === null || !hasTool(place, 'prettier')) return nothingFound;
  return leftOutOne(
    'prettier',
    pathIn(place.folder, config),
    'it is set up, but no script checks or formats with it',
  );
}
