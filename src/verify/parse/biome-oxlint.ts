import { lintProblem } from './eslint.ts';
import type { Parser, Problem } from './problem.ts';

const BIOME_AT =
  /^(\S+?)(?::(\d+):\d+)?\s+((?:lint|parse|syntax|assist|suppressions|plugin|css|json|types)(?:\/\S+)?|format|organizeImports)\s+(?:FIXABLE\s+)?━+/;
const BIOME_MESSAGE = /^\s*([×✖!⚠ℹi])\s+(\S.*)$/;

/** Biome's check, lint, format and ci. */
export const parseBiome: Parser = (lines) => {
  const problems: Problem[] = [];
  for (const [index, line] of lines.entries()) {
    const head = BIOME_AT.exec(line);
    if (!head) continue;
    const [, file = '', row, rule = ''] = head;
    const message = lines
      .slice(index + 1, index + 8)
      .map((next) => BIOME_MESSAGE.exec(next))
      .find((found) => found);
    const level =
      message?.[1] === '!' || message?.[1] === '⚠' || message?.[1] === 'i' || message?.[1] === 'ℹ'
        ? 'warning'
        : 'error';
    const text = message?.[2] ?? rule;
    const position = { file, line: row ? Number(row) : null };
    if (rule === 'format')
      problems.push({ category: 'format', message: text, ...position, symbol: 'format' });
    else if (rule === 'parse' || rule.startsWith('syntax'))
      problems.push({ category: 'syntax_error', message: text, ...position });
    else problems.push(lintProblem({ ...position, level, message: text, rule }));
  }
  return problems;
};

const OXLINT_MESSAGE = /^\s*([×⚠x!✖])\s+(?:([\w@-]+)\(([\w/@-]+)\): )?(\S.*)$/;
const OXLINT_AT = /[╭,][─-]\[(.+?):(\d+):\d+\]/;

/** Oxlint's default look, type-aware rules included. */
export const parseOxlint: Parser = (lines) => {
  const problems: Problem[] = [];
  for (const [index, line] of lines.entries()) {
    const at = OXLINT_AT.exec(line);
    if (!at) continue;
    const [, file = '', row] = at;
    const message = nearestMessage(lines, index);
    if (!message) continue;
    const [, mark = '', plugin, name, text = ''] = message;
    const level = mark === '⚠' || mark === '!' ? 'warning' : 'error';
    if (!name) problems.push({ category: 'syntax_error', message: text, file, line: Number(row) });
    else
      problems.push(
        lintProblem({ file, line: Number(row), level, message: text, rule: ruleName(plugin, name) }),
      );
  }
  return problems;
};

function nearestMessage(lines: readonly string[], index: number): RegExpExecArray | null {
  for (let above = index - 1; above >= Math.max(0, index - 6); above -= 1) {
    const match = OXLINT_MESSAGE.exec(lines[above] ?? '');
    if (match) return match;
  }
  return null;
}

function ruleName(plugin: string | undefined, name: string): string {
  return plugin && plugin !== 'eslint' ? `${plugin}/${name}` : name;
}
