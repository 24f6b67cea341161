import { EventEmitter } from 'node:events';
import { describe, expect, it } from 'vitest';
import { openScreen } from './screen.ts';

function terminal() {
  let written = '';
  let raw = false;
  const stdout = Object.assign(new EventEmitter(), {
    columns: 40,
    rows: 10,
    write: (text: string) => (written += text),
  });
  const stdin = Object.assign(new EventEmitter(), {
    isTTY: true,
    setRawMode: (on: boolean) => (raw = on),
    resume: () => undefined,
    pause: () => undefined,
  });
  let left = 0;
  const screen = openScreen({ stdout, stdin }, { onLeave: () => (left += 1), onResize: () => undefined });
  const taken = () => {
    const text = written;
    written = '';
    return text;
  };
  return { screen, stdin, stdout, taken, left: () => left, raw: () => raw };
}

describe('the screen', () => {
  it('writes only what changed', () => {
    const { screen, taken } = terminal();
    screen.draw(['one', 'two', 'three']);
    taken();
    screen.draw(['one', 'TWO', 'three']);
    expect(taken()).toBe('\x1b[2;1HTWO\x1b[0m\x1b[K');
    screen.draw(['one', 'TWO', 'three']);
    expect(taken()).toBe('');
    screen.draw(['one']);
    expect(taken()).toBe('\x1b[2;1H\x1b[0m\x1b[K\x1b[3;1H\x1b[0m\x1b[K');
  });

  it('draws all again when the size changes', () => {
    const { screen, stdout, taken } = terminal();
    screen.draw(['one']);
    taken();
    stdout.emit('resize');
    screen.draw(['one']);
    expect(taken()).toBe('\x1b[2J\x1b[1;1Hone\x1b[0m\x1b[K');
  });

  it.each(['q', 'Q', '\x03'])('is left with %j, and other keys do nothing', (key) => {
    const { stdin, left } = terminal();
    stdin.emit('data', Buffer.from('\x1b[A'));
    stdin.emit('data', Buffer.from('x'));
    expect(left()).toBe(0);
    stdin.emit('data', Buffer.from(key));
    expect(left()).toBe(1);
  });

  it('gives the terminal back as it was', () => {
    const { screen, stdin, stdout, taken, raw } = terminal();
    expect([taken(), raw()]).toEqual(['\x1b[?1049h\x1b[?25l\x1b[2J', true]);
    screen.close();
    expect([taken(), raw()]).toEqual(['\x1b[?25h\x1b[?1049l', false]);
    expect(stdin.listenerCount('data') + stdout.listenerCount('resize')).toBe(0);
  });
});
