/** What the commands print to. Own text is ASCII, so it survives terminals that do not speak UTF-8. */
export interface Terminal {
  /** Whether stdout is a terminal: nothing keeps what is printed there. */
  readonly isTerminal: boolean;
  /** Whether it is one that can redraw a line. */
  readonly live: boolean;
  readonly columns: number;
  /** Whether it shows more than ASCII. */
  readonly utf8: boolean;
  readonly style: Style;
  /** One or more lines of result, to stdout. */
  out(text: string): void;
  /** One or more lines for people, to stderr. */
  err(text: string): void;
  /** Replaces the status line at the bottom; an empty text removes it. Nothing where `live` is false. */
  status(text: string): void;
}

type Paint = (text: string) => string;
export type Style = Readonly<Record<'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan', Paint>>;

export interface OutputStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

export interface TerminalOptions {
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  readonly env: Readonly<Record<string, string | undefined>>;
}

const DEFAULT_COLUMNS = 100;
const ERASE_LINE = '\r\x1b[2K';

export function createTerminal({ stdout, stderr, env }: TerminalOptions): Terminal {
  const dumb = env['TERM'] === 'dumb';
  const live = stdout.isTTY === true && !dumb && !env['CI'];
  // https://no-color.org: set and not empty.
  const colour = stdout.isTTY === true && !dumb && !env['NO_COLOR'];
  // A terminal that does not know its size says 0.
  const columns = () => stdout.columns || DEFAULT_COLUMNS;
  let statusLine = '';

  function write(stream: OutputStream, text: string): void {
    const erase = statusLine === '' ? '' : ERASE_LINE;
    if (erase) stdout.write(erase);
    stream.write(text.endsWith('\n') ? text : `${text}\n`);
    if (statusLine !== '') stdout.write(statusLine);
  }

  return {
    isTerminal: stdout.isTTY === true,
    live,
    get columns() {
      return columns();
    },
    utf8: /utf-?8/i.test(env['LC_ALL'] || env['LC_CTYPE'] || env['LANG'] || ''),
    style: createStyle(colour),
    out: (text) => write(stdout, text),
    err: (text) => write(stderr, text),
    status(text) {
      if (!live || (text === '' && statusLine === '')) return;
      statusLine = text.slice(0, Math.max(0, columns() - 1));
      stdout.write(`${ERASE_LINE}${statusLine}`);
    },
  };
}

export function createStyle(colour: boolean): Style {
  const paint =
    (open: number, close: number): Paint =>
    (text) =>
      colour ? `\x1b[${open}m${text}\x1b[${close}m` : text;
  return {
    bold: paint(1, 22),
    dim: paint(2, 22),
    red: paint(31, 39),
    green: paint(32, 39),
    yellow: paint(33, 39),
    cyan: paint(36, 39),
  };
}
