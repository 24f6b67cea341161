import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { FailureCategory } from '../domain/failure-category.ts';
import type { Check, CheckResult } from '../domain/verdict.ts';
import { createBaseline } from './baseline.ts';
import type { CheckTree } from './check-tree.ts';
import { toDiagnostic } from './parse/problem.ts';

const folders: string[] = [];
afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
});

const check: Check = { name: 'build', kind: 'build', argv: ['x'], timeoutMs: 1_000, source: 'x' };
const failed = (category: FailureCategory): CheckResult => ({
  check,
  status: 'failed',
  exitCode: 1,
  durationMs: 1,
  output: 'x',
  diagnostics: [toDiagnostic({ category, message: 'x' }, null)],
});

/** How often the base commit was really asked, by one verification after the other. */
async function askedTwice(result: CheckResult, between?: (folder: string) => Promise<void>): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'runyard-test-baseline-'));
  folders.push(folder);
  let runs = 0;
  const tree: CheckTree = {
    checkout: folder,
    home: folder,
    objects: [],
    install: null,
    tree: {
      files: [],
      readText: async () => null,
      readTexts: async () => new Map(),
      readBlob: async () => Buffer.from(''),
      readLinks: async () => new Map(),
      findText: async () => [],
    },
    edits: { restoreEdited: async () => [] },
    remove: async () => undefined,
  };
  const ask = () =>
    createBaseline({
      baseTree: 'abc',
      checks: [check],
      folder,
      sandboxMode: 'bubblewrap',
      environmentKey: '',
      changedFiles: [],
      createTree: async () => tree,
      run: async () => {
        runs += 1;
        return result;
      },
      early: {
        createTree: async () => tree,
        tookMs: () => 0,
        run: async () => result,
        used: () => undefined,
      },
    }).resultOf(check);
  await ask();
  await between?.(folder);
  await ask();
  return runs;
}

describe('V3: what is kept of the base commit', () => {
  it('is what the code says', async () => {
    expect(await askedTwice(failed('type_error'))).toBe(1);
    expect(await askedTwice({ ...failed('type_error'), status: 'passed', diagnostics: [] })).toBe(1);
  });

  it.each<FailureCategory>(['process_killed', 'network', 'out_of_memory', 'database', 'missing_env_var'])(
    'is no failure that chance or the machine brought: %s',
    async (category) => expect(await askedTwice(failed(category))).toBe(2),
  );

  it('is no build that was killed and said nothing else', async () => {
    expect(await askedTwice({ ...failed('network'), exitCode: 137, output: 'Killed', diagnostics: [] })).toBe(
      2,
    );
  });

  it('is asked anew after a day', async () => {
    const age = async (folder: string) => {
      for (const name of await readdir(folder)) {
        const file = join(folder, name);
        const kept: unknown = JSON.parse(await readFile(file, 'utf8'));
        await writeFile(file, JSON.stringify({ ...Object(kept), at: Date.now() - 25 * 3_600_000 }));
      }
    };
    expect(await askedTwice(failed('type_error'), age)).toBe(2);
  });
});
