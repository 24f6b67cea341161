import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runDetailsSchema } from '../../src/api/contract.ts';
import { readScenarioFile } from '../../tools/scripted-model/scenario.ts';
import { startScriptedModel } from '../../tools/scripted-model/server.ts';
import { addTicket, calculatorFiles, rightSource, wrongThenRight } from './support/calculator.ts';
import { projectRoot, runCli } from './support/cli.ts';
import {
  createRepository,
  repositoryFromFolder,
  type TestRepository,
  temporaryFolder,
} from './support/repository.ts';
import { scriptedKey, writeScriptedConfig } from './support/scripted-config.ts';

let folder: string;
let removeFolder: () => Promise<void>;
let source: TestRepository;

beforeEach(async () => {
  ({ folder, remove: removeFolder } = await temporaryFolder());
  source = await createRepository(path.join(folder, 'source'), calculatorFiles);
});

afterEach(() => removeFolder());

/** Runs the ticket through the real command line and gives what `show --json` says afterwards. */
async function runTicket(agent: string) {
  await using model = await startScriptedModel({ ...wrongThenRight, expectKey: scriptedKey });
  const { env } = await writeScriptedConfig({ folder, modelUrl: model.url });
  const dataDir = path.join(folder, 'data');
  const common = ['--data-dir', dataDir, '--json'];
  await source.write('ticket.md', addTicket.body);
  const ticketFile = path.join(source.folder, 'ticket.md');
  const ticket = ['--title', addTicket.title, '--ticket-file', ticketFile];
  const run = await runCli(['run', '--repo', source.folder, ...ticket, '--agent', agent, ...common], { env });
  const listed = await runCli(['runs', ...common], { env });
  const id = (JSON.parse(listed.stdout) as { runs: { id: string }[] }).runs[0]?.id ?? '';
  const shown = await runCli(['show', id, ...common], { env });
  return {
    run,
    details: runDetailsSchema.parse(JSON.parse(shown.stdout)),
    requests: model.requests,
    dataDir,
  };
}

describe.each(['builtin', 'claude-code'])('a ticket through the agent %s', (agent) => {
  it('V6, M10, O1, G6: heals a wrong first attempt and delivers one verified commit with tag, trailers, tokens and cost', async () => {
    const { run, details } = await runTicket(agent);
    expect(run.code, run.stdout + run.stderr).toBe(0);
    expect(details.run.state).toBe('succeeded');
    expect(details.attempts.map((attempt) => attempt.outcome)).toEqual(['checks-failed', 'passed']);
    expect(details.plan?.plan.summary).toBe('Make add() add.');

    const delivery = details.run.delivery;
    expect(delivery?.verified).toBe(true);
    expect(source.git('show', `${delivery?.branch}:src/add.js`)).toBe(rightSource.trim());
    expect(source.git('rev-list', '--count', `main..${delivery?.branch}`)).toBe('1');
    expect(source.git('log', '-1', '--format=%B', delivery?.branch ?? '')).toContain(
      `Runyard-Run: ${details.run.id}`,
    );
    expect(source.git('rev-parse', `${delivery?.tag}^{commit}`)).toBe(source.git('rev-parse', 'main'));
    expect(source.git('cat-file', '-t', `refs/tags/${delivery?.tag}`)).toBe('tag');

    expect(details.run.usage.turns).toBeGreaterThanOrEqual(4);
    expect(details.run.usage.outputTokens).toBeGreaterThan(0);
    expect(details.run.durationMs).toBeGreaterThan(0);
    expect(details.run.cost.status).toMatch(/known|unknown/);
  });
});

/** Two whole runs, one of them by a program that takes a while to start on a machine that has other work. */
const TWO_AGENTS_MS = 240_000;

describe('what a run leaves behind', () => {
  it("G1, G2: the user's checkout is untouched and no workspace, process or key is left", async () => {
    await source.write('uncommitted.txt', 'mine\n');
    const { run, dataDir, requests } = await runTicket('builtin');
    expect(run.code, run.stdout + run.stderr).toBe(0);
    expect(source.git('status', '--porcelain').split('\n').sort()).toEqual([
      '?? ticket.md',
      '?? uncommitted.txt',
    ]);
    expect(source.git('branch', '--show-current')).toBe('main');
    expect(readFileSync(path.join(source.folder, 'src/add.js'), 'utf8')).toBe(calculatorFiles['src/add.js']);
    expect(readdirSync(path.join(dataDir, 'workspaces'))).toEqual([]);
    expect(run.stdout + run.stderr).not.toContain(scriptedKey);
    expect(requests.every((request) => !request.rawBody.includes(scriptedKey))).toBe(true);
  });
});

describe('the demo scenario', () => {
  it(
    'M10: the built-in agent and the real Claude Code deliver the same tree, each healing once',
    async () => {
      const fixture = path.join(projectRoot, 'test/fixtures/repositories/pricing');
      const deliver = async (agent: string) => {
        const own = path.join(folder, agent);
        const pricing = await repositoryFromFolder(
          path.join(fixture, 'repository'),
          path.join(own, 'pricing'),
        );
        await using model = await startScriptedModel(readScenarioFile(path.join(fixture, 'scenario.json')));
        const { env } = await writeScriptedConfig({ folder: own, modelUrl: model.url });
        const ticket = ['--title', 'A coupon counts once', '--ticket-file', path.join(fixture, 'ticket.md')];
        const args = ['run', '--repo', pricing.folder, ...ticket, '--agent', agent, '--json'];
        const words = [...args, '--data-dir', path.join(own, 'data')];
        const run = await runCli(words, { env, timeoutMs: TWO_AGENTS_MS });
        expect(run.code, run.stdout + run.stderr).toBe(0);
        expect(run.stdout).toContain('"outcome":"checks-failed"');
        const branch = pricing.git('for-each-ref', '--format=%(refname)', 'refs/heads/runyard');
        return pricing.git('rev-parse', `${branch}^{tree}`);
      };
      const [claudeCode, builtin] = await Promise.all([deliver('claude-code'), deliver('builtin')]);
      expect(claudeCode).toBe(builtin);
    },
    TWO_AGENTS_MS,
  );
});
