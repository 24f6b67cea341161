import type { Parser, Problem } from './problem.ts';
import type { Meaning } from './python-linters.ts';

const FINDING = /^ {2}(\S[^\n]{0,400}?\.pyi?):(\d+):(\d+) - (error|warning|information): (.*)$/;
const RULE = / \((report[A-Z]\w{2,80})\)$/;

/** Pyright and basedpyright as people read them: the rule stands behind the last line of a message. */
export const parsePyright: Parser = (lines) => {
  const problems: Problem[] = [];
  for (const [index, line] of lines.entries()) {
    const match = FINDING.exec(line);
    if (!match) continue;
    const [, file = '', row, column, level = '', first = ''] = match;
    const rule = RULE.exec(first)?.[1] ?? ruleBelow(lines, index);
    if (level === 'information') continue;
    const message = first.replace(RULE, '');
    problems.push(pyrightProblem({ file, line: Number(row), column: Number(column), level, message, rule }));
  }
  return problems;
};

function ruleBelow(lines: readonly string[], index: number): string | null {
  for (const line of lines.slice(index + 1, index + 12)) {
    if (!/^\s{3}/.test(line)) return null;
    const rule = RULE.exec(line)?.[1];
    if (rule) return rule;
  }
  return null;
}

interface PyrightFinding {
  readonly file: string;
  readonly line: number | null;
  readonly column: number | null;
  readonly level: string;
  readonly message: string;
  readonly rule: string | null;
}

/** One finding of pyright; without a rule it is one of its parser. */
export function pyrightProblem({ file, line, column, level, message, rule }: PyrightFinding): Problem {
  return {
    ...meaningOf(rule, message),
    severity: level === 'error' ? 'error' : 'warning',
    message,
    file,
    line,
    column,
    code: rule,
    rule: `pyright/${rule ?? 'error'}`,
  };
}

function meaningOf(rule: string | null, message: string): Meaning {
  const quoted = /"([^"]+)"/.exec(message)?.[1] ?? null;
  if (rule === null) return { category: 'syntax_error', symbol: null };
  if (/ is unknown import symbol/.test(message)) return { category: 'missing_export', symbol: quoted };
  if (rule === 'reportUndefinedVariable') return { category: 'undefined_symbol', symbol: quoted };
  if (/^reportMissing(?:Imports|ModuleSource|TypeStubs)$/.test(rule))
    return { category: quoted?.startsWith('.') ? 'import_resolution' : 'missing_dependency', symbol: quoted };
  if (/^reportUnused/.test(rule)) return { category: 'lint', symbol: rule };
  return { category: 'type_error', symbol: rule };
}
