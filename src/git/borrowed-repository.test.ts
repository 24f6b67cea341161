import { mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { sweepBorrowedRepositories } from './borrowed-repository.ts';

const folder = mkdtempSync(join(tmpdir(), 'runyard-sweep-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('sweepBorrowedRepositories', () => {
  it('removes what a killed process left, and neither what is in use nor what is not ours', () => {
    const now = new Date('2026-01-01T12:00:00Z');
    const ages = { 'runyard-git-old': 2 * 3_600_000, 'runyard-git-new': 1000, 'other-old': 2 * 3_600_000 };
    for (const [name, ageMs] of Object.entries(ages)) {
      const then = new Date(now.getTime() - ageMs);
      mkdirSync(join(folder, name));
      utimesSync(join(folder, name), then, then);
    }
    expect(sweepBorrowedRepositories(now, 3_600_000, folder)).toBe(1);
    expect(readdirSync(folder).sort()).toEqual(['other-old', 'runyard-git-new']);
  });
});
