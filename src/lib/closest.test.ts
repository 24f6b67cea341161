import { describe, expect, it } from 'vitest';
import { closeNames, closest } from './closest.ts';

describe('names close to a word', () => {
  it('are those with few letters changed, left out, added or swapped', () => {
    expect(closest('formatDtae', ['parse', 'formatDate', 'format'])).toBe('formatDate');
    expect(closest('xyz', ['parse', 'formatDate'])).toBeNull();
    expect(closeNames('buton', ['Button', 'ButtonGroup', 'Card', 'Botton'], { most: 3 })).toEqual([
      'Button',
      'Botton',
    ]);
  });

  it('come nearest first, with the far ones after them when asked for', () => {
    const names = ['zebra', 'formatDate', 'format', 'formatDates'];
    expect(closeNames('formatDate', names, { most: 4, withFar: true })).toEqual([
      'formatDate',
      'formatDates',
      'format',
      'zebra',
    ]);
  });

  it('are found in a long list of long names within bounds', () => {
    const names = Array.from({ length: 100_000 }, (_, index) => `${'n'.repeat(50)}${index}`);
    expect(closeNames('n'.repeat(10_000), names, { most: 2, withFar: true })).toHaveLength(2);
  });
});
