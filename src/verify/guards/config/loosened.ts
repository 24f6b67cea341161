import type { GuardWeight } from '../../../domain/guard-policy.ts';
import type { FlatSettings } from './flatten.ts';

export interface Loosening {
  readonly weight: GuardWeight;
  readonly path: string;
  readonly before: string;
  readonly after: string;
}

/** Stricter when true; the name is the last part of the path, dashes and capitals do not count. */
const STRICT_WHEN_TRUE = new Set([
  'strict',
  'noimplicitany',
  'strictnullchecks',
  'strictfunctiontypes',
  'strictbindcallapply',
  'strictpropertyinitialization',
  'noimplicitthis',
  'useunknownincatchvariables',
  'alwaysstrict',
  'nounusedlocals',
  'nounusedparameters',
  'noimplicitreturns',
  'nofallthroughcasesinswitch',
  'nouncheckedindexedaccess',
  'exactoptionalpropertytypes',
  'noimplicitoverride',
  'nopropertyaccessfromindexsignature',
  'checkjs',
  'noemitonerror',
  'erasablesyntaxonly',
  'forceconsistentcasinginfilenames',
  'isolatedmodules',
  'verbatimmodulesyntax',
  'nouncheckedsideeffectimports',
  'disallowuntypeddefs',
  'disallowincompletedefs',
  'disallowanygenerics',
  'disallowuntypedcalls',
  'checkuntypeddefs',
  'warnunusedignores',
  'warnreturnany',
  'warnunreachable',
  'noimplicitoptional',
  'strictoptional',
  'strictequality',
  'recommended',
  'strictmarkers',
  'strictconfig',
  'xfailstrict',
  'isolate',
  'forbidonly',
  'reportunuseddisabledirectives',
  'branch',
  'strictssl',
  'audit',
  'enginestrict',
  'failonflaky',
]);
const LOOSE_WHEN_TRUE = new Set([
  'passwithnotests',
  'ignorebuilderrors',
  'ignoreduringbuilds',
  'allowonly',
  'dangerouslyignoreunhandlederrors',
  'ignoreerrors',
  'skiplibcheck',
  'suppressimplicitanyindexerrors',
  'suppressexcesspropertyerrors',
  'allowunreachablecode',
  'allowunusedlabels',
  'ignoremissingimports',
  'transpileonly',
  'isolatedmodulesonly',
  'forceexit',
  'quiet',
  'nocheck',
  'failonnotests',
  'allowemptytests',
  'legacypeerdeps',
  'ignorefailure',
  'allowfailure',
  'implicitreexport',
  'skipfiles',
  'exitzero',
  'ignoreerror',
  'diagnosticsoff',
]);
const DOUBTFUL_FLAGS = new Set([
  'skiplibcheck',
  'isolatedmodules',
  'isolate',
  'verbatimmodulesyntax',
  'forceexit',
  'legacypeerdeps',
  'branch',
  'checkjs',
  'erasablesyntaxonly',
  'forceconsistentcasinginfilenames',
  'implicitreexport',
  'audit',
  'enginestrict',
  'quiet',
]);
const IGNORES =
  /(?:^|\.)(?:ignores?|ignorePatterns|ignore_?patterns|exclude|excludes|excluded|excludedFiles|testPathIgnorePatterns|coveragePathIgnorePatterns|modulePathIgnorePatterns|watchPathIgnorePatterns|omit|norecursedirs|extend-exclude|extend-ignore|extend_ignore|per-file-ignores|disable|disabled|collect_ignore|exclude_lines|allowedWarnings)$|per-file-ignores|exclude-rules|exclusions/i;
const NOT_CHECKS = /(?:watch|dependabot|schedule|publish|assets?|files\.watcher|copy|deploy|bundle)/i;
const INCLUDES = /(?:^|\.)(?:include|includes|testMatch|testRegex|testFiles|testpaths|roots|projects|spec)$/;
const THRESHOLD =
  /threshold|(?:^|[._])fail_?under$|minimum_?coverage|\.lines$|\.branches$|\.functions$|\.statements$|check-coverage|maxWarnings|max-warnings/i;
const TIMEOUT = /(?:^|\.)(?:testTimeout|hookTimeout|teardownTimeout|timeout|test_timeout|defaultTimeout)$/i;
const RETRY = /(?:^|\.)(?:retry|retries|reruns|retryTimes)$/i;
const REFERENCES = /(?:^|\.)references\.path$/;
const MUCH_LONGER = 3;

/** What settings say less strictly than before. */
export function looseningsOf(before: FlatSettings, after: FlatSettings): Loosening[] {
  const paths = new Set([...before.keys(), ...after.keys()]);
  return [...paths].flatMap((path) => {
    const old = before.get(path) ?? null;
    const now = after.get(path) ?? null;
    if (old !== null && now !== null && old.join('\n') === now.join('\n')) return [];
    return judge({ path, old, now }) ?? [];
  });
}

interface Setting {
  readonly path: string;
  readonly old: readonly string[] | null;
  readonly now: readonly string[] | null;
}

function judge(setting: Setting): Loosening | null {
  return flag(setting) ?? rule(setting) ?? listed(setting) ?? figure(setting);
}

