import { realpathSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { BuiltinEvent } from './events.ts';
import { createModelConversation } from './model-conversation.ts';
import { createProgressReporter } from './progress.ts';
import { type Settings, settingsSchema, withoutSettings } from './settings.ts';
import { allTools } from './tools/all-tools.ts';
import { work } from './work.ts';

/*
 * The built-in agent as a program: its job is in the environment, its current folder is the workspace, and it prints one event a line.
 * It runs inside the sandbox; nothing it does has to be trusted by who started it.
 */

/** Of the silence that is allowed, so that a model that says nothing is reported as that and not as a silent agent. */
const SHARE_OF_SILENCE = 0.8;

// Loading takes a while; it goes on while the prompts are read.
const loading = import('../../../model/call-model.ts');
const parsed = settingsSchema.safeParse(process.env);
if (!parsed.success) {
  const names = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
  console.error(
    `The built-in agent is started by Runyard, not by hand. Missing or wrong: ${names.join('; ')}`,
  );
  process.exit(2);
}
await print(await run(parsed.data));
process.exit(0);

async function run(settings: Settings): Promise<BuiltinEvent> {
  const [prompt, system, { callModel }] = await Promise.all([
    readFile(settings.RUNYARD_PROMPT_FILE, 'utf8'),
    readFile(settings.RUNYARD_SYSTEM_PROMPT_FILE, 'utf8'),
    loading,
  ]);
  const { signal } = new AbortController();
  const quietMs = Math.round(settings.RUNYARD_SILENCE_MS * SHARE_OF_SILENCE);
  const emit = (event: BuiltinEvent) => void print(event);
  const conversation = createModelConversation({
    callModel,
    tools: allTools,
    prompt,
    system,
    gateway: {
      url: settings.RUNYARD_GATEWAY_URL,
      token: settings.RUNYARD_GATEWAY_TOKEN,
      protocol: settings.RUNYARD_PROTOCOL,
    },
    modelRef: settings.RUNYARD_MODEL_REF,
    thinkingTokens: settings.RUNYARD_THINKING_TOKENS,
    timeouts: { totalMs: settings.RUNYARD_MODEL_CALL_MS, firstByteMs: quietMs, idleMs: quietMs },
    signal,
    onProgress: createProgressReporter(emit),
  });
  return work({
    conversation,
    tools: allTools,
    context: {
      root: realpathSync(process.cwd()),
      environment: withoutSettings(process.env),
      longestCommandMs: settings.RUNYARD_COMMAND_MS,
      signal,
    },
    turns: settings.RUNYARD_TURNS,
    emit,
  });
}

/** Resolves when the line is written: the process ends after the last one. */
function print(event: BuiltinEvent): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  process.stdout.write(`${JSON.stringify(event)}\n`, () => resolve());
  return promise;
}
