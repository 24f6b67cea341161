import type { AgentAdapter } from '../adapters/agent/types.ts';
import { systemClock } from '../lib/clock.ts';
import { createRedactor } from '../lib/redact.ts';
import type { WorkerLaunch } from '../protocol/worker.ts';
import type { WorkerContext } from './context.ts';
import { createControlClient } from './control-client.ts';
import { createEventStream } from './event-stream.ts';
import { startHeartbeat } from './heartbeat.ts';
import { progressFrom, runPipeline } from './pipeline.ts';
import { saveWork } from './save-work.ts';
import { settlementFor } from './settlement.ts';

export interface WorkerOptions {
  readonly launch: WorkerLaunch;
  readonly hostEnvironment: Readonly<Record<string, string | undefined>>;
  /** Fills in a template of prompts/. */
  readonly renderPrompt: WorkerContext['renderPrompt'];
  readonly createAgent: (name: string) => Promise<AgentAdapter>;
  /** Aborted when the node asks this worker to stop. */
  readonly stop: AbortSignal;
}

/** One run from assignment to settlement. True when the run is settled; false when this worker lost it or could not say so. */
export async function runWorker(options: WorkerOptions): Promise<boolean> {
  const { launch, hostEnvironment, renderPrompt, createAgent, stop } = options;
  const gone = new AbortController();
  const client = createControlClient({
    controlUrl: launch.controlUrl,
    token: launch.token,
    signal: gone.signal,
  });
  const assignment = launch.assignment ?? (await client.assignment());
  const halt = new AbortController();
  const events = createEventStream(client, systemClock);
  let savedTree: string | null = null;
  const keep = async (reason: string) => {
    savedTree = await saveWork(context, progress, { reason, knownTree: savedTree });
  };
  const beforeStop = () => keep('before-stop');
  const heartbeat = startHeartbeat({ client, assignment, halt, stop, beforeStop });
  const redact = createRedactor([launch.token]);
  const context: WorkerContext = {
    assignment,
    client,
    clock: systemClock,
    redact,
    hostEnvironment,
    emit: (event) => events.emit(event),
    setProgress: heartbeat.setProgress,
    setActivity: heartbeat.setActivity,
    signal: halt.signal,
    createAgent,
    renderPrompt,
    loadCallModel: async () => (await import('../model/call-model.ts')).callModel,
    loadVerification: () => import('./verification.ts'),
  };
  const progress = progressFrom(context);
  try {
    const result = await runPipeline(context, progress).catch((error: unknown) =>
      settlementFor(error, progress.attempts.length),
    );
    if (!result) return false;
    if (result.outcome !== 'succeeded' && result.outcome !== 'waiting') {
      await keep(result.outcome);
    }
    await progress.sayDoubts?.();
    const rest = await events.rest();
    heartbeat.stop();
    await client.settle({ ...result, events: [...rest] });
    return true;
  } catch (error) {
    process.stderr.write(
      `${redact(error instanceof Error ? (error.stack ?? error.message) : String(error))}\n`,
    );
    return false;
  } finally {
    heartbeat.stop();
    gone.abort();
    client.close();
  }
}
