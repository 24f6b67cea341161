import { expect, it } from 'vitest';
import { configSchema } from '../../config/schema.ts';
import { writableDuration } from './config.ts';

it.each([
  [1_800_000, '30m'],
  [5_400_000, '1h30m'],
  [90_000, '1m30s'],
  [1500, '1s500ms'],
])('shows %i ms as %s, which is taken as a setting again', (ms, shown) => {
  expect(writableDuration(ms)).toBe(shown);
  expect(configSchema.parse({ dataDir: '/data', providers: {}, limits: { runMs: shown } }).limits.runMs).toBe(
    ms,
  );
});
