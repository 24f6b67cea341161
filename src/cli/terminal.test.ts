import { describe, expect, it } from 'vitest';
import { createTerminal } from './terminal.ts';

function recording(tty: boolean, env: Record<string, string> = {}) {
  let written = '';
  const stream = { isTTY: tty, columns: 20, write: (text: string) => (written += text) };
  const terminal = createTerminal({ stdout: stream, stderr: stream, env });
  return { terminal, written: () => written };
}

describe('createTerminal', () => {
  it.each([
    ['no terminal', false, {}],
    ['TERM=dumb', true, { TERM: 'dumb' }],
    ['NO_COLOR', true, { NO_COLOR: '1' }],
  ])('writes no colour with %s', (_name, tty, env) => {
    const { terminal, written } = recording(tty, env);
    terminal.out(terminal.style.red('text'));
    expect(written()).toBe('text\n');
  });

  it('writes colour to a terminal, also where NO_COLOR is set but empty', () => {
    const { terminal, written } = recording(true, { NO_COLOR: '' });
    terminal.out(terminal.style.red('text'));
    expect(written()).toBe('\x1b[31mtext\x1b[39m\n');
  });

  it('keeps the status line below what is printed, and inside the width', () => {
    const { terminal, written } = recording(true);
    terminal.status('x'.repeat(50));
    terminal.out('line');
    terminal.status('');
    const erase = '\r\x1b[2K';
    const status = 'x'.repeat(19);
    expect(written()).toBe(`${erase}${status}${erase}line\n${status}${erase}`);
  });

  it('takes a usual width where the terminal says it has none', () => {
    const stream = { isTTY: true, columns: 0, write: () => true };
    expect(createTerminal({ stdout: stream, stderr: stream, env: {} }).columns).toBe(100);
  });

  it('has no status line where nothing can be redrawn', () => {
    const { terminal, written } = recording(false);
    terminal.status('working');
    terminal.status('');
    expect(written()).toBe('');
  });
});
