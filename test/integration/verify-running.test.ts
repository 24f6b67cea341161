import { chmod, mkdir, readdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };
import type { Verdict } from '../../src/domain/verdict.ts';
import { detectSandbox } from '../../src/process/detect-sandbox.ts';
import { runProcess } from '../../src/process/run-process.ts';
import { compiledIn, ownProgram } from '../../src/verify/own-programs.ts';
import { commitFiles, removeTestFolders, statuses, testHost, testRepository } from './verify-helpers.ts';

afterEach(removeTestFolders);

const manifest = (scripts: Readonly<Record<string, string>>) =>
  JSON.stringify({ name: 'x', version: '1.0.0', type: 'module', scripts });
const passes = (name: string, imports: string) =>
  `import { test } from 'node:test';\nimport { one } from '${imports}';\ntest('${name}', () => { if (one !== 1) throw new Error('wrong'); });\n`;
const many = Object.fromEntries(
  Array.from({ length: 9 }, (_, index) => [
    `test/other-${index}.test.js`,
    passes(`other ${index}`, '../other.js'),
  ]),
);
const base = {
  'package.json': manifest({ test: 'node --test' }),
  'one.js': 'export const one = 1;\n',
  'deep.js': "export { one } from './one.js';\n",
  'other.js': 'export const one = 1;\n',
  'test/one.test.js': passes('one', '../deep.js'),
  ...many,
};

describe('V2: tests of the changed files', () => {
  it('run before the suite, found by imports over several files; when they fail the suite is left out', async () => {
    const repository = await testRepository(base, { 'one.js': 'export const one = 2;\n' });
    const verdict = await repository.verify();
    expect(statuses(verdict)).toMatchObject({ 'test:changed': 'failed', test: 'not-run' });
    const first = verdict.results.find(({ check }) => check.name === 'test:changed');
    expect(first?.check.argv).toEqual(['node', '--test', 'test/one.test.js']);
    expect(verdict.introduced).toMatchObject([{ symbol: 'one', file: 'test/one.test.js' }]);
  });

  it('that pass are followed by the suite', async () => {
    const repository = await testRepository(base, { 'one.js': '\nexport const one = 1;\n' });
    const verdict = await repository.verify();
    expect(verdict.status).toBe('passed');
    expect(statuses(verdict)).toMatchObject({ 'test:changed': 'passed', test: 'passed' });
  });

  it('are not run apart when they are most of the suite', async () => {
    const repository = await testRepository(base, { 'other.js': '\nexport const one = 1;\n' });
    expect(Object.keys(statuses(await repository.verify()))).toEqual(['imports', 'test']);
  });

  it('that are new and fail do not make old failures look new', async () => {
    const old = { ...base, 'test/one.test.js': passes('one', '../other.js').replace('!== 1', '!== 3') };
    const repository = await testRepository(
      { ...old, 'test/one.test.js': `import '../one.js';\n${old['test/one.test.js']}` },
      { 'one.js': 'export const one = 5;\n', 'test/new.test.js': passes('new one', '../one.js') },
    );
    const verdict = await repository.verify();
    expect(verdict.introduced.map(({ symbol }) => symbol)).toEqual(['new one']);
    expect(verdict.preexisting.map(({ symbol }) => symbol)).toEqual(['one']);
  });
});

