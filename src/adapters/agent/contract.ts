import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { AgentActivity, AgentAdapter, AgentJob, AgentResult } from './types.ts';

/** What the agent of a case is made to do, by its scripted model or by the program it is. */
export const behaviours = {
  edits: 'writes hello.txt with "hello\\n" into the workspace and is done',
  'reads-stdin': 'reads its standard input to the end, then edits',
  'holds-stdout': 'leaves a detached grandchild behind that holds its stdout, then edits',
  lingers: 'edits, gives its final result, and stays alive',
  'never-ends': 'works for ever, with some output all the time or none',
  silent: 'says nothing for ever',
  'tool-runs': 'starts a command that runs for ever, after some output',
  'prints-environment': 'writes its environment and that of its commands to environment.txt, then is done',
  'model-401': 'its model answers 401',
  'model-500': 'its model answers 500 for ever',
  'model-cut': 'every stream of its model is cut',
  'model-empty': 'its model gives empty answers',
  'exits-0-early': 'exits with code 0 before its final event',
  crashes: 'exits with another code than 0, with words on stderr',
  'tool-loop': 'would use tools for ever',
  'no-gateway': 'edits, and is given no model',
} as const;
export type Behaviour = keyof typeof behaviours;

export interface Arrangement {
  readonly agent: AgentAdapter;
  readonly job: AgentJob;
  /** What was reported so far. */
  readonly activities: readonly AgentActivity[];
  /** Runs the same job in another process whose own stdin is a FIFO that nobody closes. */
  readonly runWithOpenStdin: () => Promise<AgentResult>;
  readonly stop: (reason: unknown) => void;
  /** Command lines of processes that belong to the job. */
  readonly survivors: () => string[];
  readonly dispose: () => Promise<void>;
}

export interface AgentContractSetup {
  arrange(behaviour: Behaviour, limits?: Partial<AgentJob['limits']>): Promise<Arrangement>;
  /** Cases that this agent cannot be in, each with the reason. */
  readonly notApplicable: Partial<Record<Behaviour, string>>;
  /** Values that must not be found in its environment. */
  readonly secrets: readonly string[];
  /** Variables it makes itself that only look like keys. */
  readonly harmless: readonly string[];
}

