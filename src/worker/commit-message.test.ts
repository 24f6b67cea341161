import { describe, expect, it } from 'vitest';
import { commitMessage } from './commit-message.ts';

describe('commitMessage', () => {
  it('G6: carries the title and trailers that lead back to run and ticket', () => {
    const message = commitMessage({ key: 'CALC-1', title: 'add() subtracts', body: 'It must add.' }, 'r1');
    expect(message).toBe('add() subtracts\n\nIt must add.\n\nRunyard-Run: r1\nRunyard-Ticket: CALC-1\n');
  });

  it('shortens a long title by characters, not by halves of one', () => {
    const message = commitMessage({ key: null, title: '😀'.repeat(100), body: '' }, 'r1');
    const [subject = ''] = message.split('\n');
    expect(Array.from(subject)).toHaveLength(72);
    expect(subject.endsWith('😀…')).toBe(true);
  });

  it('drops terminal escapes and direction overrides', () => {
    const message = commitMessage({ key: null, title: 'a\u001b[31mred\u202e', body: 'x\u0007y' }, 'r1');
    expect(message.startsWith('a[31mred\n\nxy\n')).toBe(true);
  });
});
