import { describe, expect, it } from 'vitest';
import { OutputWindow, selectOutput } from './output-window.ts';

const noise = (lines: number) => 'compiling without a word of trouble\n'.repeat(lines);

describe('V4: what is kept of a long output', () => {
  it('is everything where it is short', () => {
    const text = `first\n${noise(100)}last`;
    expect(selectOutput(text)).toBe(text);
    const window = new OutputWindow();
    window.push(text);
    expect(window.text()).toBe(text);
  });

  it('is its beginning, its end, and the lines in the middle that speak of a failure with those after them', () => {
    const text = `first\n${noise(20_000)}src/a.ts(3,5): error TS2304\n  in place\n${noise(20_000)}last`;
    const kept = selectOutput(text);
    expect(kept.startsWith('first\n')).toBe(true);
    expect(kept.endsWith('last')).toBe(true);
    expect(kept).toContain('src/a.ts(3,5): error TS2304\n  in place\n');
    expect(kept.length).toBeLessThan(110_000);
  });

  it('does not depend on the pieces it comes in', () => {
    const text = `first\n${noise(3_000)}Error: middle\n${noise(3_000)}last\n`;
    const whole = new OutputWindow();
    whole.push(text);
    const pieces = new OutputWindow();
    for (let at = 0; at < text.length; at += 777) pieces.push(text.slice(at, at + 777));
    expect(pieces.text()).toBe(whole.text());
  });

  it('keeps a report of jest or vitest whole, which stands on one line', () => {
    const report = JSON.stringify({ numTotalTestSuites: 1, testResults: ['x'.repeat(30_000)] });
    const window = new OutputWindow();
    for (let at = 0; at < report.length; at += 5) window.push(report.slice(at, at + 5));
    window.push(`\n${noise(100)}`);
    expect(window.text()).toContain(`${report}\n`);
  });

  it('is bounded for a line without an end and for telling lines without number', () => {
    const window = new OutputWindow();
    for (let piece = 0; piece < 200; piece += 1) window.push('x'.repeat(100_000));
    expect(window.text().length).toBeLessThan(11_000);
    expect(selectOutput('Error: again\n'.repeat(500_000)).length).toBeLessThan(110_000);
  });
});
