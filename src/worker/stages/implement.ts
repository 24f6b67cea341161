import { mkdir, rm, writeFile } from 'node:fs/promises';
import type { AgentActivity, AgentResult } from '../../adapters/agent/types.ts';
import type { Rung, StartedFrom } from '../../domain/attempt.ts';
import { runyardError } from '../../domain/errors/runyard-error.ts';
import type { LadderAction } from '../../domain/ladder.ts';
import { childEnvironment } from '../../process/child-environment.ts';
import { agentPrompts } from '../agent-prompts.ts';
import { type AttemptWork, collectWork } from '../attempt-work.ts';
import type { Progress, WorkerContext } from '../context.ts';
import { gatewayFor, gatewayPortInSandbox } from '../gateway-access.ts';
import { prepareCheckout } from '../prepare-checkout.ts';
import { sandboxFor } from '../sandbox-for.ts';
import { watchProgress } from '../watch-progress.ts';
import { workspaceFolders } from '../workspace-folders.ts';

export interface ImplementOptions {
  readonly context: WorkerContext;
  readonly progress: Progress;
  readonly action: Extract<LadderAction, { kind: 'attempt' }>;
  /** The commit the work tree starts from; null: the base commit. */
  readonly startFrom: string | null;
  /** The attempt that commit is of; null: none that counted. */
  readonly startedFrom: StartedFrom | null;
  readonly signal: AbortSignal;
}

/** One attempt of an agent: prompt, process, and the commit of what it left in the work tree. */
export async function implement(options: ImplementOptions): Promise<AttemptWork> {
  const { context, progress, action, startFrom, startedFrom, signal } = options;
  const rung = context.assignment.spec.ladder[action.rung];
  if (!rung) throw runyardError('run.unexpected', { detail: `the ladder has no rung ${action.rung}` });
  const startedAt = context.clock.now().getTime();
  const { number: attempt, reason } = action;
  const { agent, model } = rung;
  context.emit({ type: 'attempt.started', data: { attempt, agent, model, reason, startedFrom } });

  await prepareCheckout({ context, progress, startFrom, signal });
  await emptyFolder(workspaceFolders(context.assignment).home);
  let sawActivity = false;
  const onActivity = (activity: AgentActivity) => {
    sawActivity = true;
    context.emit(activityEvent(action.number, activity));
  };
  const result = await runAgent(options, rung, onActivity);
  return collectWork({ context, progress, action, rung, result, startedAt, startedFrom, sawActivity });
}

/** An attempt never meets the session files of the one before. */
async function emptyFolder(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  await mkdir(folder, { recursive: true, mode: 0o700 });
}

async function runAgent(
  { context, progress, action, startedFrom, signal }: ImplementOptions,
  rung: Rung,
  onActivity: (activity: AgentActivity) => void,
): Promise<AgentResult> {
  const { assignment } = context;
  const { spec } = assignment;
  const folders = workspaceFolders(assignment);
  const sandboxed = assignment.sandbox.mode === 'bubblewrap';
  const agent = await context.createAgent(rung.agent);
  const { reason } = action;
  const prompts = await agentPrompts({ context, progress, reason, startedFrom, signal });
  await writeFile(folders.promptFile, prompts.prompt, { mode: 0o600 });
  const gateway = rung.model
    ? await gatewayFor(context, {
        stage: 'implement',
        attempt: action.number,
        modelRef: rung.model,
        fromSandbox: sandboxed,
      })
    : null;
  const bridges =
    gateway && sandboxed && assignment.gateway
      ? [{ port: gatewayPortInSandbox, socketPath: assignment.gateway.socketPath }]
      : [];
  const attempt = action.number;
  const watch = watchProgress({ context, agent: rung.agent, attempt, checkout: folders.checkout });
  const running = agent.run({
    runId: assignment.runId,
    attempt: action.number,
    workspace: folders.checkout,
    home: folders.home,
    systemPrompt: prompts.system,
    prompt: prompts.prompt,
    promptFile: folders.promptFile,
    gateway,
    thinkingTokens: spec.thinking.implementTokens,
    limits: spec.limits,
    sandbox: sandboxFor(assignment, {
      writable: [folders.checkout, folders.home],
      readable: [folders.promptFile],
      mirrorDir: progress.mirrorDir,
      bridges,
    }),
    baseEnvironment: childEnvironment(context.hostEnvironment, { home: folders.home }),
    redact: context.redact,
    signal,
    onActivity(activity) {
      watch.note(activity);
      onActivity(activity);
    },
  });
  // Its process is on its way by then, and the look at the source takes nothing from its start.
  const doubts = setTimeout(() => void progress.sayDoubts?.(), AGENT_STARTS_WITHIN_MS);
  return running.finally(() => {
    watch.stop();
    clearTimeout(doubts);
  });
}

const AGENT_STARTS_WITHIN_MS = 20;
const LONGEST_ACTIVITY_CHARACTERS = 4000;

function activityEvent(attempt: number, { kind, name, text }: AgentActivity) {
  const shown =
    text.length > LONGEST_ACTIVITY_CHARACTERS ? `${text.slice(0, LONGEST_ACTIVITY_CHARACTERS)}…` : text;
  return { type: 'agent.activity', data: { attempt, kind, name, text: shown } } as const;
}
