import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';

const root = path.resolve(import.meta.dirname, '../..');
const folders: string[] = [];

afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
});

describe('npm test', () => {
  it('ends with the counts of passed, failed and skipped tests, and fails when one failed', async () => {
    const project = await projectWith({
      'a.test.ts': `${head}it('passes', () => expect(1).toBe(1));\nit.skip('is skipped', () => {});\nit.todo('is to do');\n`,
      'b.test.ts': `${head}it('fails', () => expect(1).toBe(2));\n`,
      'c.test.ts': "import './no-such-file.ts';\n",
    });
    const { code, lastLine } = await runTests(project);
    expect(lastLine).toBe('1 passed, 2 failed, 2 skipped');
    expect(code).toBe(1);
  });

  it('ends with exit code 0 when every test passed, and leaves no report behind', async () => {
    const project = await projectWith({ 'a.test.ts': `${head}it('passes', () => expect(1).toBe(1));\n` });
    const { code, lastLine } = await runTests(project);
    expect({ code, lastLine }).toEqual({ code: 0, lastLine: '1 passed, 0 failed, 0 skipped' });
    expect((await readdir(project)).sort()).toEqual(['a.test.ts', 'node_modules', 'vitest.config.ts']);
  });

  it('fails when there was nothing to run', async () => {
    const { code, lastLine } = await runTests(await projectWith({}));
    expect({ code, lastLine }).toEqual({ code: 1, lastLine: '0 passed, 0 failed, 0 skipped' });
  });
});

const head = "import { expect, it } from 'vitest';\n";

async function projectWith(files: Readonly<Record<string, string>>): Promise<string> {
  const project = await mkdtemp(path.join(tmpdir(), 'runyard-test-command-'));
  folders.push(project);
  await symlink(path.join(root, 'node_modules'), path.join(project, 'node_modules'));
  await writeFile(path.join(project, 'vitest.config.ts'), 'export default {};\n');
  for (const [name, content] of Object.entries(files)) await writeFile(path.join(project, name), content);
  return project;
}

function runTests(project: string): Promise<{ code: number; lastLine: string | undefined }> {
  return new Promise((resolve) => {
    const args = [path.join(root, 'tools/bootstrap/test.mjs'), '--root', project];
    // What this test's own runner put into the environment must not reach another runner.
    const { PATH = '', HOME = '' } = process.env;
    execFile(process.execPath, args, { env: { PATH, HOME, CI: 'true' } }, (error, stdout) => {
      const code = typeof error?.code === 'number' ? error.code : 0;
      resolve({ code, lastLine: stdout.trimEnd().split('\n').at(-1) });
    });
  });
}