describe('V1: checks side by side', () => {
  const scripts = { lint: 'node edit.js', test: 'node --test' };
  const edit =
    "import { writeFileSync } from 'node:fs';\nwriteFileSync('one.js', 'export const one = 1;\\n');\n";

  it('do not see what another one does to its tree, and each is told its own edits', async () => {
    const repository = await testRepository(
      { ...base, 'package.json': manifest(scripts), 'edit.js': edit },
      { 'one.js': 'export const one = 2;\n' },
    );
    const verdict = await repository.verify({ parallel: 2, stopEarly: false });
    expect(statuses(verdict)).toMatchObject({ lint: 'failed', 'test:changed': 'failed' });
    expect(verdict.results.find(({ check }) => check.name === 'lint')?.edited).toEqual(['one.js']);
    expect(verdict.results.find(({ check }) => check.kind === 'test')?.edited).toBeUndefined();
  });

  it('give the same answers as one after the other', async () => {
    const repository = await testRepository(
      {
        ...base,
        'package.json': manifest({ ...scripts, build: 'node -e "process.exit(3)"' }),
        'edit.js': 'process.exit(1)',
      },
      { 'one.js': 'export const one = 2;\n', 'edit.js': 'console.log("other");process.exit(1)' },
    );
    const asked = { isFresh: true, stopEarly: false };
    const one = await repository.verify({ ...asked, parallel: 1 });
    const two = await repository.verify({ ...asked, parallel: 3 });
    expect(two.fingerprint).toBe(one.fingerprint);
    expect(statuses(two)).toEqual(statuses(one));
    expect(two.results.map(({ check }) => check.name)).toEqual(one.results.map(({ check }) => check.name));
  });

  it('end early when the change does not compile: its tests are left out, with the reason', async () => {
    const typecheck =
      "node -e \"process.exit(require('fs').readFileSync('one.js','utf8').includes('2')?1:0)\"";
    const repository = await testRepository(
      { ...base, 'package.json': manifest({ typecheck, test: 'node --test' }) },
      { 'one.js': 'export const one = 2;\n' },
    );
    const verdict = await repository.verify({ parallel: 1 });
    expect(statuses(verdict)).toMatchObject({ typecheck: 'failed', imports: 'passed', test: 'not-run' });
    expect(verdict.results.find(({ check }) => check.name === 'test')?.output).toContain('does not compile');
    expect(verdict.introduced).toHaveLength(1);
    const whole = await repository.verify({ parallel: 1, stopEarly: false });
    expect(statuses(whole)).toMatchObject({ 'test:changed': 'failed' });
  });
});

describe('V3: what passes is what would be delivered', () => {
  const repair =
    "import { writeFileSync } from 'node:fs';\nwriteFileSync('one.js', 'export const one = 1;\\n');\n";
  const few = { 'one.js': base['one.js'], 'test/one.test.js': passes('one', '../one.js') };

  it('a script before the tests that puts the right code in place does not make wrong code pass', async () => {
    const repository = await testRepository(
      { ...few, 'package.json': manifest({ test: 'node --test' }) },
      {
        'package.json': manifest({ pretest: 'node repair.js', test: 'node --test' }),
        'repair.js': repair,
        'one.js': 'export const one = 2;\n',
      },
    );
    const verdict = await repository.verify();
    expect(verdict.status).toBe('failed');
    expect(verdict.introduced[0]?.message).toContain('one.js');
    expect(repository.results.at(-1)).toMatchObject({ status: 'failed', check: { name: 'test' } });
  });

  it('a shell or options of Node that the change names in .npmrc do not decide how its scripts end', async () => {
    for (const npmrc of ['script-shell=./sh.sh\n', 'node-options=--import=./exit.mjs\n']) {
      const repository = await testRepository(
        { ...few, 'package.json': manifest({ test: 'node test/one.test.js' }) },
        {
          '.npmrc': npmrc,
          'sh.sh': '#!/bin/sh\nexit 0\n',
          'exit.mjs': 'process.exit(0);\n',
          'one.js': 'export const one = 2;\n',
        },
      );
      await chmod(join(repository.folder, 'sh.sh'), 0o755);
      const commit = await commitFiles(repository.folder, { 'x.txt': '' });
      const verdict = await repository.verify({ commit });
      expect(statuses(verdict)).toMatchObject({ test: 'failed' });
      expect(verdict.guards.map(({ guard }) => guard)).toContain('loosened-configuration');
    }
  });

  it('files that the base commit generates too are put back with a warning', async () => {
    const generate = "require('fs').writeFileSync('version.js', 'export const at = ' + Date.now())";
    const repository = await testRepository(
      {
        ...few,
        'package.json': manifest({ pretest: 'node generate.cjs', test: 'node --test' }),
        'generate.cjs': generate,
        'version.js': 'export const at = 0;\n',
      },
      { 'one.js': '\nexport const one = 1;\n' },
    );
    const verdict = await repository.verify();
    expect(verdict.status).toBe('passed');
    expect(verdict.warnings.join('\n')).toContain('version.js');
  });
});

