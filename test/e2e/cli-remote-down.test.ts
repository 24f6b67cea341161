import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { startGitServer } from '../fixtures/git-http-server.ts';
import { calculatorFiles } from './support/calculator.ts';
import { runCli } from './support/cli.ts';
import { createRepository, temporaryFolder } from './support/repository.ts';

let folder: string;
let removeFolder: () => Promise<void>;

beforeEach(async () => {
  ({ folder, remove: removeFolder } = await temporaryFolder());
});
afterEach(() => removeFolder());

it('diff shows a change that is kept here although its remote is down', async () => {
  const source = await createRepository(path.join(folder, 'source'), calculatorFiles);
  source.git('clone', '-q', '--bare', source.folder, path.join(folder, 'served', 'source.git'));
  const agent = path.join(folder, 'fix.sh');
  await writeFile(agent, '#!/bin/sh\necho new > new.txt\n', { mode: 0o755 });
  const common = ['--data-dir', path.join(folder, 'data')];
  const server = await startGitServer(path.join(folder, 'served'));
  const repository = `${server.url}/source.git`;
  const words = ['run', '--repo', repository, '--title', 'Try', '--agent', `command:${agent}`, '--no-plan'];
  const run = await runCli([...words, '--no-checks', '--json', ...common]);
  await server.close();
  expect(run.code, run.stdout + run.stderr).toBe(3);
  const id = /"id":"([^"]+)"/.exec(run.stdout)?.[1] ?? '';
  const { code, stdout, stderr } = await runCli(['diff', id, ...common]);
  expect(code, stderr).toBe(0);
  expect(stdout).toContain('+new');
});
