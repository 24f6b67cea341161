import { once } from 'node:events';
import http from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import fastify from 'fastify';
import { createLiveEvents, type LiveOptions } from '../../src/api/live/hub.ts';
import { type StreamLimits, streamLimits } from '../../src/api/live/send-stream.ts';
import { registerEventStream } from '../../src/api/routes/event-stream.ts';
import { registerStream } from '../../src/api/routes/stream.ts';
import { createEventWaiters } from '../../src/app/event-waiters.ts';
import { appendEvents } from '../../src/events/append-events.ts';
import { acceptRun } from '../../src/queue/accept-run.ts';
import type { Tx } from '../../src/store/schema.ts';
import { type TestDatabase, testSpec } from './store-testing.ts';

export interface Frame {
  readonly id: string | null;
  readonly event: string;
  readonly data: Record<string, unknown>;
}

export interface StreamServer {
  readonly port: number;
  /** Connections that are open now. */
  readonly connections: ReadonlySet<Socket>;
  open(query?: string, lastId?: string | null): Promise<Viewer>;
  /** Asks and then reads nothing, ever. Resolves when the server has its connection. */
  openUnread(path: string): Promise<{ readonly socket: Socket; readonly dropped: Promise<unknown> }>;
  close(): Promise<void>;
}

export interface Viewer {
  /** The `id` it saw last. */
  readonly lastId: string | null;
  next(): Promise<Frame>;
  /** Frames up to the one that is the last wanted. */
  until(isLast: (frame: Frame) => boolean): Promise<Frame[]>;
  close(): void;
}

/** The streams alone, on a real listener. */
export async function startStreamServer(
  { queue, store }: TestDatabase,
  {
    limits,
    ...options
  }: Partial<Omit<LiveOptions, 'limits'>> & {
    limits?: Partial<StreamLimits> & { ring?: LiveOptions['limits'] };
  } = {},
): Promise<StreamServer> {
  const onError = options.onError ?? (() => undefined);
  const ring = limits?.ring ? { limits: limits.ring } : {};
  const live = createLiveEvents({ db: store.db, ...options, onError, ...ring });
  const waiters = createEventWaiters();
  const unlisten = await Promise.all([
    store.listen('runyard_events', live.wake),
    store.listen('runyard_events', waiters.notify),
    store.listen('runyard_system', live.wake),
  ]);
  const app = fastify({ forceCloseConnections: true });
  const all = { ...streamLimits, ...limits };
  registerStream(app, { queue, live }, all);
  registerEventStream(app, { queue, waitForEvent: waiters.wait }, all);
  const connections = new Set<Socket>();
  app.server.on('connection', (socket) => {
    connections.add(socket);
    socket.once('close', () => connections.delete(socket));
  });
  await app.listen({ host: '127.0.0.1', port: 0 });
  const { port } = app.server.address() as AddressInfo;
  return {
    port,
    connections,
    open: (query = '', lastId = null) => openViewer(`http://127.0.0.1:${port}/api/v1/stream${query}`, lastId),
    async openUnread(path) {
      const accepted = once(app.server, 'connection') as Promise<[Socket]>;
      const socket = connect(port, '127.0.0.1');
      socket.on('error', () => undefined);
      socket.pause();
      socket.write(`GET ${path} HTTP/1.1\r\nhost: test\r\n\r\n`);
      const [server] = await accepted;
      return { socket, dropped: new Promise((resolve) => server.once('close', resolve)) };
    },
    async close() {
      live.close();
      waiters.close();
      await Promise.all(unlisten.map((stop) => stop()));
      await app.close();
    },
  };
}

async function openViewer(url: string, after: string | null): Promise<Viewer> {
  const request = http.get(url, { headers: after === null ? {} : { 'last-event-id': after }, agent: false });
  const [response] = (await once(request, 'response')) as [http.IncomingMessage];
  // After `close` nobody asks any more.
  request.on('error', () => undefined);
  const chunks = response.setEncoding('utf8')[Symbol.asyncIterator]();
  if (response.statusCode !== 200)
    throw new Error(`refused: ${response.statusCode} ${(await chunks.next()).value}`);
  let text = '';
  let lastId = after;
  async function next(): Promise<Frame> {
    for (;;) {
      const end = text.indexOf('\n\n');
      if (end >= 0) {
        const block = text.slice(0, end);
        text = text.slice(end + 2);
        lastId = /^id: (.*)$/m.exec(block)?.[1] ?? lastId;
        const event = /^event: (.*)$/m.exec(block)?.[1];
        const data = /^data: (.*)$/m.exec(block)?.[1];
        if (event && data) return { id: lastId, event, data: JSON.parse(data) as Record<string, unknown> };
        continue;
      }
      const chunk = await chunks.next();
      if (chunk.done) throw new Error('the stream ended');
      text += String(chunk.value);
    }
  }
  return {
    get lastId() {
      return lastId;
    },
    next,
    async until(isLast) {
      const frames: Frame[] = [];
      for (;;) {
        const frame = await next();
        frames.push(frame);
        if (isLast(frame)) return frames;
      }
    },
    close: () => request.destroy(),
  };
}

export async function newRun({ queue }: TestDatabase, repository = '/repositories/one'): Promise<string> {
  const { run } = await acceptRun(queue, {
    spec: testSpec({ repository }),
    idempotencyKey: null,
    by: 'test',
  });
  return run.id;
}

/** Warnings with these words, in a transaction of their own or in the caller's. */
export async function warn(database: TestDatabase | Tx, runId: string, ...messages: string[]): Promise<void> {
  const events = messages.map(
    (message) => ({ type: 'run.warning', data: { code: 'test', message } }) as const,
  );
  if (!('store' in database)) return appendEvents(database, runId, events);
  await database.store.db.transaction().execute((tx) => appendEvents(tx, runId, events));
}

/** What the warning says; null: it is something else. */
export function messageOf({ data }: Frame): string | null {
  const inner = data['data'] as { code?: string; message?: string } | undefined;
  return inner?.code === 'test' ? (inner.message ?? null) : null;
}