describe('V2: the environment of checks', () => {
  it('has the same zone and language on every machine, and no variable of ours that colours depend on', async () => {
    const test = `import assert from 'node:assert';\nimport { test } from 'node:test';\ntest('env', () => {
      const { TZ, LANG, LC_ALL, LANGUAGE, CI, NO_COLOR, FORCE_COLOR } = process.env;
      assert.deepEqual({ TZ, LANG, LC_ALL, LANGUAGE, CI, NO_COLOR, FORCE_COLOR }, { TZ: 'UTC', LANG: 'C.UTF-8', LC_ALL: undefined, LANGUAGE: undefined, CI: 'true', NO_COLOR: undefined, FORCE_COLOR: undefined });
      assert.equal(new Date(2026, 0, 1).toISOString(), '2026-01-01T00:00:00.000Z');
    });\n`;
    const repository = await testRepository(base, { 'test/env.test.js': test });
    const hostEnvironment = {
      ...process.env,
      TZ: 'Asia/Tokyo',
      LC_ALL: 'de_DE.UTF-8',
      LANGUAGE: 'de',
      NO_COLOR: '1',
      FORCE_COLOR: '3',
      NODE_TEST_CONTEXT: undefined,
    };
    const verdict = await repository.verify({ hostEnvironment });
    expect(verdict.introduced).toEqual([]);
    expect(verdict.status).toBe('passed');
  });

  it('lets a library decide about colours as it does in CI', async () => {
    const picocolors = await readFile(createRequire(import.meta.url).resolve('picocolors'), 'utf8');
    const test = `const assert = require('node:assert');\nconst { test } = require('node:test');\nconst colors = require('../picocolors.cjs');
      test('red', () => { assert.equal(colors.isColorSupported, true); assert.equal(colors.red('a'), '\\u001b[31ma\\u001b[39m'); });\n`;
    const repository = await testRepository(
      { ...base, 'picocolors.cjs': picocolors },
      { 'test/colors.test.cjs': test },
    );
    const verdict = await repository.verify({
      hostEnvironment: { ...process.env, NO_COLOR: '1', NODE_TEST_CONTEXT: undefined },
    });
    expect(verdict).toMatchObject({ status: 'passed', introduced: [] });
  });
});

/** Only where what is verified cannot write to the folder of what is kept. */
const isKept = (await detectSandbox()).mode === 'bubblewrap';

