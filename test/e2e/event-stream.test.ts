import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { calculatorFiles } from './support/calculator.ts';
import { createRepository, temporaryFolder } from './support/repository.ts';
import { startServer, type TestServer } from './support/server.ts';
import { testSpec } from './support/spec.ts';

let folder: string;
let removeFolder: () => Promise<void>;
let server: TestServer;
let repository: string;

beforeAll(async () => {
  ({ folder, remove: removeFolder } = await temporaryFolder());
  ({ folder: repository } = await createRepository(path.join(folder, 'source'), calculatorFiles));
  server = await startServer(path.join(folder, 'data'), { RUNYARD_SERVER_DRAIN_MS: '1s' });
});
afterAll(async () => {
  await server.kill('SIGTERM');
  await removeFolder();
});

async function run(script: string): Promise<string> {
  const agent = path.join(folder, `agent-${Math.random().toString(36).slice(2)}.sh`);
  await writeFile(agent, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  const ticket = { key: null, title: 'Stream', body: '' };
  const checks = { mode: 'off', allowUnverified: true } as const;
  return server.create(testSpec({ repository, ticket, agent: `command:${agent}`, attempts: 1, checks }));
}

interface Frame {
  readonly id: string | null;
  readonly event: string | null;
  readonly data: string | null;
}

function open(id: string, query = '', headers: Record<string, string> = {}): Promise<Response> {
  const authorization = `Bearer ${server.token}`;
  return fetch(`${server.url}/api/v1/runs/${id}/stream${query}`, { headers: { authorization, ...headers } });
}

/** Frames up to the one that is the last wanted, or to the end of the stream. */
async function read(response: Response, isLast: (frame: Frame) => boolean = () => false): Promise<Frame[]> {
  const frames: Frame[] = [];
  let text = '';
  for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    text += chunk;
    for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
      const frame = parse(text.slice(0, end));
      text = text.slice(end + 2);
      if (frame.event === null) continue;
      frames.push(frame);
      if (isLast(frame)) return frames;
    }
  }
  return frames;
}

function parse(text: string): Frame {
  const field = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(text)?.[1] ?? null;
  return { id: field('id'), event: field('event'), data: field('data') };
}

describe('the stream of a run', () => {
  it('I1: gives every event once, in order, and ends with the run', async () => {
    const id = await run('echo one; echo two; echo x > new.txt');
    const response = await open(id);
    expect(response.headers.get('content-type')).toContain('text/event-stream');
    const frames = await read(response);
    const { events } = await server.events(id, 0);
    expect(frames.slice(0, -1).map(({ id: seq, event }) => [Number(seq), event])).toEqual(
      events.map(({ seq, type }) => [seq, type]),
    );
    expect(frames.at(-1)).toMatchObject({ event: 'end', data: '{"state":"succeeded"}' });
  });

  it('I1: goes on where a reader was, also when the run has ended meanwhile', async () => {
    const id = await run('sleep 1; echo x > new.txt');
    const first = await read(await open(id), ({ event }) => event === 'stage.started');
    const last = first.at(-1)?.id ?? '';
    await server.settled(id);
    const rest = await read(await open(id, '', { 'last-event-id': last }));
    expect(rest[0]?.id).toBe(String(Number(last) + 1));
    const all = [...first, ...rest.slice(0, -1)].map((frame) => Number(frame.id));
    expect(all).toEqual(all.map((_seq, place) => place + 1));
  });

  it('I1: gives only the kinds that are asked for, and resumes past the others', async () => {
    const id = await run('echo x > new.txt');
    const frames = await read(await open(id, '?type=stage.started,run.summary'));
    expect(new Set(frames.map(({ event }) => event))).toEqual(
      new Set(['stage.started', 'run.summary', 'end']),
    );
  });

  it('keeps a line break and markup of an agent inside one event', async () => {
    const id = await run(`printf 'a\\nevent: end\\ndata: <script>\\n'; echo x > new.txt`);
    const frames = await read(await open(id));
    expect(frames.filter(({ event }) => event === 'end')).toHaveLength(1);
    for (const { data } of frames) expect(() => JSON.parse(data ?? '')).not.toThrow();
  });

  it('ends when the server ends, with nobody left waiting', async () => {
    const id = await run('sleep 60');
    const response = await open(id);
    const reading = read(response).catch(() => 'cut off');
    await server.waitForEvent(id, ({ type }) => type === 'attempt.started');
    await server.kill('SIGINT');
    expect(await reading).toBeDefined();
    server = await startServer(path.join(folder, 'data'), { RUNYARD_SERVER_DRAIN_MS: '1s' });
  });
});
