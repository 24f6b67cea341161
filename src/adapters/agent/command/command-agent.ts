import { runyardError, toErrorData } from '../../../domain/errors/runyard-error.ts';
import { runAgentProcess } from '../running/agent-process.ts';
import { failedResult, resultOf } from '../running/failed-result.ts';
import { searchExecutable } from '../running/search-executable.ts';
import { writeSystemPrompt } from '../running/system-prompt-file.ts';
import type { AgentAdapter, AgentFinding, AgentJob, AgentResult } from '../types.ts';
import { commandEnvironment } from './environment.ts';
import { createLineReader } from './read-lines.ts';

export interface CommandHost {
  /** An absolute path or a name on PATH. One program, no arguments: what it needs it finds in its environment. */
  readonly executable: string;
  readonly path: string | undefined;
}

const INSTALL =
  'Give the absolute path of a program with the executable bit (chmod +x), or its name on PATH: --agent command:/path/to/program';

/**
 * Any program that reads its prompt from the file named by RUNYARD_PROMPT_FILE, works in its current folder and exits. Code 0 means that it
 * is done: it has no terminal event, its exit is the event.
 */
export function createCommandAgent(host: CommandHost): AgentAdapter {
  const agent = `command:${host.executable}`;
  return {
    name: agent,
    protocols: null,
    detect: () => detect(agent, host),
    run: (job) => resultOf(() => runCommand(agent, host, job)),
  };
}

/** Looks only whether it is there: starting an unknown program to ask for its version could do anything. */
async function detect(agent: string, { executable, path }: CommandHost): Promise<AgentFinding> {
  const search = await searchExecutable(executable, path);
  if (search.found) return { agent, available: true, version: null, error: null };
  const error = runyardError('agent.not-installed', {
    agent,
    executable,
    looked: search.looked,
    install: INSTALL,
  });
  return { agent, available: false, version: null, error: toErrorData(error) };
}

async function runCommand(
  agent: string,
  { executable, path }: CommandHost,
  job: AgentJob,
): Promise<AgentResult> {
  const search = await searchExecutable(executable, path);
  if (!search.found) {
    return failedResult(
      runyardError('agent.not-installed', { agent, executable, looked: search.looked, install: INSTALL }),
    );
  }
  const systemPromptFile = await writeSystemPrompt(job);
  return runAgentProcess(job, {
    agent,
    argv: [search.path],
    env: commandEnvironment(job, systemPromptFile),
    readable: search.readable,
    createReader: createLineReader,
  });
}
