import { parseJsonc } from '../detect/jsonc.ts';
import { aroundTests } from './config/around-tests.ts';
import { flattenConfiguration, flattenData } from './config/flatten.ts';
import { type Loosening, looseningsOf } from './config/loosened.ts';
import { runnerChanges, runnerFiles } from './config/script-runners.ts';
import { scriptLoosenings } from './config/scripts.ts';
import { steeringsOf } from './config/steered.ts';
import { evidenceOf, lineChanges } from './lines.ts';
import type { Change, ChangedItem, Suspicion } from './types.ts';

const HINT = 'Put the setting back and make the code pass the check as it was.';
const MOST_PER_FILE = 6;

/** Files that say how strictly something is checked. */
const CONFIGURATIONS =
  /(?:^|\/)(?:[tj]sconfig(?:[.-][\w.-]+)*\.json|\.eslintrc(?:\.\w+)?|eslint\.config\.[cm]?[jt]s|biome\.jsonc?|\.?oxlintrc?\.jsonc?|\.oxlintrc\.json|\.stylelintrc(?:\.\w+)?|(?:jest|vitest|vite|playwright|cypress|ava|karma|next|nuxt|webpack|rollup|svelte|astro|babel|wdio|knip|tsup)\.config\.[cm]?[jt]s(?:on)?|vitest\.workspace\.[cm]?[jt]s|\.mocharc(?:\.\w+)?|\.c8rc(?:\.json)?|\.nycrc(?:\.\w+)?|\.taprc|knip\.jsonc?|deno\.jsonc?|bunfig\.toml|\.npmrc|\.swcrc|pyproject\.toml|setup\.cfg|tox\.ini|pytest\.ini|mypy\.ini|\.mypy\.ini|ruff\.toml|\.ruff\.toml|\.flake8|\.pylintrc|pylintrc|\.coveragerc|pyrightconfig\.json|Cargo\.toml|clippy\.toml|\.clippy\.toml|\.golangci\.ya?ml|\.golangci\.toml|lefthook\.ya?ml|\.pre-commit-config\.yaml|\.lintstagedrc(?:\.\w+)?|\.prettierrc(?:\.\w+)?|\.dependency-cruiser\.[cm]?js|codecov\.ya?ml|\.codecov\.ya?ml|sonar-project\.properties|turbo\.json|nx\.json)$/;
const IGNORE_FILES =
  /(?:^|\/)\.(?:eslint|prettier|stylelint|biome|oxlint|dockerlint|markdownlint|npm_?audit|gitleaks|secretlint|trivy)ignore$/;
const HOOKS =
  /(?:^|\/)(?:\.husky\/[^_/.][^/]*|\.githooks\/[^/]+|\.git-hooks\/[^/]+|hooks\/(?:pre-commit|pre-push|commit-msg))$/;
/** Parts of package.json that are configurations of their own. */
const MANIFEST_PARTS = [
  'jest',
  'vitest',
  'ava',
  'mocha',
  'nyc',
  'c8',
  'eslintConfig',
  'tap',
  'xo',
  'standard',
  'lint-staged',
  'husky',
  'simple-git-hooks',
  'tsd',
  'pre-commit',
];

/** Settings that let a check see less, or pass more easily, than on the base commit. */
export function loosenedConfiguration(change: Change): Suspicion[] {
  return change.items.flatMap((item) => {
    if (item.form !== 'file') return [];
    const path = item.oldPath ?? item.path;
    if (
      /(?:^|\/)(?:fixtures?|__fixtures__|testdata|test-data|examples?|templates?|node_modules)\//.test(path)
    )
      return [];
    if (/(?:^|\/)package\.json$/.test(path)) return inManifest(item, change);
    if (IGNORE_FILES.test(path)) return inIgnoreFile(item, change);
    if (HOOKS.test(path)) return inHook(item);
    if (runnerFiles.test(path)) return inRunnerSettings(item, change);
    return CONFIGURATIONS.test(path) ? inConfiguration(item, change) : [];
  });
}

/** A new file says as much as a changed one. */
function inRunnerSettings(item: ChangedItem, change: Change): Suspicion[] {
  const found = bounded(item, runnerChanges(item.path, item.before, item.after));
  return CONFIGURATIONS.test(item.path) ? [...found, ...inConfiguration(item, change)] : found;
}

function inConfiguration(item: ChangedItem, change: Change): Suspicion[] {
  const { items } = change;
  if (item.kind === 'deleted') return gone(item, items);
  if (item.before === null) return passesAnything(item);
  const before = flattenConfiguration(item.oldPath ?? item.path, item.before);
  const after = flattenConfiguration(item.path, item.after);
  if (!before) return [];
  if (!after)
    return [
      suspicion(item, {
        weight: 'doubtful',
        path: '(all of it)',
        before: 'settings',
        after: 'cannot be read any more',
      }),
    ];
  const found = [...looseningsOf(before, after), ...steeringsOf(item.path, before, after)];
  return bounded(
    item,
    found.filter((each) => !/references\.path$/.test(each.path) || !leftWithItsProject(each, change)),
  );
}

/** What the reference named is deleted in the same change. */
function leftWithItsProject({ before }: Loosening, { items }: Change): boolean {
  const names = before.split(', ').map((path) => path.replace(/^(?:\.{0,2}\/)+/, '').replace(/\/$/, ''));
  return names.every((name) =>
    items.some(
      ({ kind, path, oldPath }) =>
        (kind === 'deleted' || kind === 'renamed') &&
        [`${oldPath ?? path}/`, `/${oldPath ?? path}/`].some(
          (gone) => name !== '' && gone.includes(`${name}/`),
        ),
    ),
  );
}

