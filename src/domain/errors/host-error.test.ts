import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import { toErrorData } from './runyard-error.ts';

function thrownBy(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}

/** As Node makes it, for what cannot be brought about here. */
function systemError(code: string, syscall: string, rest: { path?: string } = {}): Error {
  return Object.assign(new Error(`${code}: ${syscall}`), { code, syscall, ...rest });
}

it.runIf(process.platform === 'linux')('a full disk is told of as such, not as an error of Runyard', () => {
  // full(4): every write to it fails for want of space.
  const error = thrownBy(() => writeFileSync('/dev/full', 'text'));
  expect(toErrorData(error)).toMatchObject({
    code: 'host.disk-full',
    kind: 'needs-human',
    what: 'The disk is full.',
  });
});

it('a full quota, a broken disk, a refused path, and too many open files say what to do', () => {
  const data = [
    systemError('EDQUOT', 'write', { path: '/data/a' }),
    systemError('EIO', 'read'),
    systemError('EROFS', 'open', { path: '/data/a' }),
    systemError('EMFILE', 'open', { path: '/data/a' }),
  ].map(toErrorData);
  expect(data.map(({ code, kind }) => [code, kind])).toEqual([
    ['host.disk-full', 'needs-human'],
    ['host.disk-failed', 'needs-human'],
    ['host.not-permitted', 'needs-human'],
    ['host.too-many-open-files', 'retryable'],
  ]);
  expect(data[0]?.what).toBe('The disk with /data/a is full.');
  expect(data[2]).toMatchObject({
    fields: { path: '/data/a' },
    next: expect.stringContaining('ls -ld /data/a'),
  });
});

it('a file that is not there, a refused signal, and words alone stay errors of Runyard', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'host-error-'));
  try {
    const missing = thrownBy(() => writeFileSync(path.join(folder, 'none/file'), ''));
    const others = [missing, systemError('EPERM', 'kill'), new Error('ENOSPC: no syscall'), 'ENOSPC'];
    expect(others.map((error) => toErrorData(error).code)).toEqual(others.map(() => 'run.unexpected'));
  } finally {
    rmSync(folder, { recursive: true });
  }
});
