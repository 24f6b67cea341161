import { expect, it } from 'vitest';
import { createWaits } from './waits.ts';

it('a token has so many waits at once and no more; others are not in its way, and one that ended makes room', async () => {
  const waits = createWaits(2);
  const first = Promise.withResolvers<string>();
  const going = [waits.run('a', () => first.promise), waits.run('a', () => first.promise)];
  await expect(waits.run('a', async () => 'third')).rejects.toMatchObject({ code: 'api.too-many-waits' });
  expect(await waits.run('b', async () => 'of another')).toBe('of another');
  first.resolve('done');
  expect(await Promise.all(going)).toEqual(['done', 'done']);
  expect(await waits.run('a', async () => 'later')).toBe('later');
  await expect(waits.run('a', () => Promise.reject(new Error('gone')))).rejects.toThrow('gone');
  expect(await waits.run('a', async () => 'again')).toBe('again');
});
