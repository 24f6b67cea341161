import type { GuardWeight } from '../../domain/guard-policy.ts';
import { createMovedPool, evidenceOf, lineChanges, linesOf } from './lines.ts';
import { belongsToTests, isGenerated, isScript } from './paths.ts';
import { childNodes, type ParsedSource, parseSource, type SyntaxNode } from './syntax.ts';
import type { Change, ChangedItem, Suspicion } from './types.ts';

interface Mark {
  readonly pattern: RegExp;
  readonly what: string;
  /** What it means in a source file, and in a test. */
  readonly source: GuardWeight;
  readonly test: GuardWeight | null;
}

/** In comments of JavaScript, TypeScript, CSS and the templates around them. TypeScript obeys what begins a comment, or a line of one. */
const SCRIPT_MARKS: readonly Mark[] = [
  {
    pattern: /^[ \t*/]*@ts-nocheck\b/m,
    what: 'switches the type checker off for the file',
    source: 'certain',
    test: 'certain',
  },
  {
    pattern: /^[ \t*/]*@ts-ignore\b/m,
    what: 'silences the type checker',
    source: 'certain',
    test: 'doubtful',
  },
  {
    pattern: /^[ \t*/]*@ts-expect-error\b/m,
    what: 'silences the type checker',
    source: 'certain',
    test: null,
  },
  {
    pattern: /^\s*(?:eslint|oxlint)-disable\s*(?:--[\s\S]*)?$/,
    what: 'switches the linter off for the rest of the file',
    source: 'certain',
    test: 'doubtful',
  },
  {
    pattern: /^\s*biome-ignore-all\b/,
    what: 'switches the linter off for the file',
    source: 'certain',
    test: 'doubtful',
  },
  {
    pattern: /^\s*(?:eslint|oxlint)-disable(?:-next-line|-line)?\b/,
    what: 'switches a lint rule off',
    source: 'doubtful',
    test: 'doubtful',
  },
  {
    pattern:
      /^\s*(?:biome-ignore|tslint:disable|stylelint-disable|standard-disable|deno-lint-ignore|jshint ignore|@prettier-ignore|prettier-ignore)\b/,
    what: 'switches a lint rule off',
    source: 'doubtful',
    test: 'doubtful',
  },
  {
    pattern: /^\s*(?:istanbul|c8|v8|node:coverage|vitest) (?:ignore|disable)\b/,
    what: 'hides code from the coverage',
    source: 'doubtful',
    test: null,
  },
  {
    pattern: /^\s*(?:\$FlowFixMe|\$FlowIgnore|\$FlowIssue|@flow-ignore|noinspection)\b/,
    what: 'silences the type checker',
    source: 'doubtful',
    test: null,
  },
];

