import { writeFile } from 'node:fs/promises';

/** What one answer of the fake provider uses, as the agent reports it. */
export const tokensPerAnswer = { input: 11, output: 7 } as const;

export const REPORT = 'reported tokens:';

/** Looks like a key: whatever an agent prints of this shape must be stored nowhere. Put together, so that this file is no finding. */
export const printedSecret = ['sk', 'ant', 'printed-by-an-agent-0123456789'].join('-');

/** Writes the program that plays the agent. It does what the ticket's title says, and asks the model through the gateway on the way. */
export async function writeFakeAgent(file: string): Promise<void> {
  await writeFile(file, `#!${process.execPath}\n${program}`, { mode: 0o755 });
}

const program = `
const { readFileSync, writeFileSync } = require('node:fs');
const { spawn } = require('node:child_process');
const { setTimeout: sleep } = require('node:timers/promises');
const { env } = process;
const prompt = readFileSync(env.RUNYARD_PROMPT_FILE, 'utf8');
const does = (behaviour) => prompt.includes('behaviour: ' + behaviour + '.');

async function ask() {
  const response = await fetch(env.ANTHROPIC_BASE_URL + '/v1/messages', {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-api-key': env.ANTHROPIC_API_KEY, 'anthropic-version': '2023-06-01' },
    body: JSON.stringify({ model: env.RUNYARD_MODEL, max_tokens: 100, messages: [{ role: 'user', content: 'go on' }] }),
  });
  const { usage } = await response.json();
  console.log('${REPORT} ' + (usage.input_tokens + usage.output_tokens));
}

(async () => {
  console.log('I found ${printedSecret} somewhere.');
  if (does('leaves-a-process')) spawn('setsid', ['sleep', '1000'], { detached: true, stdio: ['ignore', 'inherit', 'inherit'] }).unref();
  for (let step = 0; step < (does('works-slowly') ? 8 : 3); step++) {
    await ask();
    writeFileSync('work.txt', 'step ' + step + '\\n');
    await sleep(200);
  }
  process.exit(does('fails') ? 1 : 0);
})();
`;
