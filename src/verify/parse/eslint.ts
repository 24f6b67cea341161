import { z } from 'zod';
import type { FailureCategory } from '../../domain/failure-category.ts';
import type { Parser, Problem } from './problem.ts';
import { categoryOfSpecifier } from './specifier.ts';

const STYLISH = /^\s+(\d+):(\d+)\s+(error|warning|✖|⚠|×)\s+(\S.*?)(?:\s{2,}(\S+))?\s*$/;
const FILE = /^\s*((?:\/|\.{0,2}\/|[A-Za-z]:[\\/])?[^\s:][^:]*\.[\w]+)\s*$/;
const UNIX = /^((?:[A-Za-z]:)?[^:]+):(\d+):(\d+): (.*) \[(Error|Warning)(?:\/([\w@/.-]+))?\]$/;
const COMPACT =
  /^((?:[A-Za-z]:)?[^:]+): line (\d+), col (\d+), (Error|Warning) - (.*?)(?: \(([\w@/.-]+)\))?$/;

/** ESLint (stylish, unix, compact, json) and linters with the same look, stylelint and xo among them. */
export const parseEslint: Parser = (lines) => {
  const json = jsonProblems(lines);
  if (json.length > 0) return json;
  const problems: Problem[] = [];
  let file: string | null = null;
  for (const line of lines) {
    const flat = flatProblem(line);
    if (flat) problems.push(flat);
    const match = STYLISH.exec(line);
    if (match && file) {
      const [, row, column, level = '', message = '', rule] = match;
      problems.push(
        lintProblem({ file, line: Number(row), column: Number(column), level, message, rule: rule ?? null }),
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
    const [, file = '', row, column, message = '', level = '', rule] = unix;
    return lintProblem({
      file,
      line: Number(row),
      column: Number(column),
      level,
      message,
      rule: rule ?? null,
    });
  }
  const compact = COMPACT.exec(line);
  if (!compact) return null;
  const [, file = '', row, column, level = '', message = '', rule] = compact;
  return lintProblem({ file, line: Number(row), column: Number(column), level, message, rule: rule ?? null });
}

interface LintFinding {
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
    if (/pars(?:e|ing) error|Unexpected token|Unterminated/i.test(message))
      return { category: 'syntax_error', symbol: 'Parsing error' };
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

const jsonReport = z.array(
  z.object({
    filePath: z.string(),
    messages: z.array(
      z.object({
        line: z.number().nullish(),
        column: z.number().nullish(),
        severity: z.number(),
        message: z.string(),
        ruleId: z.string().nullish(),
      }),
    ),
  }),
);

function jsonProblems(lines: readonly string[]): Problem[] {
  const text = lines.find((line) => line.startsWith('[{"filePath"'));
  const report = text ? jsonReport.safeParse(safeJson(text)) : null;
  if (!report?.success) return [];
  return report.data.flatMap(({ filePath, messages }) =>
    messages.map(({ line, column, severity, message, ruleId }) =>
      lintProblem({
        file: filePath,
        line: line ?? null,
        column: column ?? null,
        level: severity === 1 ? 'warning' : 'error',
        message,
        rule: ruleId ?? null,
      }),
    ),
  );
}

function safeJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
