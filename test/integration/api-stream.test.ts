import { setTimeout as delay } from 'node:timers/promises';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { streamMessageSchema } from '../../src/api/contract.ts';
import { appendSystemEvent } from '../../src/events/append-system-event.ts';
import { startTestDatabase, type TestDatabase } from './store-testing.ts';
import {
  messageOf,
  newRun,
  type StreamServer,
  startStreamServer,
  type Viewer,
  warn,
} from './stream-harness.ts';

let database: TestDatabase;
let server: StreamServer;

beforeAll(async () => {
  database = await startTestDatabase();
  server = await startStreamServer(database);
});
afterAll(async () => {
  await server.close();
  await database.close();
});

/** Messages up to and with one. */
async function messages(viewer: Viewer, last: string): Promise<(string | null)[]> {
  const frames = await viewer.until((frame) => messageOf(frame) === last);
  return frames.map(messageOf).filter((message) => message !== null);
}

const bigText = (characters: number) => sql`repeat('x', ${characters}::int)`;

describe('the stream of all runs', () => {
  it('I1: gives events of runs and of the system as documented, beginning now', async () => {
    const earlier = await newRun(database);
    const viewer = await server.open();
    expect((await viewer.next()).event).toBe('ready');
    const run = await newRun(database);
    const data = { message: 'it began', host: 'here', pid: 1 };
    await appendSystemEvent(database.store.db, { type: 'node.started', subject: 'node:a', data });
    const frames = await viewer.until(({ event }) => event === 'system');
    for (const { event, data: content } of frames)
      expect(streamMessageSchema.safeParse({ event, data: content }).error).toBeUndefined();
    expect(frames.map(({ event, data: { type, runId, seq } }) => [event, type, runId, seq])).toEqual([
      ['run', 'run.accepted', run, 1],
      ['run', 'run.state-changed', run, 2],
      ['system', 'node.started', undefined, undefined],
    ]);
    expect(JSON.stringify(frames)).not.toContain(earlier);
    viewer.close();
  });

  it('I1: a transaction that commits late is not skipped, connected or not', async () => {
    const [slow, quick] = [await newRun(database), await newRun(database)];
    const [begun, commit] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const connected = await server.open('?type=run.warning');
    const writing = database.store.db.transaction().execute(async (tx) => {
      await warn(tx, slow, 'late');
      begun.resolve();
      await commit.promise;
    });
    await begun.promise;
    await warn(database, quick, 'early');
    expect(await messages(connected, 'early')).toEqual(['early']);
    const gone = await server.open('?type=run.warning', connected.lastId);
    const place = connected.lastId;
    gone.close();
    commit.resolve();
    await writing;
    expect(await messages(connected, 'late')).toEqual(['late']);
    await warn(database, quick, 'last');
    const back = await server.open('?type=run.warning', place);
    expect(await messages(back, 'last')).toEqual(['late', 'last']);
    for (const viewer of [connected, back]) viewer.close();
  });

  it('I1: gives only the kinds, runs and repository that are asked for', async () => {
    const [one, two] = [await newRun(database, '/a'), await newRun(database, '/b')];
    const ofRun = await server.open(`?run=${one}`);
    const ofRepository = await server.open('?repository=%2Fb&type=run.warning');
    for (const run of [one, two]) await warn(database, run, `of ${run}`, 'end');
    expect(await messages(ofRun, 'end')).toEqual([`of ${one}`, 'end']);
    expect(await messages(ofRepository, 'end')).toEqual([`of ${two}`, 'end']);
    for (const viewer of [ofRun, ofRepository]) viewer.close();
  });

  it.each(['nonsense', '900000000:900000001:'])(
    'I1: whoever comes from a place nobody knows (%s) is told to read again, and gets what is new',
    async (place) => {
      const run = await newRun(database);
      const viewer = await server.open('', place);
      expect([(await viewer.next()).event, (await viewer.next()).event]).toEqual(['reset', 'ready']);
      await warn(database, run, 'new');
      expect(await messages(viewer, 'new')).toEqual(['new']);
      viewer.close();
    },
  );

  it('O8, I1: ends after a while, and whoever may still come back misses nothing', async () => {
    const short = await startStreamServer(database, { limits: { longestMs: 0 } });
    const run = await newRun(database);
    const seen: (string | null)[] = [];
    let place: string | null = null;
    for (let message = 1; message <= 5; message += 1) {
      const viewer = await short.open(`?run=${run}&type=run.warning`, place);
      await warn(database, run, `${message}`);
      await expect(
        viewer.until((frame) => {
          seen.push(messageOf(frame));
          return false;
        }),
      ).rejects.toThrow('ended');
      place = viewer.lastId;
    }
    const last = await server.open(`?run=${run}&type=run.warning`, place);
    await warn(database, run, 'last');
    seen.push(...(await messages(last, 'last')));
    expect(seen.filter((message) => message !== null)).toEqual(['1', '2', '3', '4', '5', 'last']);
    last.close();
    await short.close();
  });

  it('refuses a filter it does not know', async () => {
    await expect(server.open('?state=running')).rejects.toThrow();
  });
});

