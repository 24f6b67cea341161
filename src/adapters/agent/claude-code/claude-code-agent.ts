import { runyardError } from '../../../domain/errors/runyard-error.ts';
import { runAgentProcess } from '../running/agent-process.ts';
import { checkGateway } from '../running/check-gateway.ts';
import { detectVersion } from '../running/detect-version.ts';
import { failedResult, resultOf } from '../running/failed-result.ts';
import { writeSystemPrompt } from '../running/system-prompt-file.ts';
import type { AgentAdapter, AgentJob, AgentResult } from '../types.ts';
import { claudeArguments, claudeEnvironment } from './command-line.ts';
import { type ClaudeHost, findClaude } from './executable.ts';
import { createClaudeReader } from './read-stream.ts';

const AGENT = 'claude-code';
const PROTOCOLS = ['anthropic'] as const;
const INSTALL =
  'Install it with: npm install -g @anthropic-ai/claude-code@2.1.329 (then "claude --version" must work in your shell)';

/** Claude Code, driven through its stream-json output and pointed at the gateway. */
export function createClaudeCodeAgent(host: ClaudeHost): AgentAdapter {
  return {
    name: AGENT,
    protocols: PROTOCOLS,
    async detect() {
      const search = await findClaude(host);
      const executable = host.executable ?? 'claude';
      return detectVersion({ agent: AGENT, executable, search, install: INSTALL, path: host.path });
    },
    run: (job) => resultOf(() => runClaude(host, job)),
  };
}

async function runClaude(host: ClaudeHost, job: AgentJob): Promise<AgentResult> {
  const problem = checkGateway(AGENT, PROTOCOLS, job.gateway);
  if (problem || !job.gateway) return failedResult(problem);
  const search = await findClaude(host);
  if (!search.found) {
    const executable = host.executable ?? 'claude';
    return failedResult(
      runyardError('agent.not-installed', {
        agent: AGENT,
        executable,
        looked: search.looked,
        install: INSTALL,
      }),
    );
  }
  const systemPromptFile = await writeSystemPrompt(job);
  return runAgentProcess(job, {
    agent: AGENT,
    argv: [search.path, ...claudeArguments(job, job.gateway, systemPromptFile)],
    env: claudeEnvironment(job, job.gateway),
    input: job.prompt,
    readable: search.readable,
    createReader: createClaudeReader,
  });
}
