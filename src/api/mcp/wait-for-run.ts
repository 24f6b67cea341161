import { setTimeout as delay } from 'node:timers/promises';
import type { ServerContext } from '@modelcontextprotocol/server';
import { eventText } from '../../domain/event-text.ts';
import { parseNewEvent } from '../../domain/events.ts';
import type { McpBackend } from '../client.ts';
import type { EventView, RunDetails } from '../contract.ts';
import { isSettled } from '../is-settled.ts';

export interface WaitRequest {
  readonly runId: string;
  readonly limitMs: number;
  readonly backend: McpBackend;
  readonly context: ServerContext;
}

/** Clients count a request as dead when they hear nothing of it; most of them after a minute. */
const QUIET_MS = 5_000;
/** A chatty run makes a notification a second, not one per event. */
const PACE_MS = 1_000;
/** What a notification must be above the last one (MCP, basic/utilities/progress). */
const SMALLEST_STEP = 0.001;

/**
 * Waits until the run ended or waits for a person, the limit is over, or nobody waits any more, and says how far it is meanwhile. The run does
 * not notice any of that.
 */
export async function waitForRun({ runId, limitMs, backend, context }: WaitRequest): Promise<RunDetails> {
  const { signal, _meta: meta } = context.mcpReq;
  const token = meta?.progressToken;
  const endAt = performance.now() + limitMs;
  let after = 0;
  let told = -1;
  for (;;) {
    const leftMs = endAt - performance.now();
    const waitMs = Math.max(0, Math.min(QUIET_MS, Math.round(leftMs)));
    const { events } = await backend.read((api) => api.events(runId, { after, waitMs }));
    after = events.at(-1)?.seq ?? after;
    const details = await backend.read((api) => api.run(runId));
    const settled = isSettled(details.run);
    if (token !== undefined && !signal.aborted) {
      told = Math.max((details.progress?.fraction ?? 0) * 100, told + SMALLEST_STEP);
      const params = { progressToken: token, progress: Math.max(0, told), total: 100 };
      const message = stateLine(details, events.at(-1));
      await context.mcpReq.notify({ method: 'notifications/progress', params: { ...params, message } });
    }
    if (settled || leftMs <= 0 || signal.aborted) return details;
    await delay(Math.min(PACE_MS, Math.max(0, leftMs)), undefined, { signal, ref: false }).catch(
      () => undefined,
    );
  }
}

function stateLine({ run }: RunDetails, last: EventView | undefined): string {
  const stage = run.stage === null ? '' : `, stage ${run.stage}`;
  const what = last === undefined ? '' : `: ${lineOf(last)}`;
  return `${run.state}${stage}${what}`;
}

/** An event as a line; only its kind, when this version does not know it. */
export function lineOf({ type, data }: EventView): string {
  try {
    return eventText(parseNewEvent(type, data)) || type;
  } catch {
    return type;
  }
}