/** Lines of languages that are not parsed. */
const TEXT_MARKS: readonly (Mark & { readonly files: RegExp })[] = [
  {
    files: /\.pyi?$/,
    pattern:
      /#\s*(?:type:\s*ignore\s*$|mypy:\s*ignore-errors|pyright:\s*(?:ignore\s*$|basic|off)|(?:ruff|flake8):\s*noqa\b|pylint:\s*skip-file)/,
    what: 'silences a checker for a line or the file without naming a rule',
    source: 'certain',
    test: 'doubtful',
  },
  {
    files: /\.pyi?$/,
    pattern: /#\s*(?:type:\s*ignore\[|pyright:\s*ignore\[)/,
    what: 'silences the type checker',
    source: 'certain',
    test: 'doubtful',
  },
  {
    files: /\.pyi?$/,
    pattern: /#\s*(?:noqa\b|pylint:\s*disable|pragma:\s*no cover|nosec\b|fmt:\s*off)/i,
    what: 'switches a lint rule off',
    source: 'doubtful',
    test: 'doubtful',
  },
  {
    files: /\.go$/,
    pattern: /\/\/\s?nolint\s*(?:$|\/\/)|\/\/\s?nolint:\s*all\b/,
    what: 'switches all linters off',
    source: 'certain',
    test: 'doubtful',
  },
  {
    files: /\.go$/,
    pattern: /\/\/\s?(?:nolint:|#nosec\b|lint:ignore\b)/,
    what: 'switches a lint rule off',
    source: 'doubtful',
    test: 'doubtful',
  },
  {
    files: /\.rs$/,
    pattern: /^#!\[allow\(/,
    what: 'allows for the whole crate or module what a lint refuses',
    source: 'certain',
    test: 'doubtful',
  },
  {
    files: /\.rs$/,
    pattern: /^#\[(?:allow|expect)\(/,
    what: 'allows what a lint refuses',
    source: 'doubtful',
    test: null,
  },
  {
    files: /\.(?:java|kt)$/,
    pattern: /^@(?:SuppressWarnings|Suppress)\b/,
    what: 'silences the compiler',
    source: 'doubtful',
    test: null,
  },
  {
    files: /\.cs$/,
    pattern: /^#pragma warning disable\b|\[(?:Exclude|Suppress)/,
    what: 'silences the compiler',
    source: 'doubtful',
    test: null,
  },
  {
    files: /\.rb$/,
    pattern: /#\s*(?:rubocop:disable|:nocov:)/,
    what: 'switches a lint rule off',
    source: 'doubtful',
    test: null,
  },
  {
    files: /\.(?:vue|svelte|astro|html)$/,
    pattern: /@ts-(?:ignore|nocheck)\b/,
    what: 'silences the type checker',
    source: 'certain',
    test: 'doubtful',
  },
  {
    files: /\.(?:vue|svelte|astro|html|css|scss|less)$/,
    pattern: /(?:eslint|stylelint)-disable|svelte-ignore/,
    what: 'switches a lint rule off',
    source: 'doubtful',
    test: null,
  },
];

const HINT = 'Take it out and mend what it hides.';
const MANY_CASTS = 4;
const MOST_PER_FILE = 5;

/** New marks that tell a type checker, linter or coverage tool to look away, and many new casts to `any`. What moved is not new. */
export function suppressedChecks(change: Change): Suspicion[] {
  const wasThere = createMovedPool(change.items);
  return change.items.flatMap((item) => {
    if (
      item.after === null ||
      isGenerated(item.path) ||
      /(?:^|\/)(?:fixtures?|__fixtures__|testdata)\//.test(item.path)
    )
      return [];
    const source = isScript(item.path) ? parseSource(item.path, item.after) : null;
    const marks = source ? inComments(item, source, wasThere) : inLines(item, wasThere);
    return [...together(marks), ...(source ? casts(item, source) : [])];
  });
}

/** Certain ones each for itself, doubtful ones of a file as one. */
function together(marks: readonly Suspicion[]): Suspicion[] {
  const certain = marks.filter(({ weight }) => weight === 'certain').slice(0, MOST_PER_FILE);
  const [first, ...others] = marks.filter(({ weight }) => weight === 'doubtful');
  if (!first) return certain;
  if (others.length === 0) return [...certain, first];
  const evidence = evidenceOf([first, ...others].slice(0, MOST_PER_FILE).map((each) => each.evidence));
  const message = `${others.length + 1} new comments in ${first.file} switch checks off.`;
  return [...certain, { ...first, message, evidence }];
}

type WasThere = (text: string) => boolean;

/** Comments by the syntax tree: a string that reads like one is none. */
function inComments(item: ChangedItem, source: ParsedSource, wasThere: WasThere): Suspicion[] {
  const added = new Set(lineChanges(item).added.map(({ line }) => line));
  const lines = linesOf(item.after);
  const inTests = belongsToTests(item.path);
  return source.comments.flatMap(({ value, start }) => {
    const line = source.lineOf(start);
    const mark = added.has(line)
      ? SCRIPT_MARKS.find(({ pattern }) => pattern.test(value.replace(/^\*+/, '')))
      : undefined;
    const weight = mark && (inTests ? mark.test : mark.source);
    const text = lines[line - 1]?.text ?? value;
    if (!mark || !weight || wasThere(text)) return [];
    return [suspicion(item, { mark, weight, line, text })];
  });
}

function inLines(item: ChangedItem, wasThere: WasThere): Suspicion[] {
  const marks = isScript(item.path)
    ? SCRIPT_MARKS.map((mark) => ({ ...mark, files: /./ }))
    : TEXT_MARKS.filter(({ files }) => files.test(item.path));
  if (marks.length === 0) return [];
  const inTests = belongsToTests(item.path);
  return lineChanges(item).added.flatMap(({ text, line }) => {
    const cut = text.slice(0, 500);
    const comment = isScript(item.path) ? cut.replace(/^.{0,400}?(?:\/\/|\/\*)/, '') : cut;
    if (isScript(item.path) && comment === cut) return [];
    const mark = marks.find(({ pattern }) => pattern.test(comment));
    const weight = mark && (inTests ? mark.test : mark.source);
    return mark && weight && !wasThere(text) ? [suspicion(item, { mark, weight, line, text })] : [];
  });
}

function suspicion(
  item: ChangedItem,
  { mark, weight, line, text }: { mark: Mark; weight: GuardWeight; line: number; text: string },
): Suspicion {
  return {
    guard: 'suppressed-checks',
    weight,
    message: `A new comment in ${item.path} ${mark.what}.`,
    file: item.path,
    line,
    evidence: evidenceOf([text]),
    hint: HINT,
    identity: text,
  };
}

/** `as any`, `<any>` and `as unknown as`: one is ordinary, many are a way around the type checker. */
function casts(item: ChangedItem, source: ParsedSource): Suspicion[] {
  if (!/\.[cm]?tsx?$/.test(item.path) || belongsToTests(item.path)) return [];
  const now = castsOf(source);
  const old = item.before === null ? [] : castsOf(parseSource(item.oldPath ?? item.path, item.before));
  const more = now.length - old.length;
  if (more < MANY_CASTS) return [];
  const lines = now.slice(-3).map(({ start }) => linesOf(item.after)[source.lineOf(start) - 1]?.text ?? '');
  return [
    {
      guard: 'suppressed-checks',
      weight: 'doubtful',
      message: `${item.path} has ${more} more casts to any.`,
      file: item.path,
      line: source.lineOf(now.at(-1)?.start ?? 0),
      evidence: evidenceOf(lines),
      hint: 'Give the values the types they have.',
      identity: 'casts',
    },
  ];
}

function castsOf(source: ParsedSource | null): SyntaxNode[] {
  if (!source) return [];
  const found: SyntaxNode[] = [];
  const pending = [source.program];
  for (let node = pending.pop(); node; node = pending.pop()) {
    if (node.type === 'TSAsExpression' || node.type === 'TSTypeAssertion') {
      const type = childNodes(node).at(-1);
      const other = childNodes(node)[0];
      if (type?.type === 'TSAnyKeyword' || other?.type === 'TSAnyKeyword') found.push(node);
    }
    pending.push(...childNodes(node));
  }
  return found.sort((a, b) => a.start - b.start);
}
