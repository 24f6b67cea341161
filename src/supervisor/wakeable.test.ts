import { expect, it } from 'vitest';
import { createWakeable } from './wakeable.ts';

it('works once more when woken while it works, never twice at a time, and goes on after a failure', async () => {
  const errors: unknown[] = [];
  const releases: (() => void)[] = [];
  let atOnce = 0;
  const loop = createWakeable(
    async () => {
      atOnce += 1;
      expect(atOnce).toBe(1);
      await new Promise<void>((resolve) => releases.push(resolve));
      atOnce -= 1;
      if (releases.length === 1) throw new Error('first');
    },
    (error) => errors.push(error),
  );
  loop.wake();
  loop.wake();
  loop.wake();
  releases[0]?.();
  await expect.poll(() => releases.length).toBe(2);
  releases[1]?.();
  await loop.idle();
  expect(releases).toHaveLength(2);
  expect(errors).toEqual([new Error('first')]);
});
