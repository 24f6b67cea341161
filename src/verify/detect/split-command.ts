export type SplitCommand =
  | { readonly ok: true; readonly argv: [string, ...string[]] }
  | { readonly ok: false; readonly why: string };

/**
 * A command line as an argument list, with single and double quotes and backslashes as a POSIX shell reads them. What only a
 * shell can do (operators, variables, globs, substitutions) is refused: such a line belongs into a script.
 */
export function splitCommand(text: string): SplitCommand {
  const words: string[] = [];
  let word: string | null = null;
  let quote: '"' | "'" | null = null;
  for (let index = 0; index < text.length; index += 1) {
    const char = text[index] ?? '';
    if (quote === "'" || (quote === '"' && char !== '\\' && char !== '$' && char !== '`')) {
      if (char === quote) quote = null;
      else word = `${word ?? ''}${char}`;
    } else if (char === '\\' && index + 1 < text.length) {
      index += 1;
      word = `${word ?? ''}${text[index] ?? ''}`;
    } else if (char === '"' || char === "'") {
      quote = char;
      word ??= '';
    } else if (/\s/.test(char)) {
      if (word !== null) words.push(word);
      word = null;
    } else if (NEEDS_SHELL.has(char)) {
      return { ok: false, why: `"${char}" means something to a shell only` };
    } else {
      word = `${word ?? ''}${char}`;
    }
  }
  if (quote) return { ok: false, why: 'a quotation mark is not closed' };
  if (word !== null) words.push(word);
  const [first, ...rest] = words;
  if (first === undefined || first === '') return { ok: false, why: 'it is empty' };
  if (/^[A-Za-z_]\w*=/.test(first))
    return { ok: false, why: `"${first}" sets a variable, which a shell does` };
  return { ok: true, argv: [first, ...rest] };
}

const NEEDS_SHELL = new Set([
  '|',
  '&',
  ';',
  '<',
  '>',
  '(',
  ')',
  '$',
  '`',
  '*',
  '?',
  '[',
  ']',
  '{',
  '}',
  '~',
  '#',
  '!',
]);
