import type { QueryClient } from '@tanstack/react-query';
import { useSyncExternalStore } from 'react';

export type Connection = 'connecting' | 'live' | 'lost';

let connection: Connection = 'connecting';
const listeners = new Set<() => void>();

export function useConnection(): Connection {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => connection,
  );
}

const STREAM = '/api/v1/stream';
/** Bursts of events make one reading. */
const GATHER_MS = 400;
const RECONNECT_MS = 3_000;

/**
 * Follows what happens on all runs and has what is shown read again when something did. The browser reconnects by itself with
 * Last-Event-ID; after an answer that is no stream it gives up, so that is tried again here.
 */
export function followEverything(client: QueryClient): () => void {
  let source: EventSource | null = null;
  let again: ReturnType<typeof setTimeout> | undefined;
  const changed = gather(client);
  const open = () => {
    source = new EventSource(STREAM);
    source.addEventListener('open', () => {
      // What happened between two connections is only known by reading.
      if (connection === 'lost') void client.invalidateQueries();
      tell('live');
    });
    source.addEventListener('error', () => {
      tell('lost');
      if (source?.readyState !== EventSource.CLOSED) return;
      clearTimeout(again);
      again = setTimeout(open, RECONNECT_MS);
    });
    source.addEventListener('run', (event: MessageEvent<string>) => changed(runIdOf(event)));
    source.addEventListener('system', () => changed(null));
    source.addEventListener('reset', () => void client.invalidateQueries());
  };
  open();
  return () => {
    clearTimeout(again);
    source?.close();
  };
}

function gather(client: QueryClient): (runId: string | null) => void {
  let runs = new Set<string>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  return (runId) => {
    if (runId !== null) runs.add(runId);
    timer ??= setTimeout(() => {
      const changed = runs;
      runs = new Set();
      timer = undefined;
      for (const key of ['overview', 'runs', 'queue']) void client.invalidateQueries({ queryKey: [key] });
      for (const id of changed) void client.invalidateQueries({ queryKey: ['run', id] });
    }, GATHER_MS);
  };
}

function runIdOf(event: MessageEvent<string>): string | null {
  try {
    const { runId } = JSON.parse(event.data) as { runId?: unknown };
    return typeof runId === 'string' ? runId : null;
  } catch {
    return null;
  }
}

function tell(next: Connection): void {
  if (connection === next) return;
  connection = next;
  for (const listener of listeners) listener();
}
