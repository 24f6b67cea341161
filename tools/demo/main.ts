import { spawn } from 'node:child_process';
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { readScenarioFile } from '../scripted-model/scenario.ts';
import { startScriptedModel } from '../scripted-model/server.ts';
import { projectRoot, runGit } from './git.ts';
import { explainScript, printNextSteps, printWhatWasDelivered } from './report.ts';

/**
 * The main job on a sample repository, through the real command line, with a scripted model in the place of a paid one. Everything else is
 * what a user gets: database, worker, sandbox, git, checks.
 */
async function main(): Promise<number> {
  const { values } = parseArgs({ options: { agent: { type: 'string', default: 'builtin' } } });
  const folder = path.join(projectRoot, '.runyard/demo');
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true, mode: 0o700 });

  const fixture = path.join(projectRoot, 'test/fixtures/repositories/pricing');
  const repository = path.join(folder, 'pricing');
  await makeRepository(path.join(fixture, 'repository'), repository);
  const model = await startScriptedModel(readScenarioFile(path.join(fixture, 'scenario.json')));
  try {
    const config = path.join(folder, 'runyard.yaml');
    await writeFile(config, demoConfig(model.url));
    await mkdir(path.join(folder, 'data'), { mode: 0o700 });
    await writeFile(path.join(folder, 'data/models.json'), demoPrices());
    explainScript(values.agent);
    const ticket = path.join(fixture, 'ticket.md');
    const title = await titleOf(ticket);
    const args = [
      'run',
      '--repo',
      repository,
      '--title',
      title,
      '--ticket-file',
      ticket,
      '--agent',
      values.agent,
    ];
    const common = ['--config', config, '--data-dir', path.join(folder, 'data')];
    const code = await runRunyard([...args, ...common]);
    if (code !== 0) return code;
    const run = await printWhatWasDelivered(repository);
    if (run === null) return 1;
    printNextSteps({ run, common, repository });
    return 0;
  } finally {
    await model.close();
  }
}

async function makeRepository(source: string, target: string): Promise<void> {
  await cp(source, target, { recursive: true, filter: (file) => !file.includes('node_modules') });
  await runGit(target, ['init', '--quiet', '--initial-branch=main']);
  await runGit(target, ['add', '--all']);
  await runGit(target, [
    '-c',
    'user.name=Demo',
    '-c',
    'user.email=demo@example.com',
    'commit',
    '--quiet',
    '-m',
    'Pricing, first version',
  ]);
}

/** The ticket's first heading. */
async function titleOf(ticket: string): Promise<string> {
  const [heading = ''] = (await readFile(ticket, 'utf8')).split('\n');
  return heading.replace(/^#+\s*/, '');
}

function demoConfig(modelUrl: string): string {
  const providers = { scripted: { kind: 'anthropic', baseUrl: modelUrl, apiKeyEnv: 'RUNYARD_DEMO_KEY' } };
  return `${JSON.stringify({ providers, models: { implement: 'scripted/claude-sonnet-5' } }, null, 2)}\n`;
}

/** The list price of the model the script stands in for, so that the run shows a cost; nothing is paid. */
function demoPrices(): string {
  const price = { input: 2, output: 10, cacheRead: 0.2, cacheWrite: 2.5 };
  const model = { contextTokens: 200_000, maxOutputTokens: 64_000, cache: 'explicit', price };
  return `${JSON.stringify({ models: { 'scripted/claude-sonnet-5': model } }, null, 2)}\n`;
}

function runRunyard(args: readonly string[]): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(path.join(projectRoot, 'bin/runyard'), args, {
      stdio: ['ignore', 'inherit', 'inherit'],
      env: { ...process.env, RUNYARD_DEMO_KEY: 'scripted-no-key-needed' },
    });
    // Ctrl-C reaches the child through the terminal; it cancels the run and the demo ends with it.
    process.on('SIGINT', () => undefined);
    child.once('error', reject);
    child.once('close', (code) => resolve(code ?? 130));
  });
}

process.exitCode = await main();
