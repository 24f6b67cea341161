import type { QueryClient } from '@tanstack/react-query';
import { useSyncExternalStore } from 'react';
import { createRefresher } from '../lib/refresher.ts';
import { changesOf } from './what-changed.ts';

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
const RECONNECT_MS = 3_000;
const SYSTEM_GAP_MS = 5_000;
/** A page that nobody sees gives its connection back after this long: a browser has few for one server. */
const HIDDEN_MS = 20_000;

type RunListener = (runId: string) => void;
const runListeners = new Set<RunListener>();

/** Calls back at every event of every run: for what reads its own way, such as the log. */
export function onRunEvent(listener: RunListener): () => void {
  runListeners.add(listener);
  return () => runListeners.delete(listener);
}

/**
 * Follows what happens on all runs and has what is shown read again when something did: the one stream of a page. The browser reconnects
 * by itself with Last-Event-ID; after an answer that is no stream it gives up, so that is tried again here.
 */
export function followEverything(client: QueryClient): () => void {
  const refresher = createRefresher((name) =>
    client.invalidateQueries({ queryKey: JSON.parse(name) as string[] }, { cancelRefetch: false }),
  );
  let source: EventSource | null = null;
  let again: ReturnType<typeof setTimeout> | undefined;
  let hiding: ReturnType<typeof setTimeout> | undefined;
  let missed = false;

  const open = () => {
    source = new EventSource(STREAM);
    source.addEventListener('open', () => {
      // What happened between two connections is only known by reading.
      if (missed) void client.invalidateQueries();
      missed = false;
      tell('live');
    });
    source.addEventListener('error', () => {
      missed = true;
      tell('lost');
      if (source?.readyState !== EventSource.CLOSED) return;
      clearTimeout(again);
      again = setTimeout(open, RECONNECT_MS);
    });
    source.addEventListener('run', (event: MessageEvent<string>) => heard(event.data));
    source.addEventListener('system', () => refresher.refresh('["reading"]', SYSTEM_GAP_MS));
    source.addEventListener('reset', () => void client.invalidateQueries());
  };
  const heard = (text: string) => {
    const event = readEvent(text);
    if (event === null) return;
    for (const { key, gapMs } of changesOf(event.type, event.runId))
      refresher.refresh(JSON.stringify(key), gapMs);
    for (const listener of runListeners) listener(event.runId);
  };
  const close = () => {
    clearTimeout(again);
    source?.close();
    source = null;
  };
  const onVisibility = () => {
    clearTimeout(hiding);
    if (document.visibilityState === 'hidden') {
      hiding = setTimeout(() => {
        close();
        missed = true;
      }, HIDDEN_MS);
    } else if (source === null) open();
  };
  document.addEventListener('visibilitychange', onVisibility);
  open();
  return () => {
    document.removeEventListener('visibilitychange', onVisibility);
    clearTimeout(hiding);
    refresher.stop();
    close();
  };
}

function readEvent(text: string): { runId: string; type: string } | null {
  try {
    const { runId, type } = JSON.parse(text) as { runId?: unknown; type?: unknown };
    return typeof runId === 'string' && typeof type === 'string' ? { runId, type } : null;
  } catch {
    return null;
  }
}

function tell(next: Connection): void {
  if (connection === next) return;
  connection = next;
  for (const listener of listeners) listener();
}
