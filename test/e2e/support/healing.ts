import path from 'node:path';
import { attemptsResponseSchema } from '../../../src/api/contract.ts';
import type { ScenarioInput } from '../../../tools/scripted-model/scenario.ts';
import { startScriptedModel } from '../../../tools/scripted-model/server.ts';
import { runCli } from './cli.ts';
import { scriptedKey, writeScriptedConfig } from './scripted-config.ts';

export interface HealTicket {
  /** Holds configuration and data. */
  readonly folder: string;
  readonly repository: string;
  readonly scenario: ScenarioInput;
  readonly settings: Readonly<Record<string, unknown>>;
}

export interface Healed {
  readonly code: number | null;
  readonly show: string;
  readonly why: string;
  readonly attempts: ReturnType<typeof attemptsResponseSchema.parse>['attempts'];
  readonly events: readonly {
    readonly runId: string;
    readonly type: string;
    readonly data: Readonly<Record<string, unknown>>;
  }[];
  /** The last prompt of the user in every conversation, in order. */
  readonly prompts: readonly string[];
}

/** Runs a ticket through the real command line, gateway and agent, and gives what every view says of it afterwards. */
export async function healTicket({ folder, repository, scenario, settings }: HealTicket): Promise<Healed> {
  await using model = await startScriptedModel({ ...scenario, expectKey: scriptedKey });
  const { env } = await writeScriptedConfig({
    folder,
    modelUrl: model.url,
    settings: { plan: { mode: 'off' }, ...settings },
  });
  const common = ['--data-dir', path.join(folder, 'data')];
  const ticket = ['--title', 'Letters'];
  const run = await runCli(['run', '--json', '--repo', repository, ...ticket, ...common], { env });
  const lines = run.stdout.split('\n').filter((line) => line.startsWith('{"event":'));
  const events = lines.map((line) => (JSON.parse(line) as { event: Healed['events'][number] }).event);
  const id = events[0]?.runId ?? run.stdout + run.stderr;
  const call = async (...args: readonly string[]) => (await runCli([...args, ...common], { env })).stdout;
  return {
    code: run.code,
    show: await call('show', id, '--attempts'),
    why: await call('why', id),
    attempts: attemptsResponseSchema.parse(JSON.parse(await call('show', id, '--attempts', '--json')))
      .attempts,
    events,
    prompts: model.requests.map(({ rawBody }) => rawBody),
  };
}
