import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { Verdict } from '../../src/domain/verdict.ts';
import { detectSandbox } from '../../src/process/detect-sandbox.ts';
import { verifyCommit } from '../../src/verify/verify-commit.ts';
import {
  applyChange,
  type Change,
  commitAll,
  makeRepository,
  type RealPackage,
  realPackages,
} from '../fixtures/real-packages.ts';

const folders: string[] = [];

afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
});

describe.each(realPackages)('a change to $name, a package from the registry', (realPackage) => {
  it('V3: passes when it is right', async () => {
    const verdict = await verifyChange(realPackage, 'right');
    expect(verdict).toMatchObject({ status: 'passed', introduced: [], fingerprint: null });
    expect(verdict.results.find((result) => result.check.kind === 'test')).toMatchObject({
      status: 'passed',
      exitCode: 0,
    });
  });

  it('V3: fails when it is wrong, with the test named that it broke', async () => {
    const verdict = await verifyChange(realPackage, 'wrong');
    expect(verdict.status).toBe('failed');
    expect(verdict.baseline.map((result) => result.status)).not.toContain('failed');
    expect(
      verdict.introduced
        .map((diagnostic) => `${diagnostic.category} ${diagnostic.symbol} ${diagnostic.message}`)
        .join('\n'),
    ).toContain(realPackage.failingTest);
  });
});

async function verifyChange(realPackage: RealPackage, change: Change): Promise<Verdict> {
  const folder = await mkdtemp(path.join(tmpdir(), 'runyard-real-verify-'));
  folders.push(folder);
  const repository = path.join(folder, 'repository');
  await mkdir(repository);
  const baseCommit = await makeRepository(realPackage, repository);
  await applyChange(realPackage, repository, change);
  const commit = await commitAll(repository, `${change} change`);
  const { mode } = await detectSandbox();
  return verifyCommit({
    gitDir: path.join(repository, '.git'),
    baseCommit,
    commit,
    folders: {
      verify: path.join(folder, 'verify'),
      dependencies: path.join(folder, 'dependencies'),
      baselines: path.join(folder, 'baselines'),
    },
    sandbox: { mode, readable: [], masked: [] },
    egressSocketPath: null,
    checks: { mode: 'auto', commands: null, allowUnverified: false },
    limits: { checkMs: 60_000, gitMs: 30_000, killGraceMs: 2_000 },
    hostEnvironment: process.env,
    redact: (text) => text,
    signal: AbortSignal.timeout(100_000),
  });
}
