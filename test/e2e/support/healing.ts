import path from 'node:path';
import { createInterface } from 'node:readline';
import { attemptsResponseSchema } from '../../../src/api/contract.ts';
import type { ScenarioInput } from '../../../tools/scripted-model/scenario.ts';
import { startScriptedModel } from '../../../tools/scripted-model/server.ts';
import { placeCluster } from '../../support/prepared-cluster.ts';
import { runCli } from './cli.ts';
import { scriptedKey, writeScriptedConfig } from './scripted-config.ts';

export interface HealTicket {
  /** Holds configuration and data. */
  readonly folder: string;
  readonly repository: string;
  readonly scenario: ScenarioInput;
  readonly settings: Readonly<Record<string, unknown>>;
  /** Called while the run is followed. */
  readonly onEvent?: (event: Healed['events'][number]) => void;
}

export interface Healed {
  readonly id: string;
  readonly code: number | null;
  /** For further commands on the same data. The model is gone by then. */
  readonly env: Readonly<Record<string, string>>;
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

/** On a machine that has other work. */
const SLOW_MS = 200_000;

/** Runs a ticket through the real command line, gateway and agent, and gives what every view says of it afterwards. */
export async function healTicket({
  folder,
  repository,
  scenario,
  settings,
  onEvent,
}: HealTicket): Promise<Healed> {
  await using model = await startScriptedModel({ ...scenario, expectKey: scriptedKey });
  const { env } = await writeScriptedConfig({
    folder,
    modelUrl: model.url,
    settings: { plan: { mode: 'off' }, ...settings },
  });
  const dataDir = path.join(folder, 'data');
  await placeCluster(dataDir);
  const common = ['--data-dir', dataDir];
  const ticket = ['--title', 'Letters'];
  const events: Healed['events'][number][] = [];
  const args = ['run', '--json', '--repo', repository, ...ticket, ...common];
  const run = await runCli(args, {
    env,
    timeoutMs: SLOW_MS,
    onStart: ({ stdout }) => {
      if (!stdout) return;
      createInterface({ input: stdout }).on('line', (line) => {
        if (!line.startsWith('{"event":')) return;
        const { event } = JSON.parse(line) as { event: Healed['events'][number] };
        events.push(event);
        onEvent?.(event);
      });
    },
  });
  const id = events[0]?.runId;
  if (id === undefined) throw new Error(`There is no run: ${run.stdout}${run.stderr}`);
  const call = async (...args: readonly string[]) => (await runCli([...args, ...common], { env })).stdout;
  return {
    id,
    code: run.code,
    env,
    show: await call('show', id, '--attempts'),
    why: await call('why', id),
    attempts: attemptsResponseSchema.parse(JSON.parse(await call('show', id, '--attempts', '--json')))
      .attempts,
    events,
    prompts: model.requests.map(({ rawBody }) => rawBody),
  };
}
