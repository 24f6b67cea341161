import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../integration/store-eventually.ts';
import { calculatorFiles } from './support/calculator.ts';
import { cleanEnvironment, cliPath, runCli } from './support/cli.ts';
import { createRepository, temporaryFolder } from './support/repository.ts';
import { startServer, type TestServer } from './support/server.ts';
import { testSpec } from './support/spec.ts';

/** util-linux's script(1) gives a program a terminal. */
const SCRIPT = '/usr/bin/script';

let folder: string;
let removeFolder: () => Promise<void>;
let dataDir: string;
let server: TestServer;
let repository: string;
const children = new Set<ChildProcess>();

beforeAll(async () => {
  ({ folder, remove: removeFolder } = await temporaryFolder());
  ({ folder: repository } = await createRepository(path.join(folder, 'source'), calculatorFiles));
  dataDir = path.join(folder, 'data');
  server = await startServer(dataDir, { RUNYARD_SERVER_DRAIN_MS: '1s' });
});
afterAll(async () => {
  for (const child of children) child.kill('SIGKILL');
  await server.kill('SIGTERM');
  await removeFolder();
});

async function run(title: string): Promise<string> {
  const agent = path.join(folder, 'agent.sh');
  await writeFile(agent, '#!/bin/sh\necho working; echo x > new.txt\n', { mode: 0o755 });
  const checks = { mode: 'off', allowUnverified: true } as const;
  const ticket = { key: null, title, body: '' };
  return server.create(testSpec({ repository, ticket, agent: `command:${agent}`, attempts: 1, checks }));
}

interface Watching {
  readonly child: ChildProcess;
  readonly output: () => string;
  readonly exited: Promise<number | null>;
}

function start(command: string, args: readonly string[], env: Record<string, string> = {}): Watching {
  const child = spawn(command, args, {
    env: { ...cleanEnvironment(), ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  children.add(child);
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve));
  return { child, output: () => output, exited };
}

describe('runyard watch', () => {
  it('prints a line for each change where nobody can see a table, and a signal is its usual end', async () => {
    const { child, output, exited } = start(cliPath, ['watch', '--data-dir', dataDir]);
    // What comes before it has joined is not for it. One after the other: runs that wait would stand in the way of the next test.
    await eventually(async () => {
      await server.settled(await run('Lines'));
      expect(output()).toContain('accepted: Lines');
    });
    for (const change of ['stage implement, attempt 1', 'succeeded'])
      await eventually(() => expect(output()).toMatch(new RegExp(`\\dZ {2}\\w{12} {2}${change}\\n`)));
    child.kill('SIGINT');
    expect(await exited).toBe(0);
  });

  it('prints one event a line for programs', async () => {
    const { child, output, exited } = start(cliPath, ['watch', '--json', '--data-dir', dataDir]);
    await eventually(async () => {
      await server.settled(await run('Programs'));
      expect(output()).toContain('"run.summary"');
    });
    child.kill('SIGTERM');
    expect(await exited).toBe(0);
    for (const line of output().trim().split('\n'))
      expect(JSON.parse(line)).toMatchObject({ data: { at: expect.any(String) } });
  });

  it.skipIf(!existsSync(SCRIPT))(
    'D7: draws a table that fits the terminal, and q leaves it as it was',
    async () => {
      const command = `stty cols 72 rows 20; exec ${cliPath} watch --data-dir ${dataDir}`;
      const env = { TERM: 'xterm', LANG: 'C' };
      const { child, output, exited } = start(SCRIPT, ['-qec', command, '/dev/null'], env);
      await eventually(() => expect(output()).toContain('Runs: '));
      const id = await run(
        'A ticket with a title that is much longer than what is left of a line of 72 characters',
      );
      // The row itself: there are no line breaks between what is drawn, and a quick run is drawn once.
      await eventually(() => expect(output()).toMatch(new RegExp(`${id}  \\S*unverified`)));
      child.stdin?.write('q');
      expect(await exited).toBe(0);
      expect(output()).toContain('\x1b[?1049h');
      expect(output().trimEnd().endsWith('\x1b[?25h\x1b[?1049l')).toBe(true);
      const drawn = output()
        .split('\x1b[')
        .map((part) => stripVTControlCharacters(`\x1b[${part}`));
      expect(Math.max(...drawn.map((text) => text.length))).toBeLessThan(72);
      expect(stripVTControlCharacters(output())).toMatch(/^[\x00-\x7f]*$/);
    },
  );
});

describe('runyard completions', () => {
  /** What bash offers for the last of these words. */
  async function completed(...words: string[]): Promise<string[]> {
    const program = `
      source <(${cliPath} completions bash)
      complete -p runyard >/dev/null || exit 1
      function runyard { ${cliPath} "$@"; }
      COMP_WORDS=(${words.map((word) => `'${word}'`).join(' ')}) COMP_CWORD=${words.length - 1}
      _runyard
      printf '%s\\n' "\${COMPREPLY[@]}"`;
    const { output, exited } = start('bash', ['--norc', '-c', program], { RUNYARD_DATA_DIR: dataDir });
    expect(await exited).toBe(0);
    return output().trim().split('\n');
  }

  it('bash completes commands, options, choices and files', async () => {
    expect(await completed('runyard', 'wa')).toEqual(['watch']);
    expect(await completed('runyard', 'config', '')).toEqual(['show']);
    expect(await completed('runyard', 'runs', '--sta')).toEqual(['--state']);
    expect(await completed('runyard', 'runs', '--state', 'suc')).toEqual(['succeeded']);
    expect(await completed('runyard', 'runs', '--config', `${folder}/agent`)).toEqual([`${folder}/agent.sh`]);
  });

  it('bash completes the ids of runs that a server knows, and starts nothing for it', async () => {
    const id = await run('To be completed');
    expect(await completed('runyard', 'show', id.slice(0, 8))).toEqual([id]);
    const { stdout, code } = await runCli([
      'completions',
      'run-ids',
      '--data-dir',
      path.join(folder, 'none'),
    ]);
    expect([stdout, code, existsSync(path.join(folder, 'none'))]).toEqual(['', 0, false]);
  });

  it.each(['zsh', 'fish'])('a script for %s names every command', async (shell) => {
    const { stdout } = await runCli(['completions', shell]);
    for (const name of ['run', 'watch', 'config show', 'completions']) expect(stdout).toContain(`'${name}'`);
  });
});
