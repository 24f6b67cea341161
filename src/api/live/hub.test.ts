import { afterEach, expect, it, vi } from 'vitest';
import type { Db } from '../../store/schema.ts';
import { createLiveEvents } from './hub.ts';

afterEach(() => {
  vi.useRealTimers();
});

it('without viewers nothing is read, however much happens', () => {
  vi.useFakeTimers();
  let asked = 0;
  const db = new Proxy({} as Db, {
    get() {
      asked += 1;
      return undefined;
    },
  });
  const live = createLiveEvents({ db, onError: () => (asked += 1) });
  for (let event = 0; event < 1000; event += 1) live.wake();
  vi.advanceTimersByTime(3_600_000);
  expect([asked, vi.getTimerCount()]).toEqual([0, 0]);
});

it('a viewer that cannot join because the database is away leaves nothing behind', async () => {
  vi.useFakeTimers();
  const live = createLiveEvents({ db: {} as Db, onError: () => undefined });
  await expect(live.join({ types: null, runs: null, repository: null })).rejects.toThrow();
  expect(vi.getTimerCount()).toBe(0);
});