function flag({ path, old, now }: Setting): Loosening | null {
  const name = lastOf(path).replace(/[-_]/g, '').toLowerCase();
  const [before = null] = old ?? [];
  const [after = null] = now ?? [];
  const weight = DOUBTFUL_FLAGS.has(name) || now === null ? 'doubtful' : 'certain';
  if (STRICT_WHEN_TRUE.has(name) && isTrue(before) && !isTrue(after))
    return loosening(path, { weight, old, now });
  if (STRICT_WHEN_TRUE.has(name) && before === null && isFalse(after))
    return loosening(path, { weight, old, now });
  if (LOOSE_WHEN_TRUE.has(name) && !isTrue(before) && isTrue(after))
    return loosening(path, { weight, old, now });
  if (/(?:^|\.)(?:linter|formatter|assist)\.enabled$/.test(path) && !isFalse(before) && isFalse(after))
    return loosening(path, { weight: 'certain', old, now });
  return null;
}

const SEVERITIES: Readonly<Record<string, number>> = {
  off: 0,
  '0': 0,
  false: 0,
  allow: 0,
  none: 0,
  disable: 0,
  info: 1,
  warn: 1,
  warning: 1,
  '1': 1,
  on: 2,
  error: 2,
  '2': 2,
  deny: 2,
  forbid: 2,
  true: 2,
};

/** Rules of ESLint, oxlint, Biome, and lints of Cargo. One that is named for the first time was on by default, perhaps. */
function rule({ path, old, now }: Setting): Loosening | null {
  const isRule = /(?:^|\.)(?:rules|lints|categories)\.[\s\S]+/.test(path) && !/\.options(?:\.|$)/.test(path);
  if (!isRule) return null;
  const before = severityOf(old);
  const after = severityOf(now);
  const isOverride = /overrides/.test(path);
  if (before !== null && after !== null && after < before)
    return loosening(path, { weight: isOverride ? 'doubtful' : 'certain', old, now });
  if (before === null && old === null && after === 0)
    return loosening(path, { weight: isOverride ? 'doubtful' : 'certain', old, now });
  if (before === 2 && now === null) return loosening(path, { weight: 'doubtful', old, now });
  return null;
}

/** Several places may set one rule; the mildest counts. */
function severityOf(values: readonly string[] | null): number | null {
  const found = (values ?? []).flatMap((value) => SEVERITIES[value.toLowerCase()] ?? []);
  return found.length > 0 ? Math.min(...found) : null;
}

const ORDINARY_IGNORE =
  /(?:^|\/|\*|!)(?:node_modules|dist|build|out|coverage|\.next|\.nuxt|\.turbo|\.cache|vendor|generated|__generated__|\.git|tmp|temp|target|\.venv|venv|__pycache__|\.tox|\.?output|storybook-static|\.vercel|public)(?:\/|\*|$)|\.(?:min\.js|d\.ts|map|snap|md|mdx)$|lock|generated/i;

function listed({ path, old, now }: Setting): Loosening | null {
  const lines = (values: readonly string[] | null) => new Set(values ?? []);
  const added = [...lines(now)].filter((value) => !lines(old).has(value));
  const removed = [...lines(old)].filter((value) => !lines(now).has(value));
  if (IGNORES.test(path) && !NOT_CHECKS.test(path)) {
    const odd = added.filter((value) => !ORDINARY_IGNORE.test(value) && value !== '' && value !== 'false');
    if (odd.length > 0 && odd.length > removed.length)
      return loosening(path, { weight: 'doubtful', old: removed, now: odd });
  }
  if (/includes$/.test(path)) {
    const excluded = added.filter((value) => value.startsWith('!') && !ORDINARY_IGNORE.test(value));
    if (excluded.length > 0) return loosening(path, { weight: 'doubtful', old: removed, now: excluded });
  }
  if (INCLUDES.test(path) && removed.length > 0 && added.length === 0 && now !== null && now.length > 0) {
    return loosening(path, { weight: 'doubtful', old: removed, now: [] });
  }
  // Projects of TypeScript that are no longer looked at; as many others in their place are a move.
  if (REFERENCES.test(path) && removed.length > added.length)
    return loosening(path, { weight: 'certain', old: removed, now });
  if (
    /addopts$/.test(path) &&
    added.some((value) => /--ignore|--deselect|-p no:|--exitfirst|-k ["']?not|--no-cov/.test(value))
  ) {
    return loosening(path, { weight: 'certain', old, now });
  }
  return null;
}

function figure({ path, old, now }: Setting): Loosening | null {
  const before = numberOf(old);
  const after = numberOf(now);
  if (THRESHOLD.test(path) && before !== null) {
    const raises = /max-?warnings/i.test(path);
    if (after === null) return now === null ? loosening(path, { weight: 'doubtful', old, now }) : null;
    return (raises ? after > before : after < before)
      ? loosening(path, { weight: 'certain', old, now })
      : null;
  }
  if (TIMEOUT.test(path) && before !== null && after !== null && after > before * MUCH_LONGER)
    return loosening(path, { weight: 'doubtful', old, now });
  if (RETRY.test(path) && after !== null && after > (before ?? 0))
    return loosening(path, { weight: 'doubtful', old, now });
  return null;
}

function loosening(
  path: string,
  { weight, old, now }: { weight: GuardWeight; old: readonly string[] | null; now: readonly string[] | null },
): Loosening {
  const words = (values: readonly string[] | null) =>
    values === null ? '(not set)' : values.slice(0, 6).join(', ');
  return { weight, path, before: words(old), after: words(now) };
}

function numberOf(values: readonly string[] | null): number | null {
  const value = values?.[0] === undefined ? Number.NaN : Number(values[0].replaceAll('_', ''));
  return Number.isFinite(value) ? value : null;
}

function lastOf(path: string): string {
  return path.slice(path.lastIndexOf('.') + 1);
}

function isTrue(value: string | null): boolean {
  return value === 'true' || value === 'True' || value === '!0';
}

function isFalse(value: string | null): boolean {
  return value === 'false' || value === 'False' || value === '!1';
}
