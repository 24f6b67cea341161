import type { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import type { CliContext, CliServices } from './context.ts';
import { commandTexts } from './define-command.ts';
import { buildProgram } from './program.ts';
import { runCli } from './run-cli.ts';
import { createTerminal } from './terminal.ts';

const notCalled = () => Promise.reject(new Error('not expected here'));
const services: CliServices = {
  startControlPlane: notCalled,
  requireReady: notCalled,
  findAgent: notCalled,
  doctor: notCalled,
  verify: notCalled,
  serveMcp: notCalled,
  chaos: notCalled,
};

async function call(words: readonly string[]) {
  let stdout = '';
  let stderr = '';
  const terminal = createTerminal({
    stdout: { write: (text) => (stdout += text) },
    stderr: { write: (text) => (stderr += text) },
    env: {},
  });
  const context: CliContext = {
    terminal,
    stdoutIsTerminal: false,
    env: { HOME: '/nonexistent' },
    cwd: '/',
    user: 'tester',
    version: '1.2.3',
    program: 'runyard',
    services,
    openScreen: () => {
      throw new Error('not expected here');
    },
    readStdin: async () => new Uint8Array(),
    streamStdin: async function* () {
      yield* [];
    },
    onInterrupt: () => () => undefined,
    exitNow: () => undefined,
    now: () => new Date(0),
  };
  return { exitCode: await runCli(context, words), context, stdout: () => stdout, stderr: () => stderr };
}

const { context } = await call(['version']);

function commandsOf(parent: Command, prefix: string[] = []): { words: string[]; command: Command }[] {
  return parent.commands.flatMap((command) => {
    const words = [...prefix, command.name()];
    return command.commands.length > 0 ? commandsOf(command, words) : [{ words, command }];
  });
}

describe('every command', () => {
  const commands = commandsOf(buildProgram(context));

  it('is one of those the issue names', () => {
    expect(commands.map(({ words }) => words.join(' ')).sort()).toEqual(
      'agents|answer|approve|audit|cancel|chaos|checks|classify|completions|config show|diff|doctor|events|kb forget|kb list|kb search|kb show|logs|mcp|model-calls|nodes|plan|queue|receipt|receipt-key|repositories|retry|rollback|run|runs|salvage|seen|send-back|serve|show|sign-in|status|token create|token list|token revoke|verify|verify-receipt|version|watch|why'.split(
        '|',
      ),
    );
  });

  it.each(commands)(
    '$words has help with examples and exit codes, and takes --json and --data-dir',
    async ({ words, command }) => {
      const { exitCode, stdout } = await call([...words, '--help']);
      expect(exitCode).toBe(0);
      expect(stdout()).toContain(`Examples:\n  runyard ${words.join(' ')}`);
      expect(stdout()).toMatch(/Exit codes:\n {2}0 /);
      expect(command.options.map(({ long }) => long)).toEqual(
        expect.arrayContaining(['--json', '--data-dir', '--config']),
      );
    },
  );

  it.each(commands)('$words uses only options it has in its examples', ({ words, command }) => {
    const known = command.options.map(({ long }) => long);
    const used =
      commandTexts.get(command)?.examples.flatMap(([line]) => line.match(/(?<= )--[a-z-]+/g) ?? []) ?? [];
    expect(known, words.join(' ')).toEqual(expect.arrayContaining(used));
  });
});

describe('a command line that is not right', () => {
  it.each([
    [['rnus'], 'Did you mean runs?', 'runyard --help'],
    [['run'], "required option '--repo <path|url>' not specified", 'runyard run --help'],
    [
      ['run', '--repo', '.', '--title', 'x', '--priority', 'top'],
      "argument 'top' is invalid",
      'runyard run --help',
    ],
    [
      ['run', '--repo', '.', '--title', 'x', '--no-plan', '--approve-plan'],
      'exclude each other',
      'runyard run --help',
    ],
    [['run', '--repo', '.', '--title', 'x', '--model', 'sonnet'], 'provider/model', 'runyard run --help'],
    [['show'], "missing required argument 'run'", 'runyard show --help'],
    [['approve', 'x'], '--plan <hash>', 'runyard approve --help'],
    [['runs', '--limit', '0'], 'from 1 to 200', 'runyard runs --help'],
    [['status', '--hours', '721'], 'from 1 to 720', 'runyard status --help'],
    [['diff', 'x', '--attempt', '0'], 'whole number from 1', 'runyard diff --help'],
    [['logs', 'x', '--source', 'all'], 'Allowed choices are agent, checks, run', 'runyard logs --help'],
    [['repositories', ' '], 'is empty', 'runyard repositories --help'],
  ])('%j says what, why and what next, and ends with 2', async (words, why, next) => {
    const { exitCode, stdout, stderr } = await call(words);
    expect(exitCode).toBe(2);
    expect(stdout()).toBe('');
    expect(stderr()).toContain('error: The command line is not right.');
    expect(stderr()).toContain(why);
    expect(stderr()).toContain(next);
  });

  it('says so as JSON with --json', async () => {
    const { exitCode, stdout, stderr } = await call(['runs', '--json', '--limit', 'x']);
    expect(exitCode).toBe(2);
    expect(JSON.parse(stdout())).toMatchObject({ error: { code: 'cli.usage', kind: 'permanent' } });
    expect(stderr()).toBe('');
  });

  it('prints the help when nothing is asked for', async () => {
    const { exitCode, stdout } = await call([]);
    expect(exitCode).toBe(2);
    expect(stdout()).toContain('First steps:');
  });
});

describe('version', () => {
  it('is printed for people and for programs', async () => {
    expect((await call(['version'])).stdout()).toMatch(/^runyard 1\.2\.3 \(Node \d+/);
    expect(JSON.parse((await call(['version', '--json'])).stdout())).toMatchObject({ runyard: '1.2.3' });
    expect((await call(['--version'])).stdout()).toBe('1.2.3\n');
  });
});
