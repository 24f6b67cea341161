import pg from 'pg';
import { backoffDelayMs } from '../lib/backoff.ts';

export interface LastingClientOptions {
  readonly config: pg.PoolConfig;
  /** Brings a new session into the state it must have, before anybody gets it. */
  readonly prepare: (client: pg.Client) => Promise<void>;
  /** The session was lost and a new one is ready. */
  readonly onReconnected: () => void;
  readonly onError: (error: Error) => void;
}

export interface LastingClient {
  /** The session, made when there is none. Rejects when the server cannot be reached now. */
  get(): Promise<pg.Client>;
  /** The session if there is one. */
  peek(): Promise<pg.Client | null>;
  close(): Promise<void>;
}

const RECONNECT = { initialDelayMs: 100, maxDelayMs: 5_000 };

/**
 * One session that is made again when it is lost.
 * States: idle → connected → lost (tries again with backoff) → connected … → closed. Invariant: at most one session and one timer.
 */
export function createLastingClient(options: LastingClientOptions): LastingClient {
  let session: Promise<pg.Client> | null = null;
  let timer: NodeJS.Timeout | null = null;
  let retries = 0;
  let closed = false;

  async function connect(): Promise<pg.Client> {
    const client = new pg.Client({ ...options.config, statement_timeout: false, keepAlive: true });
    client.on('error', options.onError);
    await client.connect();
    client.on('end', lost);
    await options.prepare(client);
    retries = 0;
    return client;
  }

  function get(): Promise<pg.Client> {
    session ??= connect().catch((error: unknown) => {
      session = null;
      throw error;
    });
    return session;
  }

  function lost(): void {
    session = null;
    if (closed || timer) return;
    retries += 1;
    timer = setTimeout(reconnect, backoffDelayMs(retries, RECONNECT));
  }

  function reconnect(): void {
    timer = null;
    get().then(options.onReconnected, (error: Error) => {
      options.onError(error);
      lost();
    });
  }

  const peek = async () => (await session?.catch(() => null)) ?? null;
  return {
    get,
    peek,
    async close() {
      closed = true;
      if (timer) clearTimeout(timer);
      await (await peek())?.end();
    },
  };
}
