import { type LintFinding, lintProblem } from './eslint.ts';
import { plainRule } from './lint-rule.ts';
import type { Problem } from './problem.ts';
import { isPythonCode, pythonLint } from './python-linters.ts';

/** A finding as a report for programs has it, of whatever linter: `rule` as it stands there, 0 for a line that is none. */
export function findingOfLinter(finding: LintFinding): Problem {
  const rule = plainRule(finding.rule);
  const place = { file: finding.file, line: finding.line || null, column: finding.column || null };
  const message = withoutRule(finding.message, rule);
  if (rule === 'format') return { category: 'format', message, ...place, code: 'format', symbol: 'format' };
  if (rule !== null && /^(?:parse|syntax)(?:\/|$)/.test(rule))
    return { category: 'syntax_error', message, ...place, code: rule };
  if (rule !== null && isPythonCode(rule)) return pythonLint({ ...place, code: rule, message });
  return lintProblem({ ...finding, ...place, message, rule });
}

/** stylelint, and eslint for checkstyle, end the message with the rule. */
function withoutRule(message: string, rule: string | null): string {
  return rule !== null && message.endsWith(` (${rule})`) ? message.slice(0, -rule.length - 3) : message;
}
