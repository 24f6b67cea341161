import { type ParserOptions, parseSync } from 'oxc-parser';

/** A node of the syntax tree, as plain data: whoever reads it looks at fields that are there. */
export type SyntaxNode = Readonly<Record<string, unknown>> & {
  readonly type: string;
  readonly start: number;
  readonly end: number;
};

export interface ParsedSource {
  readonly text: string;
  readonly program: SyntaxNode;
  readonly comments: readonly { readonly value: string; readonly start: number; readonly end: number }[];
  readonly lineOf: (offset: number) => number;
}

const LARGEST_PARSED = 1_500_000;
/** Deeper ones overflow the parser's own stack, which ends the process. */
const DEEPEST = 1_000;

/** The syntax tree of a JavaScript or TypeScript file; null where it has none, is too large or nests too deeply. */
export function parseSource(path: string, text: string): ParsedSource | null {
  const known = recent.find((each) => each.path === path && each.text === text);
  if (known) return known.parsed;
  const parsed = parseAnew(path, text);
  recent.unshift({ path, text, parsed });
  recent.length = Math.min(recent.length, MOST_RECENT);
  return parsed;
}

interface Parsed {
  readonly path: string;
  readonly text: string;
  readonly parsed: ParsedSource | null;
}

/** Guards look at one file several times in a row; more would take the memory of large changes. */
const MOST_RECENT = 4;
const recent: Parsed[] = [];

function parseAnew(path: string, text: string): ParsedSource | null {
  if (text.length > LARGEST_PARSED || nestsDeeply(text)) return null;
  for (const options of readings(path)) {
    try {
      const parsed = parseSync(path, text, options);
      if (parsed.errors.length > 0) continue;
      const program = asNode(parsed.program);
      if (program) return { text, program, comments: parsed.comments, lineOf: lineFinder(text) };
    } catch {
      return null;
    }
  }
  return null;
}

function readings(path: string): ParserOptions[] {
  if (/\.[cm]?tsx?$/.test(path)) return [{}];
  return [
    { lang: 'jsx' },
    { lang: 'jsx', sourceType: 'script' },
    { lang: 'jsx', sourceType: 'commonjs' },
    { lang: 'tsx' },
  ];
}

function nestsDeeply(text: string): boolean {
  let depth = 0;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code === 40 || code === 91 || code === 123) depth += 1;
    else if ((code === 41 || code === 93 || code === 125) && depth > 0) depth -= 1;
    if (depth > DEEPEST) return true;
  }
  return false;
}

export function asNode(value: unknown): SyntaxNode | null {
  const isNode = value !== null && typeof value === 'object' && 'type' in value && 'start' in value;
  return isNode ? (value as SyntaxNode) : null;
}

export function asNodes(value: unknown): SyntaxNode[] {
  return Array.isArray(value) ? value.flatMap((each) => asNode(each) ?? []) : [];
}

/** The nodes right below one, in the order they stand. */
export function childNodes(node: SyntaxNode): SyntaxNode[] {
  return Object.values(node).flatMap((value) => {
    if (Array.isArray(value)) return asNodes(value);
    return asNode(value) ?? [];
  });
}

export function sliceOf({ text }: ParsedSource, node: SyntaxNode | null, longest = 400): string {
  return node ? text.slice(node.start, Math.min(node.end, node.start + longest)).replace(/\s+/g, ' ') : '';
}

/** What `a.b['c']` is called; '' where it is computed. */
export function propertyName(node: SyntaxNode): string {
  const property = asNode(node['property']);
  if (!property) return '';
  if (property.type === 'Identifier' || property.type === 'PrivateIdentifier') {
    return node['computed'] === true ? '' : textOf(property['name']);
  }
  return typeof property['value'] === 'string' ? property['value'] : '';
}

/** '' for anything but text and numbers. */
export function textOf(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

export function identifierName(node: SyntaxNode | null): string | null {
  return node?.type === 'Identifier' ? textOf(node['name']) : null;
}

/** The inner expression of parentheses, `await`, `!` and casts. */
export function unwrapped(node: SyntaxNode | null): SyntaxNode | null {
  let current = node;
  while (current && WRAPPERS.has(current.type))
    current = asNode(current['expression'] ?? current['argument']);
  return current;
}

const WRAPPERS = new Set([
  'ParenthesizedExpression',
  'AwaitExpression',
  'TSNonNullExpression',
  'TSAsExpression',
  'TSSatisfiesExpression',
  'ChainExpression',
]);

export function isLiteral(node: SyntaxNode | null): boolean {
  return (
    node?.type === 'Literal' ||
    (node?.type === 'TemplateLiteral' && asNodes(node['expressions']).length === 0)
  );
}

function lineFinder(text: string): (offset: number) => number {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return (offset) => {
    let low = 0;
    let high = starts.length;
    while (low + 1 < high) {
      const middle = (low + high) >> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle;
    }
    return low + 1;
  };
}
