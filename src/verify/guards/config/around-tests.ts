import { parseManifest } from '../../detect/manifest.ts';
import type { ChangedItem } from '../types.ts';
import type { Loosening } from './loosened.ts';

const TESTS = /^(?:pre|post)((?:test|unit|integration|e2e)(?:[:-].*)?)$/;
/** What is done before and after tests everywhere. */
const ORDINARY =
  /^(?:(?:npm|pnpm|yarn|bun)(?: run)?(?: -\S+)* [\w:-]+|(?:npx )?(?:tsc|eslint|oxlint|biome|prettier|standard|xo|neostandard|rimraf|rm|mkdir|c8|nyc|tsd|attw|knip|vite build|tsup|rollup|esbuild|webpack|husky|prisma|svelte-kit|nuxt|next|playwright install|docker compose)\b.*|exit 0|true|echo .*)$/;

/** Scripts that came to run around tests that were there, and code of this change that tests load first. */
export function aroundTests(item: ChangedItem, items: readonly ChangedItem[]): Loosening[] {
  const old = scriptsOf(item.before);
  const now = scriptsOf(item.after);
  return Object.entries(now).flatMap(([name, command]): Loosening[] => {
    const was = old[name];
    if (was === command) return [];
    const path = `scripts.${name}`;
    const around = TESTS.exec(name)?.[1];
    if (around !== undefined && was === undefined && old[around] !== undefined && !isOrdinary(command))
      return [{ weight: 'doubtful', path, before: '(not set)', after: command }];
    const loads = was === undefined ? [] : loadedBy(command).filter((file) => !was.includes(file));
    const isNew = loads.some((file) => items.some((each) => each !== item && each.path.endsWith(file)));
    return isNew ? [{ weight: 'doubtful', path, before: was ?? '', after: command }] : [];
  });
}

function isOrdinary(command: string): boolean {
  return command.split(/&&|;/).every((part) => ORDINARY.test(part.trim()));
}

function loadedBy(command: string): string[] {
  const found = command.matchAll(
    /(?:--import|--require|--loader|--preload|-r)[= ]["']?(?:\.\/)?([\w./-]{1,200})/g,
  );
  return [...found].flatMap(([, file = '']) => (/\.[cm]?[jt]sx?$/.test(file) ? [file] : []));
}

function scriptsOf(text: string | null): Readonly<Record<string, string>> {
  const parsed = parseManifest(text ?? undefined);
  return parsed.kind === 'manifest' ? (parsed.manifest.scripts ?? {}) : {};
}
