import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { removeStaleLocks, withFolderLock } from './folder-lock.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'runyard-test-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('locks that their holders left', () => {
  it('G2: go when their holder is dead, and stay while it lives', async () => {
    const left = path.join(folder, 'left.git.lock');
    // A process that started at another time than any with this number now: it is dead.
    writeFileSync(left, `${process.pid} 1`);
    const held = path.join(folder, 'held.git.lock');
    await withFolderLock(held, 1_000, async () => {
      removeStaleLocks(folder);
      expect(existsSync(held)).toBe(true);
    });
    expect(existsSync(left)).toBe(false);
  });

  it('a folder that is not there has none', () => {
    expect(() => removeStaleLocks(path.join(folder, 'none'))).not.toThrow();
  });
});
