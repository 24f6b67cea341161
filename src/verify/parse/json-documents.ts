/** Of a text with many brackets only so many are looked at for a document of several lines. */
const MOST_TRIED = 30;
/** A longer line may have lost its middle (`OutputWindow`), its beginning is whole. */
const WHOLE_PART = 8_000;
/** The same of many lines. */
const WHOLE_HEAD = 19_000;

/**
 * Documents in JSON among the lines of an output: on a line of its own, or from a bracket at the start of a line to its counterpart.
 * `telling` stands in every one that is of use, so that other text is not parsed.
 */
export function jsonDocuments(lines: readonly string[], telling: RegExp): unknown[] {
  if (!lines.some((line) => telling.test(line))) return [];
  const found: unknown[] = [];
  let tried = 0;
  for (let index = 0; index < lines.length; index += 1) {
    const line = lines[index] ?? '';
    if (!/^(?:\[|\{)/.test(line)) continue;
    const whole = telling.test(line) ? onOneLine(line) : undefined;
    if (whole !== undefined) found.push(whole);
    if (whole !== undefined || (tried += 1) > MOST_TRIED) continue;
    const end = endOf(lines, index);
    const document = onManyLines(lines.slice(index, end + 1));
    if (document === undefined) continue;
    found.push(document);
    index = end;
  }
  return found;
}

function onOneLine(line: string): unknown {
  const document = jsonOf(line);
  if (document !== undefined || line.length < WHOLE_PART) return document;
  return jsonOf(closed(line)) ?? jsonOf(closed(line.slice(0, WHOLE_PART)));
}

/** Of a long document the middle may be left out; what stands before it is whole. */
function onManyLines(lines: readonly string[]): unknown {
  if (lines.length < 2) return undefined;
  const text = lines.join('\n');
  return jsonOf(text) ?? (text.length < WHOLE_HEAD ? undefined : jsonOf(closed(text.slice(0, WHOLE_HEAD))));
}

/** The closing bracket at the start of a line, or else the last one that is alone on its line. */
function endOf(lines: readonly string[], start: number): number {
  const bracket = lines[start]?.startsWith('[') ? ']' : '}';
  const plain = lines.findIndex((line, index) => index > start && line.startsWith(bracket));
  if (plain > 0) return plain;
  return lines.findLastIndex((line) => line.trim() === bracket);
}

/** undefined: it is no JSON. */
export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** A document that was cut, up to its last whole part. */
function closed(text: string): string {
  const open: string[] = [];
  let end = 0;
  let closers = '';
  // A string without an end is taken whole, or each quote in it would be looked at again.
  const token = /"(?:[^"\\]|\\.|\\$)*(?:"|$)|[[\]{}]/g;
  for (let match = token.exec(text); match; match = token.exec(text)) {
    const [bracket] = match;
    if (bracket.startsWith('"')) continue;
    if (bracket === '{' || bracket === '[') open.push(bracket === '{' ? '}' : ']');
    else if (open.pop() !== bracket) break;
    else if (bracket === '}') {
      end = token.lastIndex;
      closers = open.toReversed().join('');
    }
  }
  return text.slice(0, end) + closers;
}
