import type { NewEvent } from '../domain/events.ts';
import type { Clock } from '../lib/clock.ts';
import type { SentEvent } from '../protocol/worker.ts';
import type { ControlClient } from './control-client.ts';

/** Sends the worker's events in order, in batches, each exactly once (the server drops repeated sequence numbers). */
export interface EventStream {
  /** Sends it at once after a quiet time, else with those that come closely: a request each would cost more than the work they tell of. */
  emit(event: NewEvent): void;
  /** Resolves when everything emitted so far is stored. */
  flush(): Promise<void>;
  /** What is not stored yet, at most one batch, for a request that stores it along with something else. Call it last. */
  rest(): Promise<readonly SentEvent[]>;
}

const COLLECT_MS = 250;

const LARGEST_BATCH = 200;
/** Well below what the server takes: escaped control characters grow sixfold. */
const LARGEST_BATCH_BYTES = 1024 * 1024;

export function createEventStream(client: Pick<ControlClient, 'events'>, clock: Clock): EventStream {
  let seq = 0;
  let sentAt = Number.NEGATIVE_INFINITY;
  let sending: Promise<void> | null = null;
  let collecting: NodeJS.Timeout | null = null;
  const pending: SentEvent[] = [];

  async function drain(): Promise<void> {
    while (pending.length > 0) {
      const batch = nextBatch(pending);
      await client.events(batch);
      pending.splice(0, batch.length);
    }
  }

  function flush(): Promise<void> {
    if (collecting) clearTimeout(collecting);
    collecting = null;
    sentAt = performance.now();
    sending ??= drain().finally(() => {
      sending = null;
    });
    return sending;
  }

  return {
    emit(event) {
      seq += 1;
      pending.push({ seq, type: event.type, at: clock.now().toISOString(), data: event.data });
      // A failed send keeps its events; the next flush or the settlement takes them along.
      const waitMs = Math.max(0, sentAt + COLLECT_MS - performance.now());
      collecting ??= setTimeout(() => void flush().catch(() => undefined), waitMs).unref();
    },
    async flush() {
      while (pending.length > 0) await flush();
    },
    async rest() {
      if (collecting) clearTimeout(collecting);
      if (sending) await sending;
      while (nextBatch(pending).length < pending.length) await flush();
      return [...pending];
    },
  };
}

function nextBatch<T>(pending: readonly T[]): T[] {
  const batch: T[] = [];
  let bytes = 0;
  for (const event of pending.slice(0, LARGEST_BATCH)) {
    bytes += Buffer.byteLength(JSON.stringify(event));
    if (batch.length > 0 && bytes > LARGEST_BATCH_BYTES) break;
    batch.push(event);
  }
  return batch;
}
