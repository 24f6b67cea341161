const LONGEST_NAME = 80;
const LONGEST_PATH = 160;
const LONGEST_TYPE = 120;

/** Names that come from the tree, fit to stand in a hint: identifiers and package names only, so that none of them can hold a sentence. */
export function safeNames(names: Iterable<string>): string[] {
  return [...names].filter((name) => /^[\w$@./:#~*+[\]%-]+$/.test(name) && name.length <= LONGEST_NAME);
}

export function safePath(path: string): string | null {
  return /^[\w$@.~+#()[\]*/-]+(?: [\w$@.~+#()[\]*/-]+)*$/.test(path) && path.length <= LONGEST_PATH
    ? path
    : null;
}

export function safePaths(paths: Iterable<string>): string[] {
  return [...paths].flatMap((path) => safePath(path) ?? []);
}

/** One line of a file or a value of a message, bounded, so that it cannot pass for anything else. */
export function quoteLine(text: string, most = LONGEST_TYPE): string {
  const line = text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}`]+/gu, ' ').trim();
  return `\`${line.length > most ? `${line.slice(0, most - 1)}…` : line}\``;
}

/** The quoted parts of a tool's message, both kinds of quotes, at most a dozen. */
export function quotedIn(message: string): string[] {
  const found = [...message.matchAll(/["'`]([^"'`\n]{1,200})["'`]/g)].slice(0, 12);
  return found.map((match) => match[1] ?? '');
}
