import type { FailureCategory } from '../../domain/failure-category.ts';
import { isUnparsed, plainRule } from './lint-rule.ts';
import type { Parser, Problem } from './problem.ts';
import { categoryOfSpecifier } from './specifier.ts';

const STYLISH = /^\s+(\d+):(\d+)\s+(error|warning|✖|⚠|×)\s+(\S.*?)(?:\s{2,}(\S+))?\s*$/;
const FILE = /^\s*((?:\/|\.{0,2}\/|[A-Za-z]:[\\/])?[^\s:][^:]*\.[\w]+)\s*$/;
const UNIX = /^((?:[A-Za-z]:)?[^:]+):(\d+):(\d+): (.*) \[(error|warning)(?:\/([\w@/.-]+))?\]$/i;
/** stylelint has the rule in the message. */
const RULE_BEHIND = /^(.*) \(([\w@/.-]+)\)$/;
const COMPACT =
  /^((?:[A-Za-z]:)?[^:]+): line (\d+), col (\d+), (error|warning) - (.*?)(?: \(([\w@/.-]+)\))?$/i;

/** ESLint (stylish, unix, compact) and linters with the same look, stylelint and xo among them. */
export const parseEslint: Parser = (lines) => {
  const problems: Problem[] = [];
  let file: string | null = null;
  for (const line of lines) {
    const flat = flatProblem(line);
    if (flat) problems.push(flat);
    const match = STYLISH.exec(line);
    if (match && file) {
      const [, row, column, level = '', message = '', rule] = match;
      problems.push(
        lintProblem({
          file,
          line: Number(row),
          column: Number(column),
          level,
          message,
          rule: plainRule(rule ?? null),
        }),
      );
      continue;
    }
    if (FILE.test(line)) file = line.trim();
    else if (line.trim() === '' && !match) continue;
    else if (!match) file = null;
  }
  return problems;
};

function flatProblem(line: string): Problem | null {
  const unix = UNIX.exec(line);
  if (unix) {
    const [, file = '', row, column, said = '', level = '', named] = unix;
    const [, bare, behind] = (named === undefined && RULE_BEHIND.exec(said)) || [];
    return lintProblem({
      file,
      line: Number(row),
      column: Number(column),
      level,
      message: bare ?? said,
      rule: named ?? behind ?? null,
    });
  }
  const compact = COMPACT.exec(line);
  if (!compact) return null;
  const [, file = '', row, column, level = '', message = '', rule] = compact;
  return lintProblem({ file, line: Number(row), column: Number(column), level, message, rule: rule ?? null });
}

/** What a linter says of one place. */
export interface LintFinding {
  readonly file: string;
  readonly line: number | null;
  readonly column?: number | null;
  readonly level: string;
  readonly message: string;
  readonly rule: string | null;
}

/** One finding of any linter: the rule says what kind of fault it reports. */
export function lintProblem({ file, line, column = null, level, message, rule }: LintFinding): Problem {
  const severity = /^(?:warning|warn|⚠)$/i.test(level) ? 'warning' : 'error';
  const { category, symbol } = meaningOf(rule, message);
  return {
    category,
    severity,
    message: rule ? `${message} (${rule})` : message,
    file,
    line,
    column,
    code: rule,
    symbol,
  };
}

function meaningOf(
  rule: string | null,
  message: string,
): { category: FailureCategory; symbol: string | null } {
  if (rule === null) {
    if (isUnparsed(message))
      return { category: 'syntax_error', symbol: /^Parsing error/i.test(message) ? 'Parsing error' : null };
    return { category: 'lint', symbol: null };
  }
  const name = rule.replace(/^.*\//, '');
  const quoted = /["'`]([^"'`]+)["'`]/.exec(message)?.[1] ?? null;
  if (/^no-(?:unresolved|missing-(?:import|require))$/.test(name)) {
    return { category: quoted ? categoryOfSpecifier(quoted) : 'import_resolution', symbol: quoted ?? rule };
  }
  if (/^no-extraneous-(?:dependencies|import|require)$/.test(name)) {
    return { category: 'missing_dependency', symbol: quoted ?? rule };
  }
  if (/^import(?:-x)?\/(?:named|default|namespace)$/.test(rule)) {
    return { category: 'missing_export', symbol: rule.endsWith('/default') ? 'default' : exportOf(message) };
  }
  if (name === 'no-undef' || name === 'jsx-no-undef')
    return { category: 'undefined_symbol', symbol: quoted ?? rule };
  if (rule === 'CssSyntaxError') return { category: 'css_error', symbol: rule };
  if (rule === 'prettier/prettier' || rule.startsWith('format/')) return { category: 'format', symbol: rule };
  if (/tailwind/.test(rule) && /classname|class-name|unregistered|unknown/.test(name)) {
    return { category: 'tailwind_invalid_class', symbol: quoted ?? rule };
  }
  if (
    /^(?:css|scss|at-rule|selector|property|declaration|unit|color|function|media|block|string|font)/.test(
      rule,
    )
  ) {
    return { category: 'lint', symbol: rule };
  }
  return { category: 'lint', symbol: rule };
}

function exportOf(message: string): string | null {
  return /^(?:.*?["'`])?([\w$]+)["'`]? not found in/.exec(message)?.[1] ?? null;
}
