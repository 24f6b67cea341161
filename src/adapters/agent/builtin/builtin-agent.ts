import { runAgentProcess } from '../running/agent-process.ts';
import { checkGateway } from '../running/check-gateway.ts';
import { failedResult, resultOf } from '../running/failed-result.ts';
import { longestCommandMs } from '../running/longest-command.ts';
import { writeSystemPrompt } from '../running/system-prompt-file.ts';
import type { AgentAdapter, AgentJob, AgentResult } from '../types.ts';
import { builtinProgram, builtinReadable, builtinVersion } from './program.ts';
import { createBuiltinReader } from './read-events.ts';
import type { Settings } from './settings.ts';

const AGENT = 'builtin';
const PROTOCOLS = ['anthropic', 'openai'] as const;

/** Runyard's own agent: a program of its own in the sandbox, so that its file tools have the same walls as any other agent. */
export function createBuiltinAgent({ node }: { readonly node: string }): AgentAdapter {
  return {
    name: AGENT,
    protocols: PROTOCOLS,
    detect: async () => ({ agent: AGENT, available: true, version: await builtinVersion(), error: null }),
    run: (job) => resultOf(() => runBuiltin(node, job)),
  };
}

async function runBuiltin(node: string, job: AgentJob): Promise<AgentResult> {
  const problem = checkGateway(AGENT, PROTOCOLS, job.gateway);
  if (problem || !job.gateway) return failedResult(problem);
  const { url, token, modelRef, protocol } = job.gateway;
  const systemPromptFile = await writeSystemPrompt(job);
  const settings: { [name in keyof Settings]: string } = {
    RUNYARD_PROMPT_FILE: job.promptFile,
    RUNYARD_SYSTEM_PROMPT_FILE: systemPromptFile,
    RUNYARD_GATEWAY_URL: url,
    RUNYARD_GATEWAY_TOKEN: token,
    RUNYARD_MODEL_REF: modelRef,
    RUNYARD_PROTOCOL: protocol,
    RUNYARD_THINKING_TOKENS: String(job.thinkingTokens),
    RUNYARD_TURNS: String(job.limits.turns),
    RUNYARD_MODEL_CALL_MS: String(job.limits.modelCallMs),
    RUNYARD_COMMAND_MS: String(longestCommandMs(job.limits)),
    RUNYARD_SILENCE_MS: String(job.limits.silenceMs),
  };
  return runAgentProcess(job, {
    agent: AGENT,
    argv: [node, builtinProgram],
    env: settings,
    readable: builtinReadable(node),
    createReader: createBuiltinReader,
  });
}
