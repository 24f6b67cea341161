import { lintProblem } from './eslint.ts';
import { plainRule } from './lint-rule.ts';
import type { Parser, Problem } from './problem.ts';

const BIOME_AT =
  /^(\S+?)(?::(\d+):(\d+))?\s+((?:lint|parse|syntax|assist|suppressions|plugin|css|json|types|deserialize)(?:\/\S+)?|format|organizeImports)\s+(?:FIXABLE\s+)?━+/;
const BIOME_MESSAGE = /^\s*([×✖!⚠ℹi])\s+(\S.*)$/;

/** Biome's check, lint, format and ci. */
export const parseBiome: Parser = (lines) => {
  const problems: Problem[] = [];
  for (const [index, line] of lines.entries()) {
    const head = BIOME_AT.exec(line);
    if (!head) continue;
    const message = lines
      .slice(index + 1, index + 8)
      .map((next) => BIOME_MESSAGE.exec(next))
      .find((found) => found);
    problems.push(biomeProblem(head, message ?? null));
  }
  return problems;
};

function biomeProblem(head: RegExpExecArray, message: RegExpExecArray | null): Problem {
  const [, file = '', row, column, rule = ''] = head;
  const level = /[!⚠iℹ]/.test(message?.[1] ?? '') ? 'warning' : 'error';
  const text = message?.[2] ?? rule;
  const position = { file, line: row ? Number(row) : null, column: column ? Number(column) : null };
  if (rule === 'format')
    return { category: 'format', message: text, ...position, code: 'format', symbol: 'format' };
  if (rule === 'deserialize') {
    const key = /`([^`]+)`/.exec(text)?.[1] ?? null;
    return { category: 'config_error', message: text, ...position, symbol: key };
  }
  if (rule === 'parse' || rule.startsWith('syntax'))
    return { category: 'syntax_error', message: text, ...position, code: rule };
  return lintProblem({ ...position, level, message: text, rule });
}

const OXLINT_MESSAGE = /^\s*([×⚠x!✖])\s+(?:([\w@-]+)\(([\w/@-]+)\): )?(\S.*)$/;
const OXLINT_AT = /[╭,][─-]\[(.+?):(\d+):(\d+)\]/;
const OXLINT_FLAT = /^(\S[^:]*):(\d+):(\d+): (.*) \[(Error|Warning)\/([\w@-]+)\(([\w/@-]+)\)\]$/;

/** Oxlint's `agent` look; without a rule it could not parse the file. */
const OXLINT_AGENT =
  /^(\S[^:]*\.(?:[cm]?[jt]sx?|vue|svelte|astro)):(\d+):(\d+): (error|warning)(?: ([\w@-]+\([\w/@-]+\)))?: (.*)$/;

/** Oxlint's default, unix and agent looks, type-aware rules included. Warnings count where nothing else explains that it failed (`--deny-warnings`). */
export const parseOxlint: Parser = (lines) => {
  const problems: Problem[] = [];
  // The compiler of Next draws the same boxes, never with a rule.
  const isNext = lines.some((line) => /\bNext\.js \d/.test(line));
  for (const [index, line] of lines.entries()) {
    const found = flat(line) ?? boxed(lines, index);
    if (found && !(isNext && found.code === undefined)) problems.push(found);
    const config = /^Failed to parse oxlint configuration file/.test(line)
      ? /Failed to parse oxlint config (\S+?)\.?$/.exec(
          lines
            .slice(index + 1, index + 5)
            .join('\n')
            .trim()
            .split('\n')[0] ?? '',
        )
      : null;
    if (config)
      problems.push({
        category: 'config_error',
        message: line,
        file: config[1] ?? null,
        symbol: 'oxlint config',
      });
  }
  return problems;
};

function flat(line: string): Problem | null {
  const brief = OXLINT_AGENT.exec(line);
  if (brief) return agent(brief);
  const match = OXLINT_FLAT.exec(line);
  if (!match) return null;
  const [, file = '', row, column, message = '', level = '', plugin, name = ''] = match;
  return lintProblem({
    file,
    line: Number(row),
    column: Number(column),
    level,
    message,
    rule: ruleName(plugin, name),
  });
}

function agent([, file = '', row, column, level = '', rule, said = '']: RegExpExecArray): Problem {
  const position = { file, line: Number(row), column: Number(column) };
  const message = said.replace(/ help: .*$/, '');
  if (rule === undefined) return { category: 'syntax_error', message, ...position };
  return lintProblem({ ...position, level, message, rule: plainRule(rule) });
}

function boxed(lines: readonly string[], index: number): Problem | null {
  const at = OXLINT_AT.exec(lines[index] ?? '');
  const message = at && nearestMessage(lines, index);
  if (!at || !message) return null;
  const [, file = '', row, column] = at;
  const [, mark = '', plugin, name, text = ''] = message;
  const position = { file, line: Number(row), column: Number(column) };
  const level = mark === '⚠' || mark === '!' ? 'warning' : 'error';
  if (name) return lintProblem({ ...position, level, message: text, rule: ruleName(plugin, name) });
  if (/unknown key|Failed to parse \S+\.json|[Cc]ould not find task/.test(text))
    return {
      category: 'config_error',
      message: text,
      ...position,
      symbol: /`([^`]+)`/.exec(text)?.[1] ?? null,
    };
  return { category: 'syntax_error', message: text, ...position };
}

function nearestMessage(lines: readonly string[], index: number): RegExpExecArray | null {
  for (let above = index - 1; above >= Math.max(0, index - 6); above -= 1) {
    const line = (lines[above] ?? '').replace(/^\s*`->\s+/, '  ');
    const match = OXLINT_MESSAGE.exec(line);
    if (match) return match;
  }
  return null;
}

function ruleName(plugin: string | undefined, name: string): string {
  return plugin && plugin !== 'eslint' ? `${plugin}/${name}` : name;
}
