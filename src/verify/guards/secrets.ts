import { lintSource } from '@secretlint/core';
import { creator } from '@secretlint/secretlint-rule-preset-recommend';
import { createMovedPool, lineChanges, type NumberedLine } from './lines.ts';
import { belongsToTests, isGenerated, isLockFile } from './paths.ts';
import { isPlaceholder, maskLine, ownFindings, PASSWORD_IN_URL, privateKeys } from './secret-shapes.ts';
import type { Change, ChangedItem, Suspicion } from './types.ts';

/** Longer ones are looked at in pieces: a minified file is one line. */
const LONGEST_LINE = 2_000;
/** Secretlint is thorough and slow; what is above is searched by our own shapes, which take linear time. */
const MOST_FOR_SECRETLINT = 2_000_000;
const MOST_PER_FILE = 5;
const HINT = 'Take it out, read it from the environment, and revoke it: whoever saw this commit has it.';

/** Credentials in added lines, by secretlint and by shapes of our own for what it does not know. Placeholders and fake keys of tests count less. */
export async function secrets(change: Change): Promise<Suspicion[]> {
  const wasThere = createMovedPool(change.items);
  const found: Suspicion[] = [];
  let left = MOST_FOR_SECRETLINT;
  for (const item of change.items) {
    if (item.after === null) continue;
    const added = lineChanges(item).added.filter(
      ({ text }) => text.length >= SHORTEST_LINE && !wasThere(text),
    );
    const pieces = added.flatMap((line) => piecesOf(line));
    const size = pieces.reduce((sum, { text }) => sum + text.length, 0);
    if (size === 0) continue;
    if (isLockFile(item.path)) {
      found.push(...inLockFile(item, pieces));
      continue;
    }
    const isThorough = size <= left;
    if (isThorough) left -= size;
    found.push(...(await secretsOf(item, pieces, isThorough)));
  }
  return found;
}

const SHORTEST_LINE = 12;

function piecesOf({ text, line }: NumberedLine): NumberedLine[] {
  if (text.length <= LONGEST_LINE) return [{ text, line }];
  const pieces: NumberedLine[] = [];
  for (let at = 0; at < text.length; at += LONGEST_LINE - 200)
    pieces.push({ text: text.slice(at, at + LONGEST_LINE), line });
  return pieces;
}

interface Hit {
  readonly line: number;
  readonly text: string;
  readonly value: string;
  readonly what: string;
  /** Its shape says what it is; otherwise only the name before it does. */
  readonly isShape: boolean;
}

/** It is full of digests that look random: only what has the shape of a credential, or is one in an address, counts. */
function inLockFile(item: ChangedItem, pieces: readonly NumberedLine[]): Suspicion[] {
  const hits = byShapes(pieces).filter(({ isShape, what }) => isShape || what === PASSWORD_IN_URL);
  return chosen(item, hits);
}

async function secretsOf(
  item: ChangedItem,
  pieces: readonly NumberedLine[],
  isThorough: boolean,
): Promise<Suspicion[]> {
  const known = isThorough ? await bySecretlint(item.path, pieces) : [];
  return chosen(item, [...known, ...keysIn(pieces), ...byShapes(pieces)]);
}

function byShapes(pieces: readonly NumberedLine[]): Hit[] {
  return pieces.flatMap(({ text, line }) => ownFindings(text).map((hit) => ({ ...hit, text, line })));
}

function chosen(item: ChangedItem, hits: readonly Hit[]): Suspicion[] {
  const seen = new Set<string>();
  const fresh = hits.filter(({ value, line }) => {
    const known = seen.has(`${line}`) || seen.has(value);
    seen.add(`${line}`).add(value);
    return !known && !isPlaceholder(value);
  });
  const harmless =
    belongsToTests(item.path) ||
    isGenerated(item.path) ||
    /\.(?:md|mdx|rst|adoc|txt|example|sample|template|dist)$/.test(item.path);
  return fresh
    .filter(({ isShape }) => isShape || !harmless)
    .slice(0, MOST_PER_FILE)
    .map((hit) => suspicion(item, hit, harmless));
}

async function bySecretlint(path: string, pieces: readonly NumberedLine[]): Promise<Hit[]> {
  const content = pieces.map(({ text }) => text).join('\n');
  const ext = path.slice(path.lastIndexOf('.'));
  const source = {
    filePath: `/${path.replace(/[^\w./-]/g, '_')}`,
    content,
    ext,
    contentType: 'text' as const,
  };
  const rules = [{ id: '@secretlint/secretlint-rule-preset-recommend', rule: creator, rules: [] }];
  const { messages } = await lintSource({ source, options: { config: { rules }, noPhysicFilePath: true } });
  return messages.flatMap(({ range, loc, ruleId }) => {
    const piece = pieces[loc.start.line - 1];
    if (!piece) return [];
    const value = content.slice(range[0], range[1]);
    const what = nameOf(ruleId);
    return /private ?key/i.test(what)
      ? []
      : [
          {
            line: piece.line,
            text: piece.text,
            value,
            what,
            isShape: !/database|basicauth|connection/i.test(what),
          },
        ];
  });
}

function keysIn(pieces: readonly NumberedLine[]): Hit[] {
  const content = pieces.map(({ text }) => text).join('\n');
  let row = 0;
  let end = pieces[0]?.text.length ?? 0;
  // The keys come in order, so the rows are counted once, however many keys there are.
  return privateKeys(content).flatMap(({ value, index }) => {
    while (end < index && row < pieces.length - 1) {
      row += 1;
      end += 1 + (pieces[row]?.text.length ?? 0);
    }
    const piece = pieces[row];
    return piece ? [{ line: piece.line, text: piece.text, value, what: 'private key', isShape: true }] : [];
  });
}

function nameOf(ruleId: string): string {
  return ruleId.replace(/^@secretlint\/secretlint-rule-/, '').replaceAll('-', ' ');
}

function suspicion(item: ChangedItem, { line, text, value, what }: Hit, isHarmless: boolean): Suspicion {
  return {
    guard: 'secrets',
    weight: isHarmless ? 'doubtful' : 'certain',
    message: `${item.path} holds what looks like a credential (${what}).`,
    file: item.path,
    line,
    evidence: maskLine(text, value),
    hint: HINT,
    identity: what,
  };
}
