import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunDetails } from '../../src/api/contract.ts';
import { calculatorFiles } from '../e2e/support/calculator.ts';
import { createRepository, type TestRepository, temporaryFolder } from '../e2e/support/repository.ts';
import { writeScriptedConfig } from '../e2e/support/scripted-config.ts';
import { startServer, type TestServer } from '../e2e/support/server.ts';
import { testSpec } from '../e2e/support/spec.ts';
import { type FaultCase, faultCases } from './fault-kit-cases.ts';
import { processesOfRun } from './support/processes-of-run.ts';
import { sourceState } from './support/source-state.ts';

const agents = fileURLToPath(new URL('../fixtures/agents', import.meta.url));
const limits = { runMs: 120_000, attemptMs: 60_000, silenceMs: 4_000, killGraceMs: 500 };
const OWN_WORK_MS = 30_000;

interface Started {
  readonly id: string;
  readonly source: TestRepository;
  readonly before: Record<string, string>;
}

let folder: string;
let removeFolder: () => Promise<void>;
let server: TestServer;
let canary: string;
const started = new Map<string, Started>();

beforeAll(async () => {
  ({ folder, remove: removeFolder } = await temporaryFolder());
  canary = path.join(folder, 'canary');
  const settings = { scheduler: { maxRuns: 4 } };
  const { env } = await writeScriptedConfig({ folder, modelUrl: 'http://127.0.0.1:9', settings });
  server = await startServer(path.join(folder, 'data'), env);
  for (const { agent } of faultCases) started.set(agent, await start(agent));
});

afterAll(async () => {
  await server.kill('SIGTERM');
  await removeFolder();
});

async function start(agent: string, name = agent): Promise<Started> {
  const source = await createRepository(path.join(folder, 'sources', name), {
    ...calculatorFiles,
    '.gitignore': '*.log\n',
  });
  source.git('tag', 'v1');
  const before = sourceState(source);
  const ticket = { key: null, title: name, body: `SOURCE=${source.folder}\nCANARY=${canary}\n` };
  const spec = testSpec({
    repository: source.folder,
    ticket,
    agent: `command:${path.join(agents, agent)}`,
    attempts: 1,
    checks: { commands: [{ name: 'readme', command: ['test', '-f', 'README.md'] }] },
  });
  const id = await server.create({ ...spec, limits: { ...spec.limits, ...limits } });
  return { id, source, before };
}

async function ended({ agent }: FaultCase): Promise<Started & { details: RunDetails }> {
  const run = started.get(agent);
  if (!run) throw new Error(`${agent} was not started`);
  return { ...run, details: await server.settled(run.id) };
}

function expectEnding({ state, error, outcome }: FaultCase, { run, attempts }: RunDetails): void {
  const seen = JSON.stringify({ error: run.error, attempts });
  expect(run.state, seen).toBe(state);
  if (error !== undefined) expect(attempts[0]?.error?.code, seen).toBe(error);
  if (outcome !== undefined) expect(attempts[0]?.outcome, seen).toBe(outcome);
  expect(run.durationMs).toBeLessThan(limits.runMs + OWN_WORK_MS);
}

function deliveredFiles(source: TestRepository, { run }: RunDetails): string[] {
  const { delivery } = run;
  if (!delivery) return [];
  expect(source.git('rev-list', '--count', `main..${delivery.branch}`)).toBe('1');
  return source.git('diff', '--name-only', '-z', 'main', delivery.branch).split('\0').filter(Boolean);
}

describe('an agent of the fault kit', () => {
  it('G2: is every program of test/fixtures/agents', () => {
    expect(faultCases.map(({ agent }) => agent).toSorted()).toEqual(readdirSync(agents).toSorted());
  });

  it.each(faultCases)('S2, S5, G2: $agent: $title', async (fault) => {
    const { id, source, before, details } = await ended(fault);
    await expect.poll(() => processesOfRun(id), { timeout: 10_000 }).toEqual([]);
    await expect
      .poll(() => readdirSync(path.join(folder, 'data/workspaces')).filter((name) => name.startsWith(id)), {
        timeout: 20_000,
      })
      .toEqual([]);
    expectEnding(fault, details);
    expect(sourceState(source)).toEqual(before);
    const files = deliveredFiles(source, details);
    if (fault.delivers) expect(files).toEqual(fault.delivers);
    expect(existsSync(canary) ? readFileSync(canary, 'utf8') : '').toBe('');
  });

  it('S2, G2: is seen by this test while it runs, wherever its processes hide', async () => {
    const { id } = await start('fork-bomb', 'seen');
    await expect.poll(() => processesOfRun(id).join('\n'), { timeout: 20_000 }).toContain('sleep 1000');
    await server.settled(id);
    await expect.poll(() => processesOfRun(id), { timeout: 10_000 }).toEqual([]);
  });

  it('X13: plants traps that do run where git is used without care', async () => {
    const victim = await createRepository(path.join(folder, 'victim'), { 'README.md': 'victim' });
    const prompt = path.join(folder, 'prompt');
    await writeFile(prompt, `CANARY=${canary}\n`);
    const env = { PATH: process.env['PATH'], HOME: victim.folder, RUNYARD_PROMPT_FILE: prompt };
    execFileSync(path.join(agents, 'plant-git-traps'), { cwd: victim.folder, env });
    spawnSync('git', ['add', '-A'], { cwd: victim.folder });
    const somebody = ['-c', 'user.name=Victim', '-c', 'user.email=victim@example.com'];
    spawnSync('git', [...somebody, 'commit', '-qm', 'x'], { cwd: victim.folder });
    spawnSync('git', ['diff', 'HEAD'], { cwd: victim.folder });
    const ran = readFileSync(canary, 'utf8');
    for (const trap of ['filter', 'fsmonitor', 'gpg', 'hook post-index-change']) expect(ran).toContain(trap);
  });

  it('G4: delivers links as links', async () => {
    const { source, details } = await ended({ agent: 'symlink-escape', title: '', state: 'succeeded' });
    const tree = source.git('ls-tree', '-r', details.run.delivery?.branch ?? '');
    const links = tree.split('\n').filter((line) => line.startsWith('120000'));
    expect(links.map((line) => line.split('\t')[1])).toEqual([
      'environment',
      'passwd',
      'source',
      'src',
      'up',
    ]);
    expect(source.git('show', `${details.run.delivery?.branch}:passwd`)).toBe('/etc/passwd');
  });

  it('G4: delivers odd file names byte by byte', async () => {
    const { source, details } = await ended({ agent: 'odd-names', title: '', state: 'succeeded' });
    expect(deliveredFiles(source, details)).toEqual([
      '"quoted" name',
      '$(touch pwned)*',
      '--upload-pack=x',
      'Twin.txt',
      'latin1-\ufffd',
      'new\nline',
      'n'.repeat(255),
      'twin.txt',
    ]);
  });

  it('Q4: writes 1 GB without the server keeping it in memory', () => {
    const peak = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${server.pid}/status`, 'utf8'))?.[1];
    expect(Number(peak) / 1024).toBeLessThan(300);
  });
});
