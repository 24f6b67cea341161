import pg from 'pg';
import { createLastingClient } from './lasting-client.ts';

type Handler = (payload: string) => void;

export interface Listener {
  listen(channel: string, onNotify: Handler): Promise<() => Promise<void>>;
  close(): Promise<void>;
}

/** LISTEN for many channels on one session of its own. Invariant: while connected, it listens on exactly the channels in `handlers`. */
export function createListener(config: pg.PoolConfig, onError: (error: Error) => void): Listener {
  const handlers = new Map<string, Set<Handler>>();
  const call = (channel: string, payload: string) => {
    for (const handler of [...(handlers.get(channel) ?? [])]) handler(payload);
  };
  const session = createLastingClient({
    config,
    onError,
    async prepare(client) {
      client.on('notification', ({ channel, payload }) => call(channel, payload ?? ''));
      for (const channel of handlers.keys()) await client.query(`listen ${pg.escapeIdentifier(channel)}`);
    },
    onReconnected() {
      for (const channel of [...handlers.keys()]) call(channel, '');
    },
  });

  async function unlisten(channel: string, onNotify: Handler): Promise<void> {
    const left = handlers.get(channel);
    left?.delete(onNotify);
    if (!left || left.size > 0) return;
    handlers.delete(channel);
    const client = await session.peek();
    await client?.query(`unlisten ${pg.escapeIdentifier(channel)}`).catch(onError);
  }

  return {
    async listen(channel, onNotify) {
      handlers.set(channel, (handlers.get(channel) ?? new Set()).add(onNotify));
      try {
        await (await session.get()).query(`listen ${pg.escapeIdentifier(channel)}`);
      } catch (error) {
        await unlisten(channel, onNotify);
        throw error;
      }
      return () => unlisten(channel, onNotify);
    },
    close: () => session.close(),
  };
}
