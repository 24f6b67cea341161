/** The whole terminal, for what is drawn anew in place. What was on it before is there again after `close`. */
export interface Screen {
  readonly columns: number;
  readonly rows: number;
  /** Only lines that changed are written. */
  draw(lines: readonly string[]): void;
  close(): void;
}

export interface ScreenStreams {
  readonly stdout: {
    readonly columns?: number;
    readonly rows?: number;
    write(text: string): unknown;
    on(event: 'resize', listener: () => void): unknown;
    off(event: 'resize', listener: () => void): unknown;
  };
  readonly stdin: {
    readonly isTTY?: boolean;
    setRawMode?(raw: boolean): unknown;
    on(event: 'data', listener: (data: Uint8Array) => void): unknown;
    off(event: 'data', listener: (data: Uint8Array) => void): unknown;
    resume(): unknown;
    pause(): unknown;
  };
}

export interface ScreenEvents {
  /** q, Q, Escape alone or Ctrl-C. */
  readonly onLeave: () => void;
  readonly onResize: () => void;
}

const ENTER = '\x1b[?1049h\x1b[?25l\x1b[2J';
const LEAVE = '\x1b[?25h\x1b[?1049l';
/** Ctrl-C comes as a character while the terminal passes on every key. */
const LEAVING = new Set(['q', 'Q', '\x03', '\x1b']);

export function openScreen({ stdout, stdin }: ScreenStreams, { onLeave, onResize }: ScreenEvents): Screen {
  let drawn: readonly string[] = [];
  const onKey = (data: Uint8Array) => {
    const keys = new TextDecoder().decode(data);
    if (LEAVING.has(keys) || keys.includes('\x03')) onLeave();
  };
  const resized = () => {
    drawn = [];
    stdout.write('\x1b[2J');
    onResize();
  };
  if (stdin.isTTY) {
    stdin.setRawMode?.(true);
    stdin.on('data', onKey);
    stdin.resume();
  }
  stdout.on('resize', resized);
  stdout.write(ENTER);
  return {
    get columns() {
      return stdout.columns || 80;
    },
    get rows() {
      return stdout.rows || 24;
    },
    draw(lines) {
      const height = Math.max(lines.length, drawn.length);
      let text = '';
      for (let row = 0; row < height; row += 1)
        if (lines[row] !== drawn[row]) text += `\x1b[${row + 1};1H${lines[row] ?? ''}\x1b[0m\x1b[K`;
      drawn = [...lines];
      if (text !== '') stdout.write(text);
    },
    close() {
      stdout.off('resize', resized);
      if (stdin.isTTY) {
        stdin.off('data', onKey);
        stdin.setRawMode?.(false);
        stdin.pause();
      }
      stdout.write(LEAVE);
    },
  };
}
