import { stripVTControlCharacters } from 'node:util';
import { withoutRunnerPrefixes } from './runner-prefix.ts';

const LONGEST_LINE = 4_000;
/** A report or an event in JSON stands on one line and is of no use in parts. */
const LONGEST_JSON_LINE = 1_000_000;
const MOST_LINES = 200_000;

/** Lines of a tool's output as a person would see them: no escapes, no overwritten progress, no endless lines, no prefixes of runners. */
export function toLines(text: string): string[] {
  return [...withoutRunnerPrefixes(withPrefixes(text))];
}

/** The same with what runners put before them. */
export function withPrefixes(text: string): string[] {
  // Reports in XML may stand on one line.
  const lines = stripVTControlCharacters(text)
    .replaceAll(/^<\?xml [^\n]*/gm, (line) => line.replaceAll('><', '>\n<'))
    .split('\n');
  const kept = lines.length > MOST_LINES ? lines.slice(-MOST_LINES) : lines;
  return kept.map(visibleLine);
}

/** What a terminal shows of a line: the part after the last carriage return, without invisible control characters. */
function visibleLine(line: string): string {
  const whole = line.endsWith('\r') ? line.slice(0, -1) : line;
  const shown = whole.slice(whole.lastIndexOf('\r') + 1);
  const longest = /^\[?\{"/.test(shown) ? LONGEST_JSON_LINE : LONGEST_LINE;
  const cut = shown.length > longest ? shown.slice(0, longest) : shown;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is removed
  return cut.replace(/[\u0000-\u0008\u000b-\u001f\u007f\u200b-\u200f\u202a-\u202e\u2066-\u2069]/g, '');
}

const WIDEST_TERMINAL = 240;

/** Text drawn in boxes or wrapped by a terminal, put back on single lines. For a second look when the first found nothing. */
export function unboxLines(lines: readonly string[]): string[] {
  const inner = lines.map((line) => withoutRightBorder(line.replace(/^\s*[│║┃|]\s?/, '')));
  const width = inner.reduce((widest, { length }) => Math.max(widest, length), 0);
  // A terminal breaks every line that is too long for it: where one is longer, none was broken.
  if (width > WIDEST_TERMINAL) return inner;
  const joined: string[] = [];
  let lastLength = 0;
  for (const line of inner) {
    if (joined.length > 0 && isBroken(lastLength, line, width)) joined[joined.length - 1] += ` ${line}`;
    else joined.push(line);
    lastLength = line.length;
  }
  return joined;
}

const NARROWEST_TERMINAL = 60;
const SLACK = 8;

/** Whether a line may go on in the next one: its first word had no more space. */
function isBroken(length: number, next: string, width: number): boolean {
  if (length < NARROWEST_TERMINAL || !/^[\w'"(@./-]/.test(next)) return false;
  const space = next.indexOf(' ');
  return length + 1 + (space < 0 ? next.length : space) + SLACK > width;
}

function withoutRightBorder(line: string): string {
  const trimmed = line.trimEnd();
  return /[│║┃|]$/.test(trimmed) ? trimmed.slice(0, -1).trimEnd() : trimmed;
}

/** Where CI services, containers and workbenches usually check a repository out. */
const USUAL_ROOT =
  /(?:file:\/\/|[\s('"[=,>]|^)(\/(?:workspaces?\/[\w.-]+|home\/runner\/work\/[\w.-]+\/[\w.-]+|builds\/[\w.-]+\/[\w.-]+|github\/workspace|usr\/src\/app|vercel\/path\d+|opt\/(?:build\/repo|render\/project\/src|app)|codebuild\/output\/src\d+\/src\/[\w./-]+?|home\/[\w.-]+\/(?:projects?|repos?|src|code|dev|work)\/[\w.-]+|Users\/[\w.-]+\/(?:projects?|repos?|src|code|dev|work)\/[\w.-]+|__w\/[\w.-]+\/[\w.-]+|app|repo|project|checkout|code|work))\//;

/** The folder the tool ran in, as far as its output gives it away: vitest's header, what stands before /node_modules/, or a usual place. */
export function guessRoot(lines: readonly string[]): string | null {
  for (const line of lines) {
    const header = /^\s*(?:RUN|DEV)\s+v\d\S*\s+(\/\S+)\s*$/.exec(line);
    if (header?.[1]) return header[1];
  }
  for (const line of lines) {
    const found = /(?:file:\/\/|[\s('"])(\/[^\s()'":]*?)\/node_modules\//.exec(line);
    if (found?.[1] && !/^\/(?:usr|opt|root|lib)\b(?!\/src\/app)/.test(found[1])) return found[1];
  }
  for (const line of lines) {
    const usual = USUAL_ROOT.exec(line);
    if (usual?.[1]) return usual[1];
  }
  return null;
}

/** A path as people write it in this repository: relative to its root, forward slashes, no `./` and no file: scheme. */
export function relativePath(path: string, root: string | null): string {
  let plain = path
    .trim()
    .replace(/^file:\/\//, '')
    .replaceAll('\\', '/');
  if (root && plain.startsWith(`${root}/`)) plain = plain.slice(root.length + 1);
  while (plain.startsWith('./')) plain = plain.slice(2);
  // Vite loads a configuration from a copy beside it, or in its own folder.
  plain = plain.replace(/^node_modules\/\.vite-temp\//, '').replace(/\.timestamp(?:-[\w-]{1,60}\.mjs)?$/, '');
  return plain;
}