/** The obligations of types.ts. Every adapter passes them against real processes. */
export function describeAgentContract(name: string, setup: AgentContractSetup): void {
  async function withArrangement(
    behaviour: Behaviour,
    check: (arrangement: Arrangement) => Promise<void>,
    limits?: Partial<AgentJob['limits']>,
  ): Promise<void> {
    const arrangement = await setup.arrange(behaviour, limits);
    try {
      await check(arrangement);
      expect(await settled(arrangement)).toEqual([]);
    } finally {
      await arrangement.dispose();
    }
  }

  /** A case, or the stated reason why this agent cannot be in it. */
  function when(behaviour: Behaviour, title: string, verifyCase: () => Promise<void>): void {
    const reason = setup.notApplicable[behaviour];
    it(`${reason === undefined ? '' : `does not apply (${reason}): `}${title}`, async () => {
      await (reason === undefined ? verifyCase() : expect(reason).not.toBe(''));
    });
  }

  describe(`agent contract: ${name}`, () => {
    when('edits', 'makes its edit, completes, and reports what it does', () =>
      withArrangement('edits', async ({ agent, job, activities }) => {
        const result = await agent.run(job);
        expect(result).toMatchObject({ status: 'completed', error: null });
        expect(readFileSync(join(job.workspace, 'hello.txt'), 'utf8')).toBe('hello\n');
        expect(result.summary).not.toBe('');
        expect(activities.length).toBeGreaterThan(0);
      }),
    );

    when('reads-stdin', 'S6: an open FIFO on stdin cannot hang it', () =>
      withArrangement('reads-stdin', async (arrangement) => {
        expect(await arrangement.runWithOpenStdin()).toMatchObject({ status: 'completed', error: null });
        expect(existsSync(join(arrangement.job.workspace, 'hello.txt'))).toBe(true);
      }),
    );

    when('holds-stdout', 'S6: a grandchild that keeps stdout open cannot keep it from ending', () =>
      withArrangement('holds-stdout', async ({ agent, job }) => {
        expect(await agent.run(job)).toMatchObject({ status: 'completed', error: null });
        expect(existsSync(join(job.workspace, 'hello.txt'))).toBe(true);
      }),
    );

    when(
      'lingers',
      'S6: it is ended after a grace when it stays alive after its final result, and has completed',
      () =>
        withArrangement('lingers', async ({ agent, job }) => {
          expect(await agent.run(job)).toMatchObject({ status: 'completed', error: null, exitCode: 0 });
        }),
    );

    when('never-ends', 'S2: is stopped when its time is over, with an error that says so', () =>
      withArrangement(
        'never-ends',
        async ({ agent, job }) => {
          const result = await agent.run(job);
          expect(result).toMatchObject({ status: 'timed-out', error: { code: 'agent.timed-out' } });
        },
        { attemptMs: 4_000, silenceMs: 60_000 },
      ),
    );

    when('silent', 'S2: is stopped when it says nothing for too long', () =>
      withArrangement(
        'silent',
        async ({ agent, job }) => {
          const result = await agent.run(job);
          expect(result.status).toBe('timed-out');
          // Some print something before they fall silent, others never begin.
          expect(result.error?.code).toMatch(/^agent\.(?:silent|no-first-output)$/);
        },
        { silenceMs: 3_000 },
      ),
    );

    when('tool-runs', 'S4: when it is stopped, no process of it survives', () =>
      withArrangement('tool-runs', async (arrangement) => {
        const { agent, job, activities, survivors } = arrangement;
        const running = agent.run(job);
        await expect.poll(() => activities.length, { timeout: 30_000 }).toBeGreaterThan(0);
        await expect.poll(() => existsSync(join(job.workspace, 'started')), { timeout: 30_000 }).toBe(true);
        expect(survivors()).not.toEqual([]);
        arrangement.stop({ by: 'somebody', reason: 'not needed any more' });
        expect(await running).toMatchObject({
          status: 'stopped',
          error: { code: 'agent.stopped', why: 'not needed any more' },
        });
      }),
    );

    when('edits', 'does not start at all when it was stopped before', () =>
      withArrangement('edits', async ({ agent, job, stop }) => {
        stop('too late');
        expect(await agent.run(job)).toMatchObject({ status: 'stopped', error: { why: 'too late' } });
        expect(existsSync(join(job.workspace, 'hello.txt'))).toBe(false);
      }),
    );

    for (const behaviour of ['model-401', 'model-500', 'model-cut', 'model-empty'] as const) {
      when(behaviour, `M1, M3: fails with a typed error when ${behaviours[behaviour]}`, () =>
        withArrangement(behaviour, async ({ agent, job }) => {
          const result = await agent.run(job);
          expect(result).toMatchObject({ status: 'failed', error: { code: 'agent.model-error' } });
          expect(result.error?.why).not.toBe('');
          if (behaviour === 'model-401') expect(result.error?.fields['status']).toBe(401);
        }),
      );
    }

    when('exits-0-early', 'M1: an exit code of 0 without its final event is a failure', () =>
      withArrangement('exits-0-early', async ({ agent, job }) => {
        expect(await agent.run(job)).toMatchObject({
          status: 'failed',
          exitCode: 0,
          error: { code: 'agent.no-terminal-event' },
        });
      }),
    );

    when('crashes', 'M3: a crash is a failure with its exit code and its last words', () =>
      withArrangement('crashes', async ({ agent, job }) => {
        const result = await agent.run(job);
        expect(result).toMatchObject({ status: 'failed', exitCode: 3, error: { code: 'agent.failed' } });
        expect(result.error?.why).toContain('out of ideas');
        expect(result.stderr).toContain('out of ideas');
      }),
    );

    when('tool-loop', 'S2: is ended at its turn limit', () =>
      withArrangement(
        'tool-loop',
        async ({ agent, job }) => {
          expect(await agent.run(job)).toMatchObject({
            status: 'failed',
            error: { code: 'agent.turn-limit' },
          });
        },
        { turns: 3 },
      ),
    );

    when('prints-environment', 'D5: no key is in its environment but the gateway token', () =>
      withArrangement('prints-environment', async ({ agent, job }) => {
        expect(await agent.run(job)).toMatchObject({ status: 'completed' });
        const environment = readFileSync(join(job.workspace, 'environment.txt'), 'utf8');
        expect(environment).toContain('PATH=');
        expect(setup.secrets.filter((secret) => environment.includes(secret))).toEqual([]);
        const suspicious = environment
          .split(/[\n\0]/)
          .filter((line) => /^\w*(?:KEY|TOKEN|SECRET|PASSWORD)(?:_\w*)?=/.test(line))
          .filter((line) => !setup.harmless.some((variable) => line.startsWith(`${variable}=`)))
          .filter((line) => job.gateway === null || !line.endsWith(`=${job.gateway.token}`));
        expect(suspicious).toEqual([]);
      }),
    );

    when('no-gateway', 'says which setting is missing when it has no model', () =>
      withArrangement('no-gateway', async ({ agent, job }) => {
        const result = await agent.run(job);
        expect(result).toMatchObject({
          status: 'failed',
          error: { code: 'agent.no-model', kind: 'needs-human' },
        });
      }),
    );

    it('is found, or says how to install it', async () => {
      const arrangement = await setup.arrange('edits');
      try {
        expect(await arrangement.agent.detect()).toMatchObject({
          agent: arrangement.agent.name,
          available: true,
          error: null,
        });
      } finally {
        await arrangement.dispose();
      }
    });
  });
}

/** What is left of the job's processes once the last dying ones are gone. */
async function settled({ survivors }: Arrangement): Promise<string[]> {
  const deadline = Date.now() + 5_000;
  while (survivors().length > 0 && Date.now() < deadline) {
    await new Promise((resolve) => {
      setTimeout(resolve, 25);
    });
  }
  return survivors();
}
