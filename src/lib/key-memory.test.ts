import { expect, it } from 'vitest';
import { createKeyMemory } from './key-memory.ts';

it('remembers a key for its time, and the newest of many', () => {
  let now = 0;
  const memory = createKeyMemory({ keepMs: 10, most: 2, now: () => now });
  for (const key of ['a', 'b', 'a', 'c']) memory.add(key);
  expect(['a', 'b', 'c'].map((key) => memory.has(key))).toEqual([true, false, true]);
  now = 10;
  expect(memory.has('c')).toBe(false);
});
