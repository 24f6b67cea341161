import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  attemptsResponseSchema,
  modelCallsResponseSchema,
  nodesResponseSchema,
  overviewResponseSchema,
  repositoryResponseSchema,
} from '../../src/api/contract.ts';
import { runCli } from './support/cli.ts';
import { type DashboardScene, startDashboardScene } from './support/dashboard-scene.ts';
import { temporaryFolder } from './support/repository.ts';

let folder: string;
let removeFolder: () => Promise<void>;
let scene: DashboardScene;

beforeAll(async () => {
  ({ folder, remove: removeFolder } = await temporaryFolder());
  scene = await startDashboardScene(folder);
});
afterAll(async () => {
  await scene.close();
  await removeFolder();
});

/** What a command prints where nothing but ASCII can be shown; it must end with `exit`. */
async function call(words: readonly string[], exit = 0): Promise<string> {
  const flags = ['--data-dir', path.join(folder, 'data'), '--config', path.join(folder, 'runyard.yaml')];
  const { code, stdout, stderr } = await runCli([...words, ...flags], { env: { LC_ALL: 'C' } });
  expect(code, `${words.join(' ')}\n${stdout}\n${stderr}`).toBe(exit);
  expect(stdout).toMatch(/^[\x20-\x7e\t\n]*$/);
  return exit === 0 ? stdout : stderr;
}

async function json(...words: readonly string[]): Promise<unknown> {
  return JSON.parse(await call([...words, '--json']));
}

describe('the whole at a glance', () => {
  it('O4: runyard status names what needs somebody with commands that work as they stand', async () => {
    const { approval, failed } = scene.runs;
    const text = await call(['status']);
    expect(text).toContain('Needs you: 2 to decide, 1 failed');
    const { run } = await scene.server.show(approval);
    expect(text).toContain(`runyard approve ${approval} --plan ${run.waitDetail?.planHash} --data-dir`);
    expect(text).toContain(`runyard seen ${failed} --data-dir`);
    const harmless = [...text.matchAll(/^ {4}\S*runyard ((?:plan|why) \S+) --data-dir/gm)].map(
      ([, words]) => words?.split(' ') ?? [],
    );
    expect(harmless).toHaveLength(3);
    for (const words of harmless) await call(words);
    expect(text).toMatch(/Healed +50 % \(1 of 2 whose first attempt did not pass\)/);
    expect(text).toMatch(/Failures +by side: 1 agent/);
    expect(text).toMatch(/from the cache/);
    const overview = overviewResponseSchema.parse(await json('status', '--hours', '1'));
    expect(overview).toMatchObject({ hours: 1, needsYouTotals: { decide: 2, failed: 1, parked: 0 } });
  });

  it('runyard repositories lists them, and shows the checks of one', async () => {
    const name = await scene.repository('shop/checkout');
    expect(await call(['repositories'])).toContain('shop/checkout');
    const text = await call(['repositories', path.relative(process.cwd(), name)]);
    expect(text).toContain(name);
    expect(text).toMatch(/test +passed .*npm test/);
    expect(repositoryResponseSchema.parse(await json('repositories', name)).ended.delivered).toBe(2);
    expect(await call(['repositories', '/nowhere'], 2)).toContain('No run was ever made for /nowhere.');
  });

  it('runyard agents and runyard nodes say what can be used and who works', async () => {
    const text = await call(['agents']);
    expect(text).toMatch(/builtin +well/);
    expect(text).toMatch(/scripted +well/);
    expect(text).toContain('scripted/claude-sonnet-5');
    expect(await json('agents')).toMatchObject({ agents: expect.any(Array), providers: expect.any(Array) });
    expect(await call(['nodes'])).toMatch(/node-\w+ \* +alive/);
    expect(nodesResponseSchema.parse(await json('nodes')).nodes).toHaveLength(1);
  });
});

describe('the parts of a run', () => {
  it('V3: runyard show --attempts tells what the first attempt broke', async () => {
    const { healed, approval } = scene.runs;
    const text = await call(['show', healed, '--attempts']);
    expect(text).toMatch(/test +new failure +passed/);
    expect(text).toContain('New, caused by the change: 1\n  test/identity.test.js');
    expect(text).toContain(`runyard diff ${healed} --attempt 1 --data-dir`);
    expect(attemptsResponseSchema.parse(await json('show', healed, '--attempts')).attempts).toHaveLength(2);
    expect(await call(['show', approval, '--attempts'])).toBe('The run has made no attempt yet.\n');
  });

  it('runyard diff --attempt prints what that attempt changed', async () => {
    const { healed } = scene.runs;
    expect(await call(['diff', healed, '--attempt', '1'])).toContain('+  return b - a;');
    expect(await call(['diff', healed, '--attempt', '2'])).toContain('+  return a + b;');
    expect(await call(['diff', healed, '--attempt', '9'], 2)).toContain('Nothing was kept of attempt 9');
  });

  it('runyard model-calls lists every call, page by page', async () => {
    const { healed } = scene.runs;
    const text = await call(['model-calls', healed]);
    expect(text).toMatch(/plan +\S*claude-sonnet-5 +ok/);
    expect(text).toMatch(/implement 2/);
    const page = modelCallsResponseSchema.parse(await json('model-calls', healed, '--limit', '3'));
    expect(page.calls).toHaveLength(3);
    const rest = modelCallsResponseSchema.parse(
      await json('model-calls', healed, '--after', page.next ?? ''),
    );
    expect(page.calls.length + rest.calls.length).toBe(page.total.calls);
  });

  it('runyard logs --source shows nothing of the others', async () => {
    const { healed } = scene.runs;
    const typesOf = async (source: string) => {
      const lines = (await call(['logs', healed, '--source', source, '--json'])).trim().split('\n');
      return new Set(lines.map((line) => (JSON.parse(line) as { type: string }).type.split('.')[0]));
    };
    expect(await typesOf('checks')).toEqual(new Set(['check', 'verdict']));
    expect(await typesOf('agent')).toEqual(new Set(['attempt', 'agent']));
    expect(await typesOf('run')).not.toContain('check');
    expect(await call(['logs', healed, '--source', 'checks'])).toMatch(/verdict +passed/);
  });

  it('runyard seen takes a failed run off the list of what needs somebody', async () => {
    const { failed } = scene.runs;
    expect(await call(['seen', failed])).toContain(`Run ${failed} was seen by `);
    expect(await json('seen', failed)).toMatchObject({ run: failed });
    expect(overviewResponseSchema.parse(await json('status')).needsYouTotals.failed).toBe(0);
  });
});
