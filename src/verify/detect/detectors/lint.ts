import { type Detection, leftOutOne, nothingFound } from '../found.ts';
import { fileLike, hasTool, type Place, scriptCheck, scriptSource, toolCheck } from '../place.ts';
import { toolsOf } from '../script.ts';

const SCRIPTS = [
  'lint',
  'lint:check',
  'lint:ci',
  'check:lint',
  'eslint',
  'lint:eslint',
  'lint:js',
  'lint:ts',
  'lint:code',
];
export const linters: ReadonlySet<string> = new Set([
  'eslint',
  'biome',
  'oxlint',
  'xo',
  'standard',
  'ts-standard',
  'stylelint',
  'next',
  'tslint',
  'rslint',
]);
export const formatters: ReadonlySet<string> = new Set(['prettier', 'dprint', 'oxfmt']);

/** Rules about the code: a script that says so, else the linter that is set up. A script that only formats is no linter. */
export function lint(place: Place): Detection {
  const { scripts } = place.manifest;
  const named = SCRIPTS.find((name) => scripts[name] !== undefined && !onlyFormats(scripts, name));
  if (named) return scriptCheck(place, { kind: 'lint', script: named });
  const check = scripts['check'] === undefined ? null : checkScript(place);
  return check ?? byConfiguration(place);
}

export function onlyFormats(scripts: Readonly<Record<string, string>>, name: string): boolean {
  const tools = toolsOf(scripts, name);
  return tools.size > 0 && [...tools].every((tool) => formatters.has(tool));
}

/** Linters and perhaps formatters, and nothing else. */
export function onlyLints(scripts: Readonly<Record<string, string>>, name: string): boolean {
  const tools = [...toolsOf(scripts, name)];
  return (
    tools.some((tool) => linters.has(tool)) &&
    tools.every((tool) => linters.has(tool) || formatters.has(tool))
  );
}

/** `check` is a linter's where it calls linters and perhaps formatters; where it calls more, its parts are looked for one by one. */
function checkScript(place: Place): Detection | null {
  const isLint = onlyLints(place.manifest.scripts, 'check');
  return isLint ? scriptCheck(place, { kind: 'lint', script: 'check' }) : null;
}

interface Tool {
  readonly packageName: string;
  readonly argv: readonly string[];
  readonly config: RegExp;
  /** Works with its own rules, without a configuration. */
  readonly bare?: true;
}

const TOOLS: readonly Tool[] = [
  {
    packageName: 'eslint',
    argv: ['eslint', '.'],
    config: /^(?:eslint\.config\.[cm]?[jt]s|\.eslintrc(?:\.\w+)?)$/,
  },
  { packageName: '@biomejs/biome', argv: ['biome', 'lint', '.'], config: /^\.?biome\.jsonc?$/ },
  {
    packageName: 'oxlint',
    argv: ['oxlint'],
    config: /^(?:\.oxlintrc\.jsonc?|oxlint\.config\.\w+)$/,
    bare: true,
  },
  { packageName: 'xo', argv: ['xo'], config: /^(?:\.xo-config(?:\.\w+)?|xo\.config\.\w+)$/, bare: true },
  { packageName: 'standard', argv: ['standard'], config: /^$/, bare: true },
];

function byConfiguration(place: Place): Detection {
  for (const { packageName, argv, config, bare } of TOOLS) {
    if (!hasTool(place, packageName)) continue;
    const own = packageName === 'eslint' && place.manifest.eslintConfig ? 'package.json' : null;
    const file = fileLike(place, config) ?? own;
    if (file === null && !(bare && place.folder === '')) continue;
    const reason = file === null ? 'it needs no configuration' : `${file} is there`;
    return toolCheck(place, {
      kind: 'lint',
      argv,
      source: file ?? 'package.json',
      reason: `${packageName} is installed and ${reason}`,
    });
  }
  return nothingFound;
}

/** What a script named `check` of many parts is reported as. */
export function compositeCheck(place: Place): Detection {
  const { scripts } = place.manifest;
  const tools = [...toolsOf(scripts, 'check')];
  if (scripts['check'] === undefined || tools.length < 2) return nothingFound;
  if (onlyLints(scripts, 'check') || onlyFormats(scripts, 'check')) return nothingFound;
  const why = `it runs several tools (${tools.slice(0, 5).join(', ')}), which are looked for one by one`;
  return leftOutOne('check', scriptSource(place, 'check'), why);
}