describe('a viewer that is behind what is kept in memory', () => {
  it('I1: gets what it missed from the log, in order, and then what is new', async () => {
    const small = await startStreamServer(database, { limits: { ring: { frames: 5, characters: 1e6 } } });
    const run = await newRun(database);
    const keepsReading = await small.open();
    const first = await small.open(`?run=${run}`);
    await warn(database, run, 'seen');
    await messages(first, 'seen');
    first.close();
    const missed = Array.from({ length: 1200 }, (_none, place) => `missed ${place}`);
    await warn(database, run, ...missed.slice(0, 700));
    for (const message of missed.slice(700)) await warn(database, run, message);
    await messages(keepsReading, 'missed 1199');
    const back = await small.open(`?run=${run}`, first.lastId);
    expect(await messages(back, 'missed 1199')).toEqual(missed);
    await warn(database, run, 'new');
    expect(await messages(back, 'new')).toEqual(['new']);
    for (const viewer of [keepsReading, back]) viewer.close();
    await small.close();
  });
});

describe('a viewer that never reads', () => {
  it.each(['/api/v1/stream', '/api/v1/runs/:id/stream'])(
    'S2: is dropped, and nobody else notices: %s',
    async (path) => {
      const impatient = await startStreamServer(database, { limits: { stalledMs: 3_000 } });
      const run = await newRun(database);
      const reader = await impatient.open('?type=run.warning');
      const seen = messages(reader, 'after');
      const stalled = await impatient.openUnread(path.replace(':id', run));
      // More than the buffers of both ends of a connection take.
      await sql`
        with counted as (update runs set last_event_seq = last_event_seq + 400 where id = ${run} returning last_event_seq as last)
        insert into run_events (run_id, seq, type, data)
        select ${run}, last - 400 + place, 'run.warning', jsonb_build_object('code', 'big', 'message', ${bigText(100_000)})
        from counted, generate_series(1, 400) as place`.execute(database.store.db);
      await warn(database, run, 'after');
      await stalled.dropped;
      expect(await seen).toEqual(['after']);
      reader.close();
      stalled.socket.destroy();
      await impatient.close();
    },
  );
});

describe('fifty viewers', () => {
  it('I1: each sees every event, though they come and go, and one never reads', {
    timeout: 60_000,
  }, async () => {
    const runs = await Promise.all(Array.from({ length: 50 }, () => newRun(database)));
    const stalled = await server.openUnread('/api/v1/stream');
    const rounds = 40;
    const watching = runs.map((run, place) =>
      watch(run, { rounds, leaveEvery: place % 2 === 0 ? 7 : rounds }),
    );
    const everything = await server.open();
    const all = everything.until((frame) => messageOf(frame) === 'the end');
    await Promise.all(watching.map(({ ready }) => ready));
    for (let round = 1; round <= rounds; round += 1)
      await Promise.all(runs.map((run) => warn(database, run, `${round}`)));
    for (const { seen } of watching) expect(await seen).toEqual(range(rounds));
    await warn(database, runs[0] ?? '', 'the end');
    const seqs = new Map<unknown, unknown[]>();
    for (const { data } of await all)
      if ('runId' in data) seqs.set(data['runId'], [...(seqs.get(data['runId']) ?? []), data['seq']]);
    for (const run of runs.slice(1)) expect(seqs.get(run)).toEqual(range(rounds).map((round) => round + 2));
    stalled.socket.destroy();
    everything.close();
    while (server.connections.size > 0) await delay(10);
  });
});

/** Follows one run to the last round, and goes away for a moment now and then. */
function watch(run: string, { rounds, leaveEvery }: { rounds: number; leaveEvery: number }) {
  const { promise: ready, resolve } = Promise.withResolvers<void>();
  const seen = (async () => {
    const found: number[] = [];
    let viewer = await server.open(`?run=${run}&type=run.warning`);
    resolve();
    for (let read = 1; found.at(-1) !== rounds; read += 1) {
      const message = messageOf(await viewer.next());
      // The same may come again after a reconnection, never later than what followed it.
      if (message !== null && Number(message) > (found.at(-1) ?? 0)) found.push(Number(message));
      if (read % leaveEvery !== 0) continue;
      viewer.close();
      viewer = await server.open(`?run=${run}&type=run.warning`, viewer.lastId);
    }
    viewer.close();
    return found;
  })();
  return { ready, seen };
}

function range(last: number): number[] {
  return Array.from({ length: last }, (_none, place) => place + 1);
}
