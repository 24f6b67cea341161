/**
 * Whether a relative path of folders matches a glob of the kind package managers use: `*`, `?`, `**`, `{a,b}`. Written out because the
 * patterns come from the repository: the time is bounded by the product of both lengths, whatever they are.
 */
export function matchesGlob(path: string, pattern: string): boolean {
  return globMatcher(pattern)(path);
}

/** The same for many paths. A pattern of more parts than folders ever have matches nothing. */
export function globMatcher(pattern: string): (path: string) => boolean {
  const patterns = expandBraces(pattern.replace(/^\.\//, '').replace(/\/$/, ''))
    .map((each) => each.split('/'))
    .filter((parts) => parts.length <= MOST_PARTS);
  return (path) => {
    const parts = path.split('/');
    return patterns.some((each) => matchesParts(parts, each));
  };
}

const MOST_PARTS = 12;
const MOST_ALTERNATIVES = 16;
const LONGEST_PATTERN = 1000;

/** `a/{b,c}` as `a/b` and `a/c`; nested braces are not known to package managers' users and stay as they are. */
function expandBraces(pattern: string): string[] {
  if (pattern.length > LONGEST_PATTERN) return [];
  let done = [''];
  let rest = pattern;
  for (;;) {
    const open = rest.indexOf('{');
    const close = rest.indexOf('}', open + 1);
    if (open === -1 || close === -1) return done.map((text) => text + rest);
    const choices = rest.slice(open + 1, close).split(',');
    const before = rest.slice(0, open);
    done = done
      .flatMap((text) => choices.map((choice) => text + before + choice))
      .slice(0, MOST_ALTERNATIVES);
    rest = rest.slice(close + 1);
  }
}

/** Which numbers of path parts the pattern so far can have taken, one pattern part after the other. */
function matchesParts(path: readonly string[], pattern: readonly string[]): boolean {
  let reached = new Set([0]);
  for (const part of pattern)
    reached = part === '**' ? afterAny(path, reached) : afterOne(path, reached, part);
  return reached.has(path.length);
}

function afterOne(path: readonly string[], reached: ReadonlySet<number>, part: string): Set<number> {
  const next = new Set<number>();
  for (const at of reached) if (at < path.length && matchesPart(path[at] ?? '', part)) next.add(at + 1);
  return next;
}

function afterAny(path: readonly string[], reached: ReadonlySet<number>): Set<number> {
  const next = new Set<number>();
  let isOpen = false;
  for (let at = 0; at <= path.length; at += 1) {
    isOpen ||= reached.has(at);
    if (isOpen) next.add(at);
    if (isHidden(path[at] ?? '')) isOpen = false;
  }
  return next;
}

function isHidden(part: string): boolean {
  return part.startsWith('.') || part === 'node_modules';
}

/** `*` and `?` in one part; goes back to the last star only, which is enough. */
function matchesPart(text: string, pattern: string): boolean {
  if (isHidden(text) && /^[*?]/.test(pattern)) return false;
  let at = 0;
  let star = -1;
  let retry = 0;
  for (let index = 0; index < text.length; ) {
    const char = pattern[at];
    if (char === '*') {
      star = at;
      retry = index;
      at += 1;
    } else if (char === '?' || char === text[index]) {
      at += 1;
      index += 1;
    } else if (star !== -1) {
      at = star + 1;
      retry += 1;
      index = retry;
    } else return false;
  }
  while (pattern[at] === '*') at += 1;
  return at === pattern.length;
}
