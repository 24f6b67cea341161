import { describe, expect, it } from 'vitest';
import { ansiSpans } from './ansi.ts';

const ESC = '\u001b';

describe('text of a terminal', () => {
  it('keeps colours and weight until they are taken back', () => {
    expect(ansiSpans(`a ${ESC}[31;1mred${ESC}[22m still${ESC}[0m b`)).toEqual([
      { text: 'a ', className: '' },
      { text: 'red', className: 'text-bad font-semibold' },
      { text: ' still', className: 'text-bad' },
      { text: ' b', className: '' },
    ]);
  });

  it('leaves out links, titles, cursor movements and control characters', () => {
    const text = `${ESC}]8;;javascript:alert(1)${ESC}\\link${ESC}]8;;${ESC}\\${ESC}]0;title\u0007${ESC}[2J${ESC}[1;1H\u0008x\u0000`;
    expect(ansiSpans(text)).toEqual([{ text: 'linkx', className: '' }]);
  });

  it('skips colours by number and by value with their parameters', () => {
    expect(ansiSpans(`${ESC}[38;5;31mx${ESC}[48;2;31;31;31my`)).toEqual([{ text: 'xy', className: '' }]);
  });

  it('markup stays text', () => {
    expect(ansiSpans('<img src=x onerror=alert(1)>')).toEqual([
      { text: '<img src=x onerror=alert(1)>', className: '' },
    ]);
  });
});
