import { readFile, stat } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { ifThere } from './if-there.ts';

describe('what is asked of a path', () => {
  it('is null where nothing is there, or can be', async () => {
    expect(await ifThere(stat('/nowhere/at/all'))).toBeNull();
    expect(await ifThere(stat('/dev/null/below'))).toBeNull();
    expect(await ifThere(stat('x'.repeat(5000)))).toBeNull();
  });

  it('is the answer where something is, and any other failure is passed on', async () => {
    expect((await ifThere(stat('/')))?.isDirectory()).toBe(true);
    await expect(ifThere(readFile('/'))).rejects.toMatchObject({ code: 'EISDIR' });
  });
});
