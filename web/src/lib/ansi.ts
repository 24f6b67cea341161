export interface Span {
  readonly text: string;
  /** Empty: as the text around it. */
  readonly className: string;
}

interface Look {
  colour: string;
  bold: boolean;
  dim: boolean;
}

const SEQUENCE = /\u001b(?:\[([0-9;:]*)([@-~])|\][^\u0007\u001b]*(?:\u0007|\u001b\\)|[@-Z\\-_])/g;
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;

/**
 * Text with the colours of a terminal, as data: SGR sequences (ECMA-48, 8.3.117) of the sixteen colours, bold and faint. Every other
 * sequence, links and titles among them, is left out.
 */
export function ansiSpans(text: string): Span[] {
  const spans: Span[] = [];
  const look: Look = { colour: '', bold: false, dim: false };
  let at = 0;
  const push = (part: string) => {
    const shown = part.replace(CONTROL, '');
    if (shown === '') return;
    const className = classOf(look);
    const last = spans.at(-1);
    if (last?.className === className) spans[spans.length - 1] = { text: last.text + shown, className };
    else spans.push({ text: shown, className });
  };
  for (const match of text.matchAll(SEQUENCE)) {
    push(text.slice(at, match.index));
    at = match.index + match[0].length;
    if (match[2] === 'm') apply(look, match[1] ?? '');
  }
  push(text.slice(at));
  return spans;
}

/** The sixteen colours in those of the page, which can be read on both grounds. */
const colours = [
  'text-muted',
  'text-bad',
  'text-good',
  'text-warn',
  'text-accent',
  'text-accent',
  'text-accent',
  '',
];

function apply(look: Look, parameters: string): void {
  const codes = parameters.split(/[;:]/).map(Number);
  for (let index = 0; index < codes.length; index++) {
    const code = codes[index] ?? 0;
    if (code === 0) Object.assign(look, { colour: '', bold: false, dim: false });
    else if (code === 1) look.bold = true;
    else if (code === 2) look.dim = true;
    else if (code === 22) Object.assign(look, { bold: false, dim: false });
    else if (code === 39) look.colour = '';
    else if (code >= 30 && code <= 37) look.colour = colours[code - 30] ?? '';
    else if (code >= 90 && code <= 97) look.colour = colours[code - 90] ?? '';
    // Colours by number or by value: their parameters are skipped, the colour is not one of ours.
    else if (code === 38 || code === 48) index += codes[index + 1] === 5 ? 2 : 4;
  }
}

function classOf({ colour, bold, dim }: Look): string {
  return [colour || (dim ? 'text-muted' : ''), bold ? 'font-semibold' : ''].filter(Boolean).join(' ');
}
