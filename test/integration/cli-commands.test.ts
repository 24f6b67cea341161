import { type ChildProcess, spawn } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { runyardError, toErrorData } from '../../src/domain/errors/runyard-error.ts';
import type { NewEvent } from '../../src/domain/events.ts';
import type { Delivery, RunSpec } from '../../src/domain/run.ts';
import { type FakeControlPlane, startFakeControlPlane } from './cli-fake-control-plane.ts';

const bin = path.resolve(import.meta.dirname, '../../bin/runyard');

let folder: string;
let dataDir: string;
let plane: FakeControlPlane;
const children = new Set<ChildProcess>();

// Shared by all calls of this file, so that only the first one compiles.
let compileCache: string;
beforeAll(async () => {
  compileCache = await mkdtemp(path.join(tmpdir(), 'runyard-cli-cache-'));
});
afterAll(() => rm(compileCache, { recursive: true }));

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'runyard-cli-'));
  dataDir = path.join(folder, 'data');
  plane = await startFakeControlPlane(dataDir);
});
afterEach(async () => {
  for (const child of children) child.kill('SIGKILL');
  children.clear();
  await plane.close();
  await rm(folder, { recursive: true });
});

interface Result {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

interface CallOptions {
  readonly env?: Record<string, string>;
  readonly input?: string;
  readonly executable?: string;
  readonly onOutput?: (child: ChildProcess, output: string) => void;
}

function call(
  words: readonly string[],
  { env = {}, input, executable = bin, onOutput }: CallOptions = {},
): Promise<Result> {
  return new Promise((resolve, reject) => {
    const child = spawn(executable, words, {
      cwd: folder,
      env: {
        PATH: process.env['PATH'] ?? '',
        HOME: folder,
        RUNYARD_DATA_DIR: dataDir,
        NODE_COMPILE_CACHE: compileCache,
        ...env,
      },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    children.add(child);
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
      onOutput?.(child, stdout);
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    child.stdin.on('error', () => undefined);
    child.stdin.end(input ?? '');
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, stdout, stderr }));
  });
}

const sentBack = {
  kind: 'sent-back',
  by: 'ada',
  at: '2026-11-21T12:00:00.000Z',
  feedback: 'Smaller.',
} as const;
const revision = (number: number, hash: string, summary: string) => ({
  revision: number,
  hash,
  plan: {
    summary,
    subtasks: [{ id: '1', title: 'Do', description: 'It.', dependsOn: [], acceptanceCriteria: ['done'] }],
    filesInScope: [],
    risks: [],
    openQuestions: ['Which unit?', 'How high?'],
    estimateMinutes: 5,
  },
  proposedAt: '2026-11-21T12:00:00.000Z',
});
const plans: FakeControlPlane['plans'] = {
  revisions: [
    { ...revision(1, 'abc', 'First.'), because: null, outcome: sentBack },
    { ...revision(2, 'f00', 'Second\u001b[31m.'), because: sentBack, outcome: null },
  ],
  waiting: {
    hash: 'f00',
    reason: 'input',
    questions: ['Which unit?', 'How high?'],
    until: '2026-11-22T12:00:00.000Z',
    revisionsLeft: 3,
  },
};
const runWords = [
  'run',
  '--repo',
  '/repository',
  '--title',
  'A title',
  '--agent',
  'command:/bin/true',
  '--no-plan',
];
const commit = 'a'.repeat(40);
const delivery: Delivery = {
  branch: 'runyard/a-title-4k2jte',
  commit,
  baseCommit: 'b'.repeat(40),
  baseRef: 'main',
  tag: 'ai/a-title/before-aaaaaaa',
  verified: true,
};
const stateChange = (
  to: 'running' | 'succeeded' | 'failed' | 'cancelled' | 'timed_out' | 'waiting',
): NewEvent => ({
  type: 'run.state-changed',
  data: { from: 'running', to, waitReason: to === 'waiting' ? 'approval' : null, error: null },
});

