import { buildProblem } from './bundler-message.ts';
import type { Parser, Problem } from './problem.ts';

const HEAD = /^ERROR in (?:\.\/)?(\S+?)(?: (\d+):(\d+)(?:-\S+)?)?(?: \(.*\))?$/;

/** webpack 4 and 5, and builds that print like it (rspack). */
export const parseWebpack: Parser = (lines) => {
  const problems: Problem[] = [];
  for (const [index, line] of lines.entries()) {
    const schema = /^(?:\[webpack-cli\] )?(?:✖ )?(?:Error: )?Invalid (?:configuration|options) object/.test(
      line,
    );
    if (schema) problems.push(schemaProblem(line, lines.slice(index + 1, index + 8)));
    const head = HEAD.exec(line);
    if (head) problems.push(...problemsUnder(head, lines.slice(index + 1, index + 40)));
  }
  return problems;
};

function schemaProblem(line: string, next: readonly string[]): Problem {
  const property =
    /has an unknown property '([^']+)'/.exec(next.join('\n'))?.[1] ??
    /configuration(?:\[\d+\])?\.([\w.[\]]+)/.exec(next.join('\n'))?.[1];
  return {
    category: 'config_error',
    message: [line, next[0] ?? ''].join(' ').slice(0, 400),
    symbol: property ?? 'configuration object',
  };
}

function problemsUnder(head: RegExpExecArray, rest: readonly string[]): Problem[] {
  const end = rest.findIndex((line) => /^(?:ERROR|WARNING) in |^webpack \d/.test(line));
  const block = end < 0 ? rest : rest.slice(0, end);
  const message = (block.find((line) => line.trim() !== '') ?? '').trim();
  // `TS2322: …` under such a heading is for the parser of tsc.
  if (/^(?:TS\d+|\[tsl\])/.test(message) || block.some((line) => /^\s*\[tsl\] ERROR/.test(line))) return [];
  const place = placeOf(head, block);
  const text = /^Module build failed/.test(message) ? `${message}\n${innerMessage(block)}` : message;
  return [{ ...buildProblem(text, place.file, place.line), column: place.column }];
}

interface Place {
  readonly file: string | null;
  readonly line: number | null;
  readonly column: number | null;
}

/** The heading's position, that of a loader's own message, or where the faulty import stands (`@ ./src/a.js 1:0-29`). */
function placeOf(head: RegExpExecArray, block: readonly string[]): Place {
  const file = (head[1] ?? '').split('!').at(-1) ?? null;
  if (head[2]) return { file, line: Number(head[2]), column: Number(head[3]) + 1 };
  const whole = block.join('\n');
  const inner =
    /(?:SyntaxError|ModuleBuildError|CssSyntaxError)[^\n]*?(\S+\.\w+):? ?\(?(\d+):(\d+)\)?/.exec(whole) ??
    /SyntaxError: (\/\S{1,300}\.\w+): [^\n]{0,400}\((\d+):(\d+)\)$/m.exec(whole) ??
    /^\((\d+):(\d+)\) (\S+\.\w+) /m.exec(whole);
  if (inner && /^\d+$/.test(inner[1] ?? ''))
    return { file: inner[3] ?? file, line: Number(inner[1]), column: Number(inner[2]) };
  if (inner) return { file, line: Number(inner[2]), column: Number(inner[3]) };
  const parse = /\((\d+):(\d+)\)/.exec(block[0] ?? '');
  if (parse) return { file, line: Number(parse[1]), column: Number(parse[2]) + 1 };
  const imported = /^ @ (\S+) (\d+):(\d+)/m.exec(whole);
  if (imported && imported[1]?.replace(/^\.\//, '') === file)
    return { file, line: Number(imported[2]), column: Number(imported[3]) + 1 };
  const box = /╭─\[(\d{1,9}):(\d{1,9})\]/.exec(whole);
  return box
    ? { file, line: Number(box[1]), column: Number(box[2]) + 1 }
    : { file, line: null, column: null };
}

function innerMessage(block: readonly string[]): string {
  const line = block
    .slice(1)
    .find(
      (text) =>
        /^(?:\w*Error\b|\(\d+:\d+\)|Error:|TypeError:)/.test(text.trim()) && text.trim() !== 'SyntaxError',
    );
  return (line ?? '').trim().replace(/^\(\d+:\d+\) \S+ /, '');
}
