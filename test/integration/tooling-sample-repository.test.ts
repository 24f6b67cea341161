import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { actionsOf, readScenarioFile, type Scenario } from '../../tools/scripted-model/scenario.ts';

const fixture = path.resolve(import.meta.dirname, '../fixtures/repositories/pricing');

/** The demo promises a wrong first attempt that an existing test notices, and a second one that is right. */
describe('the sample repository of the demo', () => {
  let folder = '';
  let scenario: Scenario;

  beforeAll(async () => {
    scenario = readScenarioFile(path.join(fixture, 'scenario.json'));
    folder = await mkdtemp(path.join(tmpdir(), 'runyard-pricing-'));
    await cp(path.join(fixture, 'repository'), folder, { recursive: true });
    await npm(['ci', '--no-audit', '--no-fund']);
  });

  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('passes its checks, fails them after the first attempt, passes them after the second', async () => {
    expect(await checks()).toEqual({ typecheck: 'passed', test: 'passed' });

    await apply('first attempt');
    const first = await checks();
    expect(first).toMatchObject({ typecheck: 'passed' });
    expect(first.test).toContain('a coupon worth more than the basket makes it free, never negative');

    await apply('second attempt');
    expect(await checks()).toEqual({ typecheck: 'passed', test: 'passed' });
  });

  it('has tests in the second attempt that fail without the change', async () => {
    await apply('second attempt');
    const original = await readFile(path.join(fixture, 'repository/src/basket.ts'), 'utf8');
    await writeFile(path.join(folder, 'src/basket.ts'), original);
    expect((await checks()).test).toContain('an amount coupon counts once, however many lines there are');
  });

  async function apply(name: string): Promise<void> {
    const conversation = scenario.conversations.find((candidate) => candidate.name === name);
    for (const action of (conversation?.steps ?? []).flatMap(actionsOf)) {
      if (action.write) await change(action.write.path, () => action.write?.content ?? '');
      const { edit } = action;
      if (edit) await change(edit.path, (text) => replaceOnce(text, edit));
    }
  }

  async function change(name: string, edit: (text: string) => string): Promise<void> {
    const file = path.join(folder, name);
    const text = await readFile(file, 'utf8').catch(() => '');
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, edit(text));
  }

  async function checks(): Promise<{ typecheck: string; test: string }> {
    return { typecheck: await npm(['run', 'typecheck']), test: await npm(['test']) };
  }

  /** `passed`, or everything it printed. */
  async function npm(args: readonly string[]): Promise<string> {
    try {
      await promisify(execFile)('npm', [...args], { cwd: folder });
      return 'passed';
    } catch (error) {
      const { stdout, stderr } = error as { stdout?: string; stderr?: string };
      return `${stdout ?? ''}${stderr ?? ''}${String(error)}`;
    }
  }
});

function replaceOnce(text: string, edit: { find: string; replace: string }): string {
  const parts = text.split(edit.find);
  if (parts.length !== 2) throw new Error(`the text to replace is there ${parts.length - 1} times`);
  return parts.join(edit.replace);
}