describe.skipIf(!isKept)('V3: a second verification', () => {
  it('of the same trees runs nothing, and says that it did not', async () => {
    const repository = await testRepository(
      base,
      { 'one.js': 'export const one = 2;\n' },
      { 'one.js': '\nexport const one = 1;\n' },
    );
    const first = await repository.verify();
    const second = await repository.verify();
    expect(first.results.some(({ cached }) => cached)).toBe(false);
    expect(second.results.every(({ cached }) => cached)).toBe(true);
    const withoutMark = ({ results, baseline, ...verdict }: Verdict) => ({
      ...verdict,
      results: results.map((result) => ({ ...result, cached: undefined })),
      baseline: baseline.map((result) => ({ ...result, cached: undefined })),
    });
    expect(withoutMark(second)).toEqual(withoutMark(first));
  });

  it('is made anew for another tree, another base, another command, another time limit and on demand', async () => {
    const repository = await testRepository(
      base,
      { 'one.js': '\nexport const one = 1;\n' },
      { 'note.txt': 'x' },
    );
    await repository.verify();
    const [first = '', second = ''] = repository.commits;
    const commands = [{ name: 'test', command: ['node', '--test', 'test/one.test.js'] }];
    for (const other of [
      { commit: second },
      { baseCommit: second },
      { checks: { mode: 'auto' as const, commands, allowUnverified: false } },
      { limits: { checkMs: 80_000, gitMs: 30_000, killGraceMs: 500 } },
      {
        hostEnvironment: { ...process.env, NODE_TEST_CONTEXT: undefined, NODE_EXTRA_CA_CERTS: '/etc/hosts' },
      },
      { isFresh: true },
    ]) {
      const verdict = await repository.verify(other);
      expect(verdict.results.some(({ cached }) => cached)).toBe(false);
    }
    expect((await repository.verify({ baseCommit: first })).results.every(({ cached }) => cached)).toBe(true);
  });

  it('of a change that fails tells the same problems, although checks were left out the first time', async () => {
    const repository = await testRepository(base, { 'one.js': 'export const one = 2;\n' });
    const first = await repository.verify();
    expect(first.status).toBe('failed');
    const second = await repository.verify();
    expect(second.results.every(({ cached }) => cached)).toBe(true);
    expect(second.introduced).toEqual(first.introduced);
    expect(second.results.map(({ check, status }) => [check.name, status])).toEqual(
      first.results.map(({ check, status }) => [check.name, status]),
    );
    const all = await repository.verify({ stopEarly: false });
    expect(all.results.some(({ cached }) => cached)).toBe(false);
  });

  it('V7: is searched for nothing again, and follows the policy of the day', async () => {
    const gone = { 'one.js': '\nexport const one = 1;\n', 'test/one.test.js': null };
    const repository = await testRepository(base, gone);
    const first = await repository.verify();
    const guarded = first.guards.find(({ guard }) => guard === 'deleted-tests');
    expect(guarded).toBeDefined();
    expect((await repository.verify()).guards).toEqual(first.guards);
    const checks = { mode: 'auto' as const, commands: null, allowUnverified: false };
    const milder = await repository.verify({ checks: { ...checks, guards: { 'deleted-tests': 'warn' } } });
    expect(milder.results.every(({ cached }) => cached)).toBe(true);
    expect(milder.guards).toEqual(
      first.guards.map((each) => (each.guard === 'deleted-tests' ? { ...each, action: 'warn' } : each)),
    );
  });

  it('starts our own programs from code that is compiled once, and says the same', async () => {
    const repository = await testRepository(base, { 'one.js': 'export const one = 2;\n' });
    const kept = async () =>
      (await readdir(join(repository.folder, '../data/baselines'))).filter((name) =>
        name.startsWith('compiled-'),
      );
    // What was compiled for the host's user, of before.
    const old = `compiled-${packageJson.version}-${process.version}`;
    await mkdir(join(repository.folder, '../data/baselines', old), { recursive: true });
    const verdicts: unknown[] = [];
    for (let round = 0; round < 3; round += 1) {
      const { status, introduced, guards } = await repository.verify({ isFresh: true });
      verdicts.push({ status, introduced, guards });
    }
    expect((await kept()).length).toBe(3);
    expect(verdicts[1]).toEqual(verdicts[0]);
    expect(verdicts[2]).toEqual(verdicts[0]);
    // Node looks for it in a folder of the user it runs as, who is another one in the sandbox.
    const { folder } = repository;
    const compiled = compiledIn(join(folder, '../data/baselines'));
    const host = { ...(await testHost()), compiled };
    const program = ownProgram('imports', host, { memoryKiB: 2 * 1024 * 1024, readable: [folder] });
    const { stdout } = await runProcess({
      ...program,
      argv: [process.execPath, '-p', "fs.readdirSync(require('module').getCompileCacheDir()).length > 50"],
      cwd: folder,
      limits: { timeoutMs: 10_000, killGraceMs: 500, maxOutputBytes: 10_000 },
    });
    expect(stdout.trim()).toBe('true');
  });

  it('is not kept where a check did not end by itself', async () => {
    const hangs =
      "import { test } from 'node:test';\ntest('hangs', () => new Promise(() => setInterval(() => {}, 1000)));\n";
    const repository = await testRepository(base, { 'test/hang.test.js': hangs });
    const limits = { checkMs: 3_000, gitMs: 30_000, killGraceMs: 500 };
    await repository.verify({ limits });
    repository.ran.length = 0;
    const verdict = await repository.verify({ limits });
    expect(verdict.results.find(({ check }) => check.kind === 'test')).not.toHaveProperty('cached');
  });
});

describe('what is said of a check', () => {
  it('is the version of its tool, the digest of all it printed, and the tree', async () => {
    const repository = await testRepository(base, { 'one.js': '\nexport const one = 1;\n' });
    const verdict = await repository.verify();
    const test = verdict.results.find(({ check }) => check.name === 'test');
    expect(test?.toolVersion).toMatch(/^node v?\d+\./);
    expect(test?.logDigest).toMatch(/^[0-9a-f]{64}$/);
    expect(verdict.tree).toMatch(/^[0-9a-f]{40}$/);
  });
});

describe('checks of formatting', () => {
  const look = "process.exit(require('fs').readFileSync('one.js','utf8').startsWith(' ') ? 1 : 0)";
  const yaml = JSON.stringify({
    checks: [
      { name: 'style', kind: 'format', command: ['node', '-e', look] },
      { name: 'test', command: ['node', '--test', 'test/one.test.js'] },
    ],
  });

  it('refuse a change, or only warn, as the policy says', async () => {
    const repository = await testRepository(
      { ...base, 'runyard.yaml': yaml },
      { 'one.js': ' export const one = 1;\n' },
    );
    const checks = { mode: 'auto' as const, commands: null, allowUnverified: false };
    expect(await repository.verify()).toMatchObject({ status: 'failed' });
    const warned = await repository.verify({ checks: { ...checks, format: 'warn' } });
    expect(statuses(warned)).toEqual({ style: 'failed', test: 'passed' });
    expect(warned).toMatchObject({ status: 'passed', introduced: [] });
    expect(warned.warnings.join()).toContain('formatting only warns here');
  });
});
