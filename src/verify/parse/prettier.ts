import type { Parser, Problem } from './problem.ts';

const FORMATTABLE =
  /^[^\s:]+\.(?:[cm]?[jt]sx?|json5?|jsonc|css|scss|less|html?|vue|svelte|astro|mdx?|ya?ml|graphql|hbs|handlebars)$/;

/** `prettier --check`, and `--list-different`, which prints nothing but names. */
export const parsePrettier: Parser = (lines) => {
  if (!lines.some((line) => /Code style issues|Checking formatting|^\[error\] /.test(line)))
    return listed(lines);
  return lines.flatMap((line): Problem[] => {
    const broken = /^\[error\] (\S+): SyntaxError: (.*?)(?: \((\d+):(\d+)\))?$/.exec(line);
    if (broken) {
      const [, file = '', message = '', row, column] = broken;
      return [
        {
          category: 'syntax_error',
          message,
          file,
          line: row ? Number(row) : null,
          column: column ? Number(column) : null,
        },
      ];
    }
    const config = configProblem(line);
    if (config) return [config];
    const file = /^\[warn\] (\S+\.\w+)$/.exec(line)?.[1];
    return file ? [unformatted(file)] : [];
  });
};

function configProblem(line: string): Problem | null {
  const none =
    /^\[error\] No (?:files matching the pattern|parser could be inferred)[^"]*(?:"([^"]+)")?/.exec(line);
  const invalid =
    none ??
    /^\[error\] (?:Invalid (?:configuration[^"`]*|\w+ value)|Cannot find package|Couldn't (?:find|resolve))[^"']*(?:["']([^"']+)["'])?/.exec(
      line,
    );
  if (!invalid) return null;
  const plugin = /^\[error\] Cannot find package '([^']+)'/.exec(line)?.[1];
  if (plugin) return { category: 'missing_dependency', message: line.slice(8), symbol: plugin };
  const option = /^\[error\] Invalid (\w+) value\b/.exec(line)?.[1];
  if (option) return { category: 'config_error', message: line.slice(8), symbol: option };
  return { category: 'config_error', message: line.slice(8), symbol: invalid[1] ?? 'prettier' };
}

/** Names and nothing else; a check with another tool's name never looks like that. */
function listed(lines: readonly string[]): Problem[] {
  const said = lines.filter((line) => line.trim() !== '' && !/^> /.test(line));
  if (said.length === 0 || !said.every((line) => FORMATTABLE.test(line))) return [];
  return said.map(unformatted);
}

function unformatted(file: string): Problem {
  return { category: 'format', message: 'not formatted as prettier would', file, symbol: 'prettier' };
}
