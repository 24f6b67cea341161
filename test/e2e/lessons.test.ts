import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ScriptedModel, startScriptedModel } from '../../tools/scripted-model/server.ts';
import { addTicket, calculatorFiles, rightSource, wrongSource } from './support/calculator.ts';
import { runCli } from './support/cli.ts';
import { createRepository, temporaryFolder } from './support/repository.ts';
import { scriptedKey, writeScriptedConfig } from './support/scripted-config.ts';
import { startServer, type TestServer } from './support/server.ts';
import { testSpec } from './support/spec.ts';

let folder: string;
let removeFolder: () => Promise<void>;
let model: ScriptedModel;
let server: TestServer;
let repository: string;

const write = (content: string) => ({ write: { path: 'src/add.js', content } });

/** Breaks a test first, and mends it when it is told how it failed; leaves a key in the code on the way. */
const scenario = {
  name: 'learning',
  conversations: [
    {
      name: 'healing',
      match: { anywhere: 'Attempt 1' },
      steps: [write(`// key: ${scriptedKey}\n${rightSource}`), { finish: 'add() adds now.' }],
    },
    { name: 'first', steps: [write(wrongSource), { finish: 'Swapped the operands.' }] },
  ],
};

beforeAll(async () => {
  ({ folder, remove: removeFolder } = await temporaryFolder());
  model = await startScriptedModel(scenario);
  const { env } = await writeScriptedConfig({ folder, modelUrl: model.url });
  ({ folder: repository } = await createRepository(path.join(folder, 'calculator'), calculatorFiles));
  server = await startServer(path.join(folder, 'data'), env);
});
afterAll(async () => {
  await server.kill('SIGKILL');
  await model.close();
  await removeFolder();
});

async function call(words: readonly string[], exit = 0): Promise<string> {
  const flags = ['--data-dir', path.join(folder, 'data'), '--config', path.join(folder, 'runyard.yaml')];
  const { code, stdout, stderr } = await runCli(['kb', ...words, ...flags], { env: { LC_ALL: 'C' } });
  expect(code, `${words.join(' ')}\n${stdout}\n${stderr}`).toBe(exit);
  return exit === 0 ? stdout : stderr;
}

async function run(): Promise<string> {
  const id = await server.create(
    testSpec({ repository, ticket: addTicket, model: 'scripted/claude-sonnet-5' }),
  );
  const { run: ended } = await server.settled(id);
  expect(ended.state).toBe('succeeded');
  return id;
}

interface Known {
  readonly lessons: readonly { id: string; helped: number; offered: number; mendedRuns: number }[];
}

describe('D8: runyard kb', () => {
  it('learns from a run that healed, tells the next one that fails alike, counts that it helped, and forgets', async () => {
    expect(await call(['list'])).toContain('No lessons yet.');
    await run();
    // Learned from just after the run has ended.
    const known = async () => ((await server.get('/api/v1/lessons')) as Known).lessons;
    await expect.poll(known, { timeout: 10_000 }).toHaveLength(1);
    const text = await call(['list', '--repo', repository]);
    expect(text).toContain('test_failure');
    const [lesson] = (JSON.parse(await call(['list', '--json'])) as Known).lessons;
    const id = lesson?.id ?? '';
    const shown = await call(['show', id.slice(0, 8)]);
    expect(shown).toContain('+  return a + b;');
    expect(shown).not.toContain(scriptedKey);
    expect(await call(['search', 'adding', 'zero'])).toContain(id);
    expect(await call(['search', 'nowhere'])).toContain('No lesson fits.');

    const second = await run();
    const { events } = await server.events(second, 0);
    const told = events.find(({ type }) => type === 'lessons.offered');
    expect(told?.data).toMatchObject({ attempt: 2, lessons: [{ id, match: 'same-problem' }] });
    const prompts = model.requests
      .map(({ rawBody }) => rawBody)
      .filter((body) => body.includes('What earlier runs learned'));
    expect(prompts.length).toBeGreaterThan(0);
    expect(prompts.join('')).toContain('+  return a + b;');
    await expect.poll(known, { timeout: 10_000 }).toMatchObject([{ offered: 1, helped: 1, mendedRuns: 2 }]);
    const { lesson: shownAgain } = JSON.parse(await call(['show', id, '--json'])) as { lesson: object };
    expect(shownAgain).toMatchObject({ successRate: 1 });

    expect(await call(['forget', id])).toContain('Nothing was forgotten yet.');
    expect(await call(['show', id])).toContain(id);
    expect(await call(['forget', id, '--yes'])).toContain(`Forgotten: ${id}`);
    expect(await call(['show', id], 2)).toContain(`There is no lesson ${id}.`);
    const audit = JSON.stringify(await server.get('/api/v1/audit?action=forgetLesson'));
    expect(audit).toContain(`lesson:${id}`);
  });
});
