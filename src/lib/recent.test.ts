import { expect, it } from 'vitest';
import { createRecent } from './recent.ts';

function counted(value: string | null) {
  let loads = 0;
  return { load: async () => ((loads += 1), value), loads: () => loads };
}

it('asks once while it remembers, and again afterwards', async () => {
  let time = 0;
  const recent = createRecent<string>({ keepMs: 10, most: 5, now: () => time });
  const { load, loads } = counted('a');
  expect([await recent.get('k', load), await recent.get('k', load), loads()]).toEqual(['a', 'a', 1]);
  time = 10;
  await recent.get('k', load);
  expect(loads()).toBe(2);
});

it('does not remember that something was not there', async () => {
  const recent = createRecent<string>({ keepMs: 10, most: 5, now: () => 0 });
  const { load, loads } = counted(null);
  await recent.get('k', load);
  await recent.get('k', load);
  expect(loads()).toBe(2);
});

it('keeps no more than it may, the newest', async () => {
  const recent = createRecent<string>({ keepMs: 10, most: 2, now: () => 0 });
  for (const key of ['a', 'b', 'c']) await recent.get(key, async () => key);
  const { load, loads } = counted('x');
  await recent.get('b', load);
  await recent.get('c', load);
  expect(loads()).toBe(0);
  await recent.get('a', load);
  expect(loads()).toBe(1);
});

it('does not remember what was being loaded when it was told to forget', async () => {
  const recent = createRecent<string>({ keepMs: 10, most: 2, now: () => 0 });
  const loading = Promise.withResolvers<string>();
  const first = recent.get('k', () => loading.promise);
  recent.forget();
  loading.resolve('old');
  expect(await first).toBe('old');
  expect(await recent.get('k', async () => 'new')).toBe('new');
});
