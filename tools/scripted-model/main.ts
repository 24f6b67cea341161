import { parseArgs } from 'node:util';
import { readScenarioFile } from './scenario.ts';
import { startScriptedModel } from './server.ts';

const usage = `Plays a scenario as a model server (Anthropic Messages and OpenAI Chat Completions) on 127.0.0.1.

  node tools/scripted-model/main.ts --scenario file.json [--port 0]

Prints one line of JSON with its url, then serves until it is interrupted.`;

const { values } = parseArgs({
  options: {
    scenario: { type: 'string' },
    port: { type: 'string', default: '0' },
    help: { type: 'boolean' },
  },
});

if (values.help || values.scenario === undefined) {
  console.log(usage);
  process.exitCode = values.help ? 0 : 2;
} else {
  try {
    const model = await startScriptedModel(readScenarioFile(values.scenario), { port: Number(values.port) });
    console.log(JSON.stringify({ url: model.url }));
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void model.close());
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 2;
  }
}
