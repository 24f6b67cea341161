import { createAgent } from '../adapters/agent/registry.ts';
import { runyardError, RunyardError, toErrorData } from '../domain/errors/runyard-error.ts';
import { type StopIntent, stopIntentSchema } from '../domain/run.ts';
import { systemClock } from '../lib/clock.ts';
import { createRedactor } from '../lib/redact.ts';
import type { Assignment, SettleRequest, WorkerLaunch } from '../protocol/worker.ts';
import type { WorkerContext } from './context.ts';
import { createControlClient } from './control-client.ts';
import { createEventStream } from './event-stream.ts';
import { startHeartbeat } from './heartbeat.ts';
import { runPipeline } from './pipeline.ts';
import { createPromptLibrary } from './prompt-library.ts';
import { saveWork } from './save-work.ts';

export interface WorkerOptions {
  readonly launch: WorkerLaunch;
  readonly hostEnvironment: Readonly<Record<string, string | undefined>>;
  /** Aborted when the node asks this worker to stop. */
  readonly stop: AbortSignal;
}

/** One run from assignment to settlement. True when the run is settled; false when this worker lost it or could not say so. */
export async function runWorker({ launch, hostEnvironment, stop }: WorkerOptions): Promise<boolean> {
  const gone = new AbortController();
  const client = createControlClient({ controlUrl: launch.controlUrl, token: launch.token, signal: gone.signal });
  const assignment = await client.assignment();
  const halt = new AbortController();
  const events = createEventStream(client, systemClock);
  const heartbeat = startHeartbeat({ client, assignment, halt, stop });
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
    createAgent: (name) => createAgent(name, { hostEnvironment }),
    renderPrompt: createPromptLibrary(),
    loadCallModel: async () => (await import('../model/call-model.ts')).callModel,
  };
  try {
    const result = await runPipeline(context).catch((error: unknown) => settlementFor(error, assignment));
    if (!result) return false;
    if (result.outcome === 'failed' || result.outcome === 'cancelled' || result.outcome === 'timed_out') {
      await saveWork(context, result.outcome);
    }
    await events.flush();
    heartbeat.stop();
    await client.settle(result);
    return true;
  } catch (error) {
    process.stderr.write(`${redact(error instanceof Error ? (error.stack ?? error.message) : String(error))}\n`);
    return false;
  } finally {
    heartbeat.stop();
    gone.abort();
    client.close();
  }
}

/** What a thrown error means for the run; null when the run is not ours any more. */
function settlementFor(error: unknown, { checkpoint }: Assignment): SettleRequest | null {
  const attempts = checkpoint?.attempts.length ?? 0;
  const intent = stopIntentSchema.safeParse(error);
  if (intent.success) return stopped(intent.data, attempts);
  if (error instanceof RunyardError && error.code === 'run.stale-owner') return null;
  if (error instanceof RunyardError && error.code === 'run.deadline-exceeded') {
    return { outcome: 'timed_out', attempts, error: toErrorData(error) };
  }
  return { outcome: 'failed', attempts, error: toErrorData(error) };
}

function stopped({ mode, by, reason }: StopIntent, attempts: number): SettleRequest {
  if (mode === 'cancel') {
    return { outcome: 'cancelled', attempts, error: toErrorData(runyardError('run.cancelled', { by, reason })) };
  }
  const late = runyardError('run.deadline-exceeded', { limit: 'run', limitMs: 0, stage: 'unknown' });
  return { outcome: 'timed_out', attempts, error: toErrorData(late) };
}