describe('runyard run', () => {
  it('prints progress and a report, and ends with 0 for a delivered commit', async () => {
    plane.diff = { diff: 'diff', truncated: false, files: [{ path: 'src/x.ts', added: 3, deleted: 1 }] };
    plane.on('POST /runs', () =>
      plane.become({ state: 'succeeded', delivery, durationMs: 12_345 }, [
        stateChange('running'),
        {
          type: 'attempt.started',
          data: { attempt: 1, agent: 'builtin', model: 'a/m', reason: 'first attempt' },
        },
        { type: 'agent.activity', data: { attempt: 1, kind: 'tool', name: 'edit', text: 'src/x.ts' } },
        {
          type: 'check.finished',
          data: {
            attempt: 1,
            name: 'test',
            on: 'change',
            status: 'failed',
            exitCode: 1,
            durationMs: 700,
            problems: 2,
            firstProblem: 'x.test.ts: 1 is not 2',
          },
        },
        { type: 'run.delivered', data: delivery },
        stateChange('succeeded'),
      ]),
    );
    const { code, stdout, stderr } = await call(runWords);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    for (const text of [
      'attempt 1',
      'edit src/x.ts',
      'test failed, 2 problems',
      'x.test.ts: 1 is not 2',
      'a verified commit was delivered',
    ]) {
      expect(stdout).toContain(text);
    }
    for (const text of [
      commit,
      delivery.branch,
      delivery.tag,
      'src/x.ts +3 -1',
      '1,234 in, 56 out',
      '$0.0123',
      '12.3s',
    ]) {
      expect(stdout).toContain(text);
    }
    expect(stdout).toContain(`${bin} rollback ${plane.runId}`);
    expect(stdout).not.toContain('\x1b');
  });

  it.each([
    ['failed', 1],
    ['timed_out', 124],
    ['cancelled', 130],
  ] as const)('a run that ends %s gives exit code %i, with what, why and next', async (state, exit) => {
    const error = toErrorData(
      runyardError('run.ladder-exhausted', {
        attempts: 3,
        lastFailure: 'test: 1 is not 2',
        standstill: null,
      }),
    );
    plane.on('POST /runs', () => plane.become({ state, error }, [stateChange(state)]));
    const { code, stdout } = await call(runWords);
    expect(code).toBe(exit);
    const next = error.next.replace('runyard why <run>', `${bin} why ${plane.runId}`);
    for (const text of [error.what, error.why, next, `why ${plane.runId}`]) expect(stdout).toContain(text);
  });

  it('S2: a run that waits gives exit code 3 with the plan, its hash, the deadline and the command to approve it', async () => {
    const waitUntil = new Date(Date.now() + 3_600_000).toISOString();
    plane.details = {
      plan: {
        plan: {
          summary: 'Make it so.',
          subtasks: [
            { id: '1', title: 'First part', description: 'd', dependsOn: [], acceptanceCriteria: ['c'] },
          ],
          filesInScope: [],
          risks: [],
          openQuestions: [],
          estimateMinutes: 5,
        },
        hash: '1f0c2a9b7d3e',
        revision: 1,
        approvedBy: null,
      },
    };
    const waitDetail = { reason: 'The plan waits for approval.', planHash: '1f0c2a9b7d3e', commit: null };
    plane.on('POST /runs', () =>
      plane.become({ state: 'waiting', waitReason: 'approval', waitUntil, waitDetail }, [
        stateChange('waiting'),
      ]),
    );
    const { code, stdout } = await call(runWords);
    expect(code).toBe(3);
    for (const text of [
      'Make it so.',
      '1. First part',
      waitUntil,
      `approve ${plane.runId} --plan 1f0c2a9b7d3e`,
    ])
      expect(stdout).toContain(text);
  });

  it('is refused for load with exit code 4', async () => {
    plane.fail(
      'POST /runs',
      runyardError('api.queue-full', { queued: 1000, limit: 1000, retryAfterSeconds: 30 }),
    );
    const { code, stderr } = await call(runWords);
    expect(code).toBe(4);
    expect(stderr).toContain('Try again in 30 seconds');
  });

  it('with --json: an event per line, then the result', async () => {
    plane.on('POST /runs', () =>
      plane.become({ state: 'succeeded', delivery }, [stateChange('running'), stateChange('succeeded')]),
    );
    const { code, stdout } = await call([...runWords, '--json']);
    expect(code).toBe(0);
    const lines = stdout
      .trim()
      .split('\n')
      .map(
        (line) =>
          JSON.parse(line) as { event?: { seq: number }; result?: { exitCode: number; run: unknown } },
      );
    expect(lines.map(({ event }) => event?.seq)).toEqual([1, 2, undefined]);
    expect(lines.at(-1)?.result).toMatchObject({
      exitCode: 0,
      run: { state: 'succeeded', delivery: { commit } },
    });
  });

  it('sends what was asked for, complete, with shell characters as they are', async () => {
    plane.on('POST /runs', () => plane.become({ state: 'succeeded', delivery }, [stateChange('succeeded')]));
    const title = 'a; rm -rf / $(touch /tmp/x) `id` "q" \'s\' \\ %s';
    await writeFile(path.join(folder, 'ticket.md'), '# Heading\n\nBody with ünïcode.\n');
    await writeFile(path.join(folder, 'fix.sh'), '');
    const words = [
      'run',
      '--repo',
      'sub/../repo',
      '--title',
      title,
      '--ticket-file',
      'ticket.md',
      '--ticket',
      'PROJ-1',
      '--agent',
      'command:./fix.sh',
    ];
    const { code, stderr } = await call([
      ...words,
      '--no-plan',
      '--priority',
      'high',
      '--base',
      'main',
      '--allow-unverified',
      '--idempotency-key',
      'k1',
    ]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const body = plane.requests.get('POST /runs')?.[0] as {
      spec: RunSpec;
      idempotencyKey: string;
      by: string;
    };
    expect(body).toMatchObject({
      idempotencyKey: 'k1',
      spec: {
        ticket: { key: 'PROJ-1', title, body: '# Heading\n\nBody with ünïcode.\n' },
        repository: path.join(folder, 'repo'),
        base: 'main',
        priority: 'high',
        plan: { mode: 'off', model: null },
        checks: { mode: 'auto', allowUnverified: true },
        ladder: [
          { agent: `command:${path.join(folder, 'fix.sh')}`, model: null, attempts: 2 },
          { attempts: 1 },
        ],
      },
    });
    expect(body.by).not.toBe('');
  });

  it('takes the title from a ticket on standard input, and leaves URLs alone', async () => {
    plane.on('POST /runs', () => plane.become({ state: 'succeeded', delivery }, [stateChange('succeeded')]));
    const words = [
      'run',
      '--repo',
      'git@example.com:a/b.git',
      '--ticket-file',
      '-',
      '--agent',
      'command:true',
      '--no-plan',
    ];
    expect((await call(words, { input: '\n## The title\n\nmore\n' })).code).toBe(0);
    expect(plane.requests.get('POST /runs')).toMatchObject([
      { spec: { repository: 'git@example.com:a/b.git', ticket: { title: 'The title' } } },
    ]);
  });

  it.each([
    ['a ticket of 1 MB', 'x'.repeat(1024 * 1024), 'too large: 1048576 bytes'],
    ['a ticket that is not text', Buffer.from([0xff, 0xfe, 0x00]), 'not text'],
    ['an empty ticket without a title', '  \n', 'no title'],
  ])('refuses %s with exit code 2, and nothing is created', async (_name, content, says) => {
    await writeFile(path.join(folder, 'ticket.md'), content);
    const { code, stderr } = await call([
      'run',
      '--repo',
      '/r',
      '--ticket-file',
      'ticket.md',
      '--agent',
      'command:true',
      '--no-plan',
    ]);
    expect(code).toBe(2);
    expect(stderr).toContain(says);
    expect(plane.requests.has('POST /runs')).toBe(false);
  });

  it('neutralises terminal escapes in what comes from outside', async () => {
    const evil = '\x1b]0;owned\x07\x1b[2Jhello\u202e';
    plane.on('POST /runs', () =>
      plane.become(
        {
          state: 'failed',
          error: { ...toErrorData(runyardError('run.unexpected', { detail: evil })), what: evil },
        },
        [
          { type: 'agent.activity', data: { attempt: 1, kind: 'tool', name: evil, text: evil } },
          { type: 'run.warning', data: { code: 'x', message: evil } },
          stateChange('failed'),
        ],
      ),
    );
    const { stdout } = await call(runWords);
    expect(stdout).toContain('^[[2Jhello');
    expect(stdout).not.toMatch(/[\x00-\x08\x0b-\x1f\x7f-\x9f\u202e]/);
  });
});

describe('Ctrl-C during a run', () => {
  const running = () => plane.become({ state: 'running' }, [stateChange('running')]);

  it('once cancels the run, says so, and ends with 130', async () => {
    plane.on('POST /runs', running);
    plane.on('POST /runs/:id/cancel', () => plane.become({ state: 'cancelled' }, [stateChange('cancelled')]));
    let sent = false;
    const { code, stdout } = await call(runWords, {
      onOutput(child, output) {
        if (sent || !output.includes('running')) return;
        sent = true;
        child.kill('SIGINT');
      },
    });
    expect(code).toBe(130);
    expect(stdout).toContain('Cancelling the run');
    expect(plane.requests.get('POST /runs/:id/cancel')).toEqual([
      expect.objectContaining({ reason: expect.stringContaining('Ctrl-C') }),
    ]);
  });

  it('twice does not wait, and says what goes on', async () => {
    plane.on('POST /runs', running);
    let sent = 0;
    const { code, stdout } = await call(runWords, {
      onOutput(child, output) {
        const due = sent === 0 ? 'running' : 'Ctrl-C again does not wait';
        if (sent > 1 || !output.includes(due)) return;
        sent++;
        child.kill('SIGINT');
      },
    });
    expect(code).toBe(130);
    expect(stdout).toContain(`Run ${plane.runId} is marked to be cancelled; the server ends it`);
  });
});

describe('looking at runs', () => {
  it('runs: an empty list says how to start one', async () => {
    plane.listed = false;
    const { code, stdout } = await call(['runs']);
    expect(code).toBe(0);
    expect(stdout).toContain('No runs yet. Start one with:');
    expect((await call(['runs', '--state', 'failed'])).stdout).toBe('No run is in that state.\n');
  });

  it('runs: a line per run, or JSON', async () => {
    plane.become({ state: 'waiting', waitReason: 'approval' });
    const { stdout } = await call(['runs']);
    expect(stdout.split('\n')[0]).toMatch(/^RUN +STATE +AGE +TOOK +TICKET$/);
    expect(stdout.split('\n')[1]).toMatch(/^4k2jtestrun1 +waiting: approval +\S.* A title$/);
    expect(JSON.parse((await call(['runs', '--json'])).stdout)).toMatchObject({
      runs: [{ id: plane.runId }],
    });
  });

  it('show, why and diff print for people and for programs', async () => {
    plane.why = {
      state: 'failed',
      class: 'x.y',
      headline: 'It failed.',
      evidence: ['seen'],
      tried: ['one'],
      saved: [],
      next: ['Follow it: runyard logs x'],
    };
    plane.diff = { diff: 'diff --git a/x b/x\n+new\n', truncated: false, files: [] };
    expect((await call(['show', '4k2j'])).stdout).toContain('A title');
    expect(JSON.parse((await call(['show', '4k2j', '--json'])).stdout)).toMatchObject({
      run: { id: plane.runId },
      attempts: [],
    });
    const why = (await call(['why', '4k2j'])).stdout;
    for (const text of ['It failed.', 'Evidence:\n  - seen', 'Tried:\n  - one', `Follow it: ${bin} logs x`])
      expect(why).toContain(text);
    expect(why).not.toContain('Saved');
    expect(JSON.parse((await call(['why', '4k2j', '--json'])).stdout)).toMatchObject(plane.why);
    expect((await call(['diff', '4k2j'])).stdout).toBe(plane.diff.diff);
    expect(JSON.parse((await call(['diff', '4k2j', '--json'])).stdout)).toEqual(plane.diff);
  });

  it('logs: everything so far; with --json one event per line; with --follow until the end', async () => {
    plane.become({ state: 'running' }, [
      {
        type: 'agent.activity',
        data: { attempt: 1, kind: 'message', name: null, text: 'line one\nline two' },
      },
    ]);
    const { stdout } = await call(['logs', '4k2j']);
    expect(stdout).toMatch(/message +line one\n +line two/);
    const events = (await call(['logs', '4k2j', '--json'])).stdout.trim().split('\n');
    expect(events.map((line) => JSON.parse(line) as unknown)).toEqual([
      expect.objectContaining({ seq: 1, type: 'agent.activity' }),
    ]);
    const followed = await call(['logs', '4k2j', '--follow'], {
      onOutput: (_child, output) => {
        if (output.includes('line two') && !output.includes('ended'))
          plane.become({ state: 'succeeded' }, [stateChange('succeeded')]);
      },
    });
    expect(followed.code).toBe(0);
    expect(followed.stdout).toContain('the run has ended');
  });

  it('I5: an unknown run is answered with what, why and next, and exit code 2', async () => {
    const { code, stderr } = await call(['show', 'zzzz']);
    expect(code).toBe(2);
    expect(stderr).toContain('error: There is no run zzzz.');
    expect(stderr).toMatch(/why: .*\n {2}next: .*\n {2}code: run\.not-found/);
    const json = await call(['show', 'zzzz', '--json']);
    expect(json.code).toBe(2);
    expect(JSON.parse(json.stdout)).toMatchObject({ error: { code: 'run.not-found' } });
  });

  it('a reader that leaves early is no error', async () => {
    const result = await call(['-c', `"${bin}" config show | head -1`], { executable: '/bin/sh' });
    expect(result).toEqual({ code: 0, stdout: 'Files read:\n', stderr: '' });
  });
});

describe('acting on runs', () => {
  it('approve names the plan or the commit, and leaves the rest to the server', async () => {
    const { code, stdout } = await call(['approve', '4k2j', '--plan', 'abc']);
    expect(code).toBe(0);
    expect(stdout).toContain('Approved.');
    await call(['approve', '4k2j', '--unverified', commit]);
    expect(plane.requests.get('POST /runs/:id/approve')).toEqual([
      { planHash: 'abc', by: expect.any(String) },
      { unverifiedCommit: commit, by: expect.any(String) },
    ]);
  });

  it('approve --follow watches the run from there to its end', async () => {
    plane.become({ state: 'waiting' }, [stateChange('waiting')]);
    plane.on('POST /runs/:id/approve', () =>
      plane.become({ state: 'succeeded', delivery }, [{ type: 'run.delivered', data: delivery }]),
    );
    const { code, stdout } = await call(['approve', '4k2j', '--plan', 'abc', '--follow']);
    expect(code).toBe(0);
    expect(stdout).toContain('delivered');
    expect(stdout).not.toContain('waiting');
  });

  it('P2: send-back names the plan, with feedback from the command line or standard input', async () => {
    const words = ['send-back', '4k2j', '--plan', 'abc', '--feedback'];
    const { code, stdout } = await call([...words, 'Smaller.']);
    expect([code, stdout]).toEqual([0, expect.stringContaining('Sent back.')]);
    await call([...words, '-'], { input: 'In two\nlines.\n' });
    expect((await call([...words, '-'], { input: ' \n' })).code).toBe(2);
    expect(plane.requests.get('POST /runs/:id/send-back')).toEqual([
      { planHash: 'abc', feedback: 'Smaller.', by: expect.any(String) },
      { planHash: 'abc', feedback: 'In two\nlines.', by: expect.any(String) },
    ]);
  });

  it('P3: answer takes questions by number for the plan that waits', async () => {
    expect((await call(['answer', '4k2j', '1=Metres'])).code).toBe(2);
    plane.plans = plans;
    const { code, stdout } = await call(['answer', '4k2j', '1=Metres', 'How high?=Very']);
    expect([code, stdout]).toEqual([0, expect.stringContaining('Answered.')]);
    const answers = [
      { question: 'Which unit?', answer: 'Metres' },
      { question: 'How high?', answer: 'Very' },
    ];
    expect(plane.requests.get('POST /runs/:id/answer')).toEqual([
      { planHash: 'f00', answers, by: expect.any(String) },
    ]);
  });

  it('P2: plan shows a revision in full, and the difference of two', async () => {
    plane.plans = plans;
    const shown = await call(['plan', '4k2j']);
    for (const text of ['Revision 2', 'f00', 'sent back by ada', 'Smaller.', '1. Which unit?'])
      expect(shown.stdout).toContain(text);
    // What steers a terminal is shown, never sent.
    expect(shown.stdout).toContain('Second^[[31m.');
    const compared = await call(['plan', '4k2j', '--compare', '1', '2']);
    expect(compared.stdout).toMatch(
      /^--- revision 1 \(abc\)\n\+\+\+ revision 2 \(f00\)\n- First\.\n\+ Second/,
    );
    const beside = await call(['plan', '4k2j', '--compare', '1', '2', '--side-by-side']);
    expect(beside.stdout).toMatch(/^First\. +\| Second/m);
    for (const wrong of [['--compare', '1'], ['--revision', '3'], ['--side-by-side']])
      expect((await call(['plan', '4k2j', ...wrong])).code).toBe(2);
  });

  it('X14: a wrong hash is refused with the right one and exit code 2', async () => {
    plane.fail(
      'POST /runs/:id/approve',
      runyardError('run.wrong-plan-hash', { run: 'r', given: 'a', expected: 'right-hash' }),
    );
    const { code, stderr } = await call(['approve', '4k2j', '--plan', 'abc']);
    expect(code).toBe(2);
    expect(stderr).toContain('--plan right-hash');
  });

  it('cancel waits until the run has ended', async () => {
    plane.become({ state: 'running' });
    plane.on('POST /runs/:id/cancel', () => plane.become({ state: 'cancelled' }, [stateChange('cancelled')]));
    const { code, stdout } = await call(['cancel', '4k2j', '--reason', 'withdrawn']);
    expect(code).toBe(0);
    expect(stdout).toContain(`Run ${plane.runId} has ended: cancelled.`);
    expect(plane.requests.get('POST /runs/:id/cancel')).toEqual([
      { by: expect.any(String), reason: 'withdrawn' },
    ]);
  });

  it('rollback reverts, or resets when asked to', async () => {
    expect((await call(['rollback', '4k2j'])).stdout).toContain('runyard/x was reverted with a new commit');
    expect((await call(['rollback', '4k2j', '--reset'])).stdout).toContain('set back');
    expect(plane.requests.get('POST /runs/:id/rollback')).toMatchObject([
      { mode: 'revert' },
      { mode: 'reset' },
    ]);
  });
});

describe('the control plane of a data folder', () => {
  it('a wrong token is refused with where the right one is', async () => {
    await writeFile(path.join(dataDir, 'api-token'), 'other\n');
    const { code, stderr } = await call(['runs']);
    expect(code).toBe(1);
    expect(stderr).toContain('api-token');
  });

  it('a data folder that others may enter is refused with how to close it', async () => {
    const open = path.join(folder, 'open');
    await mkdir(open, { mode: 0o755 });
    const { code, stderr } = await call(['runs', '--data-dir', open]);
    expect(code).toBe(2);
    expect(stderr).toContain(`chmod 700 '${open}'`);
  });
});

describe('bin/runyard', () => {
  it('works through symbolic links and from any folder', async () => {
    await symlink(bin, path.join(folder, 'first'));
    await symlink('first', path.join(folder, 'ry'));
    const { code, stdout } = await call(['version'], { executable: path.join(folder, 'ry') });
    expect(code).toBe(0);
    expect(stdout).toContain('Node 26');
  });

  it('D1: says what to do when the packages are not installed', async () => {
    const copy = path.join(folder, 'clone/bin');
    await mkdir(copy, { recursive: true });
    await cp(bin, path.join(copy, 'runyard'));
    const { code, stderr } = await call(['version'], { executable: path.join(copy, 'runyard') });
    expect(code).toBe(2);
    expect(stderr).toContain('npm ci');
  });
});
