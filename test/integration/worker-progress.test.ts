import { spawn } from 'node:child_process';
import { mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { NewEvent } from '../../src/domain/events.ts';
import type { WorkerContext } from '../../src/worker/context.ts';
import { type ProgressWatch, watchProgress } from '../../src/worker/watch-progress.ts';

const MINUTE = 60_000;

let checkout: string;
let watch: ProgressWatch | null = null;
let now = 0;
let activity = '';
let events: NewEvent[] = [];

beforeEach(async () => {
  checkout = await mkdtemp(path.join(tmpdir(), 'runyard-test-'));
  // Later than the folder: its own time is finer than milliseconds and would pass for a change after the start.
  [now, activity, events] = [Date.now() + 1_000, '', []];
});
afterEach(async () => {
  watch?.stop();
  await rm(checkout, { recursive: true, force: true });
});

/** The watch of an agent whose clock is the test's. */
function start(): ProgressWatch {
  const context = {
    assignment: { spec: { limits: { silenceMs: 5 * MINUTE } } },
    clock: { now: () => new Date(now) },
    emit: (event: NewEvent) => void events.push(event),
    setActivity: (text: string) => {
      activity = text;
    },
  } as unknown as WorkerContext;
  watch = watchProgress({ context, agent: 'builtin', attempt: 1, checkout, everyMs: 20 });
  return watch;
}

const inTime = { timeout: 20_000 };
const says = (pattern: RegExp) => expect.poll(() => activity, inTime).toMatch(pattern);

describe('the watch over a quiet agent', () => {
  it('S3, X5: says why it seems stuck, tells it once, and again only after the agent spoke', async () => {
    const agent = start();
    expect(activity).toBe('agent builtin');
    agent.note({ kind: 'tool', name: 'run_command' });
    now += 4 * MINUTE;
    await says(
      /seems stuck, quiet for 4m 00s: no output, no CPU, no file changed, run_command has not answered/,
    );
    // Told in the same look that says so.
    expect(events).toMatchObject([{ type: 'agent.stuck', data: { attempt: 1, count: 1 } }]);
    agent.note({ kind: 'tool-result', name: 'run_command' });
    expect(activity).toBe('agent builtin');
    now += 4 * MINUTE;
    await expect.poll(() => events.length, inTime).toBe(2);
    expect(events[1]).toMatchObject({ data: { count: 2 } });
  });

  it('X5: a file that changes is a sign of life', async () => {
    start();
    const file = path.join(checkout, 'new.txt');
    await writeFile(file, 'x');
    const changedAt = new Date(now + 50_000);
    await utimes(file, changedAt, changedAt);
    now += MINUTE;
    await says(/^agent builtin, quiet for .*no output, but files changed 10\.0s ago/);
    expect(events).toEqual([]);
  });

  it('X5: processor time of any process below is a sign of life', async () => {
    start();
    now += 30_000;
    const busy = spawn('sh', ['-c', 'sh -c "while :; do :; done"'], { stdio: 'ignore', detached: true });
    try {
      await says(/quiet for 30\.0s: no output, but .* of CPU/);
    } finally {
      if (busy.pid) process.kill(-busy.pid, 'SIGKILL');
    }
    expect(events).toEqual([]);
  });
});
