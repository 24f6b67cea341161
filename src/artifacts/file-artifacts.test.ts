import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createFileArtifacts } from './file-artifacts.ts';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'runyard-artifacts-'));
});
afterEach(() => rm(root, { recursive: true, force: true }));

describe('createFileArtifacts', () => {
  it('gives back what was put, replaces whole files, and lists them', async () => {
    const artifacts = createFileArtifacts(root);
    await artifacts.put({ runId: 'run1', name: 'a.bundle' }, Readable.from(['one']));
    expect(await artifacts.put({ runId: 'run1', name: 'a.bundle' }, Readable.from(['second']))).toEqual({
      bytes: 6,
    });
    const file = await artifacts.find('run1', 'a.bundle');
    expect(await text(artifacts.read(file ?? ''))).toBe('second');
    expect(await artifacts.list('run1')).toEqual(['a.bundle']);
    expect(await artifacts.find('run1', 'b.bundle')).toBeNull();
  });

  it('S5: an upload that breaks off leaves the earlier artifact and no half file', async () => {
    const artifacts = createFileArtifacts(root);
    await artifacts.put({ runId: 'run1', name: 'a.bundle' }, Readable.from(['whole']));
    const broken = new Readable({ read() {} });
    broken.push('ha');
    const put = artifacts.put({ runId: 'run1', name: 'a.bundle' }, broken);
    broken.destroy(new Error('connection lost'));
    await expect(put).rejects.toThrow('connection lost');
    expect(await readdir(path.join(root, 'run1'))).toEqual(['a.bundle']);
  });

  it('G4: names that lead out of the folder are refused', async () => {
    const artifacts = createFileArtifacts(root);
    await expect(artifacts.put({ runId: 'run1', name: '../x' }, Readable.from(['']))).rejects.toThrow(
      'not an artifact name',
    );
    await expect(artifacts.find('..', 'a')).rejects.toThrow('not an artifact name');
  });

  it('X3: stores nothing when the last question is answered with no', async () => {
    const artifacts = createFileArtifacts(root);
    await artifacts.put({ runId: 'run2', name: 'a.bundle' }, Readable.from(['of the owner']));
    const refuse = () => Promise.reject(new Error('not the owner any more'));
    const put = artifacts.put({ runId: 'run2', name: 'a.bundle' }, Readable.from(['late']), refuse);
    await expect(put).rejects.toThrow('not the owner');
    expect(await readdir(path.join(root, 'run2'))).toEqual(['a.bundle']);
  });
});
