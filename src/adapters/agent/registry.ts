import { runyardError } from '../../domain/errors/runyard-error.ts';
import type { AgentAdapter } from './types.ts';

export interface AgentOptions {
  /** PATH is looked at to find agents; nothing of it reaches them. */
  readonly hostEnvironment: Readonly<Record<string, string | undefined>>;
  /** Replaces the search for Claude Code's binary. */
  readonly claudeCodeExecutable?: string | null;
}

/** What `--agent` takes. */
export const agentNames = ['builtin', 'claude-code', 'command:<executable>'] as const;

const COMMAND_PREFIX = 'command:';

/** The adapter of an agent, loaded on first use. Throws `agent.not-found` for a name it does not know. */
export async function createAgent(name: string, options: AgentOptions): Promise<AgentAdapter> {
  const path = options.hostEnvironment['PATH'];
  if (name === 'builtin') {
    const { createBuiltinAgent } = await import('./builtin/builtin-agent.ts');
    return createBuiltinAgent({ node: process.execPath });
  }
  if (name === 'claude-code') {
    const { createClaudeCodeAgent } = await import('./claude-code/claude-code-agent.ts');
    const executable = options.claudeCodeExecutable ?? null;
    return createClaudeCodeAgent({ path, executable, platform: process.platform, arch: process.arch });
  }
  if (name.startsWith(COMMAND_PREFIX) && name.length > COMMAND_PREFIX.length) {
    const { createCommandAgent } = await import('./command/command-agent.ts');
    return createCommandAgent({ executable: name.slice(COMMAND_PREFIX.length), path });
  }
  throw runyardError('agent.not-found', { agent: name, known: agentNames });
}
