import type { FlatSettings } from './flatten.ts';
import type { Loosening } from './loosened.ts';

const OF_TESTS =
  /mocharc|(?:jest|vitest|vite|playwright|ava|karma|cypress)\.|vitest\.workspace|bunfig|package\.json$/;
const BY_NAME = /(?:^|\.)(?:f?grep|grepInvert|invert|testNamePattern)$/;
const LOADS =
  /(?:^|\.)(?:setupFiles|setupFilesAfterEnv|globalSetup|require|import|preload|runner|testRunner|nodeArguments|node-option)$/;
const REPLACES = /(?:^|\.)(?:alias|moduleNameMapper)\.(.+)$/;
const INCLUDES = /(?:^|\.)(?:include|testMatch|testRegex|spec)$/;

/** Settings that choose tests by name or file, load code before them, or put other files in place of what they import. */
export function steeringsOf(path: string, before: FlatSettings, after: FlatSettings): Loosening[] {
  if (!OF_TESTS.test(path)) return [];
  return [...after].flatMap(([key, values]) => {
    const old = before.get(key) ?? [];
    const added = values.filter((value) => !old.includes(value));
    if (added.length === 0) return [];
    const weight = weightOf(path, { key, old, added, values });
    if (!weight) return [];
    return [
      { weight, path: key, before: old.join(', ') || '(not set)', after: added.slice(0, 6).join(', ') },
    ];
  });
}

interface Setting {
  readonly key: string;
  readonly old: readonly string[];
  readonly added: readonly string[];
  readonly values: readonly string[];
}

function weightOf(path: string, { key, old, added, values }: Setting): Loosening['weight'] | null {
  if (/\.(?:exclude|coverage|optimizeDeps|build|watch)\b/.test(key)) return null;
  // Playwright makes projects by tags.
  if (BY_NAME.test(key))
    return /playwright|cypress/.test(path) ? 'doubtful' : isOff(added) ? null : 'certain';
  if (LOADS.test(key)) return added.some((value) => isOwnFile(value)) ? 'doubtful' : null;
  const replaced = REPLACES.exec(key)?.[1];
  if (replaced !== undefined)
    return isOwnFile(replaced) || /\b(?:mock|fake|stub)/i.test(added.join(' ')) ? 'doubtful' : null;
  const isNarrowed =
    INCLUDES.test(key) && old.some((value) => isPattern(value)) && !values.some((value) => isPattern(value));
  return isNarrowed ? 'doubtful' : null;
}

function isOff(values: readonly string[]): boolean {
  return values.every((value) => value === 'false' || value === '');
}

/** A path of the repository, no package: `ts-node/register` is one that everybody has. */
function isOwnFile(value: string): boolean {
  return (
    /^(?:\.{1,2}\/|<rootDir>|\/)/.test(value.replace(/^\^|^--(?:import|require)=|\\/g, '')) ||
    (/\w\/[\w./-]+\.[cm]?[jt]sx?$/.test(value) && !value.startsWith('@'))
  );
}

function isPattern(value: string): boolean {
  return /[*?{[(]/.test(value) || !/\.\w+$/.test(value);
}
