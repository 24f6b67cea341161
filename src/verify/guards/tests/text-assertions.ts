import { type Assertion, plainPlace } from './model.ts';
import { strengthOf, strengthOfCondition } from './strength.ts';

const MOST_LINES_OF_A_CALL = 30;

/** A call that a formatter broke into several lines, as one. */
export function wholeCall(lines: readonly string[], start: number): string {
  let text = lines[start] ?? '';
  for (const next of lines.slice(start + 1, start + MOST_LINES_OF_A_CALL)) {
    if (depthOf(text) <= 0 || !/[([{,]$/.test(lines[start] ?? '')) break;
    text += /[([{]$/.test(text) ? next : ` ${next}`;
  }
  return text.replace(/,?\s*([)\]}])/g, (found, end: string) => (found.startsWith(',') ? end : found));
}

function depthOf(text: string): number {
  const code = text.replace(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)'/g, '');
  return (code.match(/[([{]/g)?.length ?? 0) - (code.match(/[)\]}]/g)?.length ?? 0);
}

/** The arguments of a call: commas inside of brackets part nothing. */
function partsOf(text: string): string[] {
  const parts: string[] = [];
  for (const piece of text.split(', ')) {
    const last = parts.at(-1);
    if (last !== undefined && depthOf(last) > 0) parts[parts.length - 1] = `${last}, ${piece}`;
    else parts.push(piece);
  }
  return parts;
}

/** `assert!(total(&items).is_some())`: that there is something, whatever it is. */
function presenceOf(found: RegExpExecArray, text: string, line: number): Assertion {
  const [, not, subject = '', matcher = ''] = found;
  const isEmpty = matcher === 'is_empty' && not === '';
  return {
    text,
    subject,
    matcher: `${not}${matcher}`,
    expected: '',
    strength: isEmpty ? 3 : 1,
    line,
    ...plainPlace,
  };
}

/**
 * `if got != 250 { t.Errorf(…) }` asks for 250; `if got == nil` asks for something that is there. Text is the condition as well: what
 * is said about it may be the same for another one.
 */
export function assertionOfCondition(condition: string, line: string, number: number): Assertion {
  const said = condition.slice(0, 400).replace(/\s+/g, ' ');
  const text = `if ${said} { ${line.slice(0, 400).replace(/\s+/g, ' ')}`;
  const what = said.split(/; ?/).at(-1) ?? '';
  const plain = /^([^=!<>&|]+) (==|!=|<=|>=|<|>) ([^=!<>&|]+)$/.exec(what);
  const common = { text, line: number, ...plainPlace };
  if (what === 'false') return { ...common, subject: '', matcher: 'assert', expected: '', strength: 0 };
  if (!plain) {
    const subject = what.replace(/^!/, '');
    return {
      ...common,
      subject,
      matcher: what.startsWith('!') ? 'assert' : 'notok',
      expected: '',
      strength: 2,
    };
  }
  const [, subject = '', operator = '', expected = ''] = plain;
  const strength = operator === '!=' ? 3 : operator === '==' ? 1 : 2;
  const matcher = operator === '!=' ? 'equal' : operator === '==' ? 'notequal' : operator;
  return { ...common, subject, matcher, expected, strength: subject === expected ? 0 : strength };
}

/** What an assertion of Python, Go or Rust looks at, by its text. */
export function assertionOf(line: string, number: number): Assertion {
  const text = line.slice(0, 400).replace(/\s+/g, ' ');
  // A pair is always true.
  if (/^assert\s*\(.*,\s*f?["'][^"']*["']\s*\)$/.test(text))
    return { text, subject: '', matcher: 'assert', expected: '', strength: 0, line: number, ...plainPlace };
  const present = /^(?:debug_)?assert!\(\s*(!?)(.{1,300})\.(is_some|is_ok|is_err|is_empty)\(\)\s*[,)]/.exec(
    text,
  );
  if (present) return presenceOf(present, text, number);
  const plain = /^assert!?\s*\(?(.*?)\)?[;]?$/.exec(text);
  if (plain && !/^assert_|^assert\./.test(text)) {
    const condition = plain[1] ?? '';
    const [subject = condition, expected = ''] = condition.split(/ (?:==|is|in) /);
    return {
      text,
      subject,
      matcher: 'assert',
      expected,
      strength: strengthOfCondition(condition),
      line: number,
      ...plainPlace,
    };
  }
  const call = /^(?:self\.|assert\.|require\.|is\.|qt\.|mock\w*\.)?(\w+!?)\((.*?)\)?;?$/.exec(text);
  const matcher = (call?.[1] ?? text.split('(')[0] ?? '').toLowerCase().replace('!', '');
  const parts = partsOf(call?.[2] ?? '');
  const subject = parts[0] === 't' ? (parts[2] ?? parts[1] ?? '') : (parts[0] ?? '');
  const expected = parts[0] === 't' ? (parts[1] ?? '') : parts.slice(1).join(', ');
  const comparison = {
    matcher,
    subject,
    expected,
    args: parts.length,
    isConstant: subject !== '' && subject === expected,
  };
  return {
    text,
    subject,
    matcher,
    expected,
    strength: strengthOf(comparison),
    line: number,
    ...plainPlace,
  };
}
