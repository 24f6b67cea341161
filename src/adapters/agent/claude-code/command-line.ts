import { join } from 'node:path';
import { parseModelRef } from '../../../domain/model-ref.ts';
import { longestCommandMs } from '../running/longest-command.ts';
import type { AgentGateway, AgentJob } from '../types.ts';

/** What a change to code needs. Left out: sub-agents, schedules and the web, which cost tokens or have no network to use. */
const TOOLS = 'Bash,Edit,Glob,Grep,NotebookEdit,Read,Write';

/** Own retries on top of the gateway's: for streams that are cut after their first byte. */
const MAX_RETRIES = '2';

/**
 * The prompt is not among the arguments: it goes through stdin, as it may be larger than the system lets an argument be. Settings of the
 * repository (hooks, environment, servers) are not loaded; its CLAUDE.md is, by way of `--add-dir`.
 */
export function claudeArguments(
  job: AgentJob,
  { modelRef }: AgentGateway,
  systemPromptFile: string,
): string[] {
  return [
    '-p',
    '--output-format=stream-json',
    '--verbose',
    '--include-partial-messages',
    `--model=${parseModelRef(modelRef).model}`,
    `--max-turns=${job.limits.turns}`,
    `--append-system-prompt-file=${systemPromptFile}`,
    `--add-dir=${job.workspace}`,
    '--setting-sources=user',
    '--strict-mcp-config',
    '--disable-slash-commands',
    `--tools=${TOOLS}`,
    ...permissions(job),
  ];
}

/**
 * Under bubblewrap the sandbox is the limit, and the agent runs as an ordinary user. Elsewhere it keeps its own guards (which refuse some
 * commands) and does not use the mode that Claude Code forbids to root.
 */
function permissions({ sandbox }: AgentJob): string[] {
  if (sandbox.mode === 'bubblewrap') return ['--permission-mode=bypassPermissions'];
  return ['--permission-mode=acceptEdits', `--allowedTools=${TOOLS}`];
}

const USUAL_COMMAND_MS = 120_000;

export function claudeEnvironment(
  job: AgentJob,
  { url, token, modelRef }: AgentGateway,
): Record<string, string> {
  const { model } = parseModelRef(modelRef);
  const longestCommand = longestCommandMs(job.limits);
  return {
    ANTHROPIC_BASE_URL: url,
    ANTHROPIC_API_KEY: token,
    CLAUDE_CONFIG_DIR: join(job.home, '.claude'),
    CLAUDE_CODE_ADDITIONAL_DIRECTORIES_CLAUDE_MD: '1',
    CLAUDE_CODE_MAX_RETRIES: MAX_RETRIES,
    API_TIMEOUT_MS: String(job.limits.modelCallMs),
    MAX_THINKING_TOKENS: String(job.thinkingTokens),
    BASH_DEFAULT_TIMEOUT_MS: String(Math.min(USUAL_COMMAND_MS, longestCommand)),
    BASH_MAX_TIMEOUT_MS: String(longestCommand),
    // The token is good for one model only, so side requests must name it too.
    ANTHROPIC_SMALL_FAST_MODEL: model,
    ANTHROPIC_DEFAULT_HAIKU_MODEL: model,
    ANTHROPIC_DEFAULT_SONNET_MODEL: model,
    ANTHROPIC_DEFAULT_OPUS_MODEL: model,
    CLAUDE_CODE_SUBAGENT_MODEL: model,
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
    DISABLE_TELEMETRY: '1',
    DISABLE_ERROR_REPORTING: '1',
    DISABLE_AUTOUPDATER: '1',
  };
}
