import { popularPackages } from './popular-packages.ts';

/** A popular package, or one of the repository's own, that a name may be mistaken for; null: none. */
export function lookAlikeOf(name: string, own: ReadonlySet<string>): string | null {
  if (popularPackages.has(name) || own.has(name)) return null;
  const candidates = [...own, ...popularPackages];
  const plain = plainName(name);
  return candidates.find((known) => known !== name && isAlike({ name, plain }, known)) ?? null;
}

const SHORTEST = 5;
/** Endings that families of packages share: `@types/x`, `x-cli`, `eslint-plugin-x` are no mistakes. */
const FAMILY =
  /^(?:@types\/|eslint-(?:plugin|config)-|babel-plugin-|postcss-|vite-plugin-|rollup-plugin-|webpack-|prettier-plugin-|remark-|rehype-)/;

function isAlike({ name, plain }: { name: string; plain: string }, known: string): boolean {
  const isScoped = scopeOf(name) !== '';
  if (isScoped && scopeOf(known) === '') return false;
  if (isScoped && scopeOf(name) === scopeOf(known)) return false;
  const other = plainName(known);
  if (plain === other) return true;
  if (other.length < SHORTEST || Math.abs(plain.length - other.length) > 2) return false;
  const [start = ''] = FAMILY.exec(known) ?? [];
  if (start !== '' && name.startsWith(start) && known.length - start.length < SHORTEST) return false;
  if (isWordsApart(name, known)) return false;
  const most = other.length >= 9 ? 2 : 1;
  return distance(plain, other, most) <= most;
}

/** `lodash` and `lodash-es`, `react` and `react6`: another number or word is another package. */
function isWordsApart(name: string, known: string): boolean {
  const words = (text: string) => text.split(/[-_./@]/).filter(Boolean);
  const a = words(name);
  const b = words(known);
  return (
    a.length === b.length &&
    a.some((word, index) => word !== b[index] && isWord(word) && isWord(b[index] ?? ''))
  );
}

const WORDS = new Set(
  'core cli node web app api css html http https json yaml toml xml sdk dom ssr v2 v3 v4 v5 v6 v7 v8 es cjs esm utils util helper helpers parser types react vue svelte solid next nuxt vite jest mocha chai tap ava sync async get set map merge clone find walk glob read write path url uri hash sha md5 uuid cuid nanoid date time color colors chalk debug log logger test tests run build dev prod config env'.split(
    ' ',
  ),
);

function isWord(word: string): boolean {
  return WORDS.has(word);
}

/** Without dashes, dots and slashes: `lodash.merge` and `lodash-merge`, `@types/node` and `types-node` are one. */
function plainName(name: string): string {
  return name.replace(/[@/_.-]/g, '').toLowerCase();
}

function scopeOf(name: string): string {
  return name.startsWith('@') ? (name.split('/')[0] ?? '') : '';
}

/** Insertions, deletions, replacements and swapped neighbours between two texts; more than `most` is not counted further. */
export function distance(a: string, b: string, most: number): number {
  if (Math.abs(a.length - b.length) > most || a.length > 214 || b.length > 214) return most + 1;
  let older: number[] = [];
  let old = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const now = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      let best = Math.min((old[j] ?? 0) + 1, (now[j - 1] ?? 0) + 1, (old[j - 1] ?? 0) + cost);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        best = Math.min(best, (older[j - 2] ?? 0) + 1);
      now.push(best);
    }
    if (Math.min(...now) > most) return most + 1;
    older = old;
    old = now;
  }
  return old[b.length] ?? most + 1;
}