/** A configuration that is new can only be too mild in what it switches off on purpose. */
function passesAnything(item: ChangedItem): Suspicion[] {
  const settings = flattenConfiguration(item.path, item.after);
  if (!settings || !/\.npmrc$|jest|vitest|next\.config|pytest|mocharc/.test(item.path)) return [];
  const found = looseningsOf(new Map(), settings).filter(
    ({ path, weight }) => weight === 'certain' && !/rules\./.test(path),
  );
  return bounded(
    item,
    found.map((each) => ({ ...each, weight: 'doubtful' as const })),
  );
}

const FAMILIES: readonly (readonly [RegExp, RegExp])[] = [
  [/eslint|oxlint|biome|xo\b|standard/, /eslint|oxlint|biome|xo\b|standard/],
  [/prettier|biome|dprint/, /prettier|biome|dprint|oxfmt/],
  [
    /jest|vitest|vite\.config|mocha|ava\b|karma|taprc|playwright|cypress/,
    /jest|vitest|vite\.config|mocha|ava\b|karma|taprc|playwright|cypress|package\.json/,
  ],
  [/[tj]sconfig/, /[tj]sconfig/],
  [
    /mypy|pyright|pytest|ruff|flake8|pylint|setup\.cfg|tox\.ini|coveragerc/,
    /pyproject|ruff|setup\.cfg|tox\.ini|mypy|pytest/,
  ],
  [/c8rc|nycrc/, /c8rc|nycrc|vitest|jest|package\.json/],
];

/** A tool's settings are gone and no other tool of its kind came. */
function gone(item: ChangedItem, items: readonly ChangedItem[]): Suspicion[] {
  const family = FAMILIES.find(([of]) => of.test(item.path));
  const isReplaced = items.some(
    (other) => other !== item && other.kind !== 'deleted' && family?.[1].test(other.path) === true,
  );
  if (!family || isReplaced) return [];
  return [suspicion(item, { weight: 'doubtful', path: item.path, before: 'settings', after: '(deleted)' })];
}

function inManifest(item: ChangedItem, { items }: Change): Suspicion[] {
  if (item.before === null || item.after === null) return [];
  const before = asRecord(parseJsonc(item.before));
  const after = asRecord(parseJsonc(item.after));
  if (!before || !after) return [];
  const parts = MANIFEST_PARTS.flatMap((name) => {
    if (before[name] === undefined && after[name] === undefined) return [];
    const flat = (value: unknown) => flattenData({ [name]: value ?? {} });
    const [old, now] = [flat(before[name]), flat(after[name])];
    return [...looseningsOf(old, now), ...steeringsOf(item.path, old, now)];
  });
  const scripts = [...scriptLoosenings(item.before, item.after), ...aroundTests(item, items)];
  return bounded(item, [...scripts, ...parts]);
}

function asRecord(value: unknown): Readonly<Record<string, unknown>> | null {
  return value !== null && typeof value === 'object' && !Array.isArray(value) ? { ...value } : null;
}

const ORDINARY =
  /^(?:#|!)|node_modules|dist|build|coverage|out\b|vendor|generated|\.min\.|lock|\.next|CHANGELOG|\.md$|tmp|public|static|snap|fixtures?/i;

/** A pattern that hides a file of this very change leaves no doubt. */
function inIgnoreFile(item: ChangedItem, { items }: Change): Suspicion[] {
  const added = lineChanges(item).added.filter(({ text }) => text !== '' && !ORDINARY.test(text));
  return bounded(
    item,
    added.map(({ text }) => {
      const literal = text.replace(/[*!].*$/, '').replace(/^\/|\/$/g, '');
      const hides = items.some(
        (other) =>
          other !== item &&
          literal.length > 2 &&
          (other.path.startsWith(literal) || other.path.endsWith(literal)),
      );
      return { weight: hides ? 'certain' : 'doubtful', path: text, before: '(looked at)', after: 'ignored' };
    }),
  );
}

const CHECKING =
  /\b(?:npm|npx|pnpm|yarn|bun|lint|test|tsc|eslint|prettier|biome|check|pre-commit|lint-staged|commitlint)\b/;

function inHook(item: ChangedItem): Suspicion[] {
  if (item.kind === 'deleted')
    return [suspicion(item, { weight: 'doubtful', path: item.path, before: 'a hook', after: '(deleted)' })];
  const { added, removed } = lineChanges(item);
  const lost = removed.filter(({ text }) => CHECKING.test(text) && !text.startsWith('#'));
  const kept = added.filter(({ text }) => CHECKING.test(text) && !text.startsWith('#'));
  const neutral = added.find(({ text }) => /^exit 0\b|\|\|\s*(?:true|exit 0|:)|--no-verify/.test(text));
  if (item.kind === 'added' || (lost.length <= kept.length && !neutral)) return [];
  return [
    suspicion(item, {
      weight: neutral ? 'certain' : 'doubtful',
      path: item.path,
      before: lost[0]?.text ?? '',
      after: neutral?.text ?? '(removed)',
    }),
  ];
}

function bounded(item: ChangedItem, found: readonly Loosening[]): Suspicion[] {
  return found.slice(0, MOST_PER_FILE).map((loosening) => suspicion(item, loosening));
}

function suspicion(item: ChangedItem, { weight, path, before, after }: Loosening): Suspicion {
  const last = path.slice(path.lastIndexOf('.') + 1);
  const line = lineChanges(item).added.find(({ text }) => last !== '' && text.includes(last))?.line ?? null;
  return {
    guard: 'loosened-configuration',
    weight,
    message: `${item.path} checks less strictly: ${path}.`,
    file: item.path,
    line,
    evidence: evidenceOf([`- ${before}`, `+ ${after}`]),
    hint: HINT,
    identity: path,
  };
}
