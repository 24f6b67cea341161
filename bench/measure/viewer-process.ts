import { Agent, get } from 'node:http';

/** Forked by bench/viewers.ts: many viewers of the stream of all runs, each with the sequence of every run it sees checked. */
interface Order {
  readonly url: string;
  readonly token: string;
  /** Query of each viewer. */
  readonly queries: readonly string[];
}

interface Viewer {
  readonly seqs: Map<string, number>;
  events: number;
  missing: number;
  repeated: number;
}

const viewers: Viewer[] = [];
const latenciesMs: number[] = [];
let ready = 0;

process.on('message', (message: Order | 'report') => {
  if (message === 'report') report();
  else for (const query of message.queries) open(message, query);
});

function open({ url, token, queries }: Order, query: string): void {
  const viewer: Viewer = { seqs: new Map(), events: 0, missing: 0, repeated: 0 };
  viewers.push(viewer);
  const options = { headers: { authorization: `Bearer ${token}` }, agent: new Agent() };
  const request = get(`${url}/api/v1/stream${query}`, options, (response) => {
    if (response.statusCode !== 200) throw new Error(`a viewer was refused: ${response.statusCode}`);
    let rest = '';
    response.setEncoding('utf8').on('data', (chunk: string) => {
      const blocks = (rest + chunk).split('\n\n');
      rest = blocks.pop() ?? '';
      for (const block of blocks) {
        if (block.includes('event: ready') && ++ready === queries.length) process.send?.('ready');
        if (block.includes('event: run')) see(viewer, block);
      }
    });
  });
  request.on('error', (error) => {
    throw error;
  });
}

function see(viewer: Viewer, block: string): void {
  const { runId, seq, at } = JSON.parse(/^data: (.*)$/m.exec(block)?.[1] ?? '') as {
    runId: string;
    seq: number;
    at: string;
  };
  const last = viewer.seqs.get(runId);
  if (last !== undefined && seq > last + 1) viewer.missing += seq - last - 1;
  if (last !== undefined && seq <= last) viewer.repeated += 1;
  viewer.seqs.set(runId, seq);
  viewer.events += 1;
  latenciesMs.push(Date.now() - Date.parse(at));
}

function report(): void {
  const sum = (name: 'events' | 'missing' | 'repeated') =>
    viewers.reduce((total, viewer) => total + viewer[name], 0);
  process.send?.({
    events: sum('events'),
    missing: sum('missing'),
    repeated: sum('repeated'),
    fewest: Math.min(...viewers.map(({ events }) => events)),
    latenciesMs: latenciesMs.sort((a, b) => a - b).filter((_latency, place) => place % 25 === 0),
  });
}
