import { setTimeout as delay } from 'node:timers/promises';
import type { ServerContext } from '@modelcontextprotocol/server';
import { RunyardError } from '../../domain/errors/runyard-error.ts';
import type { McpBackend } from '../client.ts';
import type { EventView, RunDetails } from '../contract.ts';
import { isSettled } from '../is-settled.ts';
import { lineOf } from './line-of.ts';

export interface WaitRequest {
  readonly runId: string;
  readonly limitMs: number;
  readonly backend: McpBackend;
  readonly context: ServerContext;
  /** Between two looks: a chatty run makes a notification a second, not one per event. */
  readonly paceMs?: number;
}

/** Clients count a request as dead when they hear nothing of it; most of them after a minute. */
const QUIET_MS = 5_000;
/** What a notification must be above the last one (MCP, basic/utilities/progress). */
const SMALLEST_STEP = 0.001;

/**
 * Waits until the run ended or waits for a person, the limit is over, nobody waits any more, or the server is about to end, and says how far it is meanwhile. The run does
 * not notice any of that.
 */
export async function waitForRun(request: WaitRequest): Promise<RunDetails> {
  const { limitMs, context, backend, paceMs = 1_000 } = request;
  const signal = AbortSignal.any([context.mcpReq.signal, ...(backend.ending ? [backend.ending] : [])]);
  const endAt = performance.now() + limitMs;
  const tell = createTeller(context);
  let latest: RunDetails | null = null;
  for (let after = 0; !(latest && signal.aborted); ) {
    const leftMs = endAt - performance.now();
    try {
      const { details, last } = await look(request, { after, waitMs: Math.min(QUIET_MS, leftMs) });
      after = last?.seq ?? after;
      if (!context.mcpReq.signal.aborted) await tell(details, last);
      latest = details;
      if (isSettled(details.run) || leftMs <= 0) return details;
    } catch (error) {
      if (latest && signal.aborted) return latest;
      const passes = error instanceof RunyardError && error.kind === 'retryable';
      if (!passes || leftMs <= 0 || signal.aborted) throw error;
      await rest(pauseAfter(error), leftMs, signal);
    }
    await rest(paceMs, leftMs, signal);
  }
  return latest;
}

interface Look {
  readonly details: RunDetails;
  /** The newest event since the last look. */
  readonly last: EventView | undefined;
}

async function look(
  { runId, backend }: WaitRequest,
  { after, waitMs }: { after: number; waitMs: number },
): Promise<Look> {
  const query = { after, waitMs: Math.max(0, Math.round(waitMs)) };
  const { events } = await backend.read((api) => api.events(runId, query));
  return { details: await backend.read((api) => api.run(runId)), last: events.at(-1) };
}

/** Tells who asked for it, in numbers that always grow. */
function createTeller({ mcpReq }: ServerContext) {
  const { _meta: meta } = mcpReq;
  const progressToken = meta?.progressToken;
  let told = -SMALLEST_STEP;
  return async ({ run, progress }: RunDetails, last: EventView | undefined): Promise<void> => {
    if (progressToken === undefined) return;
    told = Math.max((progress?.fraction ?? 0) * 100, told + SMALLEST_STEP);
    const stage = run.stage === null ? '' : `, stage ${run.stage}`;
    const message = `${run.state}${stage}${last === undefined ? '' : `: ${lineOf(last)}`}`;
    const params = { progressToken, progress: told, total: 100, message };
    await mcpReq.notify({ method: 'notifications/progress', params });
  };
}

const USUAL_PAUSE_MS = 5_000;

function pauseAfter({ fields }: RunyardError): number {
  const { retryAfterSeconds } = fields;
  return typeof retryAfterSeconds === 'number' ? retryAfterSeconds * 1000 : USUAL_PAUSE_MS;
}

function rest(ms: number, leftMs: number, signal: AbortSignal): Promise<void> {
  return delay(Math.max(0, Math.min(ms, leftMs)), undefined, { signal, ref: false }).catch(() => undefined);
}
