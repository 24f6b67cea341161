import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Check, type CheckKind, checkKinds } from '../domain/verdict.ts';
import { needsOf, nextActions, type ScheduledCheck } from './schedule.ts';

function check(name: string, kind: CheckKind, needs?: readonly string[]): Check {
  const argv = ['npm', 'run', name];
  return { name, kind, argv, timeoutMs: 1000, source: 'x', ...(needs && { needs: [...needs] }) };
}

interface Run {
  /** `name@lane`, as they began. */
  readonly began: string[];
  readonly left: Record<string, string>;
  /** Most checks that ran at the same time. */
  readonly width: number;
}

interface Setting {
  readonly lanes: number;
  readonly worse?: readonly string[];
  readonly stopEarly?: boolean;
  /** Which of the running ones ends next. */
  readonly pick?: (running: number) => number;
}

/** Plays a plan to its end: what runs ends one after the other. */
function play(
  checks: readonly Check[],
  { lanes, worse = [], stopEarly = true, pick = () => 0 }: Setting,
): Run {
  const states = new Map<string, Pick<ScheduledCheck, 'state' | 'lane'>>(
    checks.map(({ name }) => [name, { state: 'waiting', lane: null }]),
  );
  const last = Array.from({ length: lanes }, () => -1);
  const found: CheckKind[] = [];
  const run: { began: string[]; left: Record<string, string>; width: number } = {
    began: [],
    left: {},
    width: 0,
  };
  let running: string[] = [];
  for (let round = 0; round <= 3 * checks.length; round += 1) {
    const busy = new Set(running.map((name) => states.get(name)?.lane));
    const actions = nextActions({
      checks: checks.map((one) => ({
        name: one.name,
        kind: one.kind,
        needs: needsOf(one, checks),
        ...(states.get(one.name) ?? { state: 'ended', lane: null }),
      })),
      lanes: last.map((at, number) => ({ last: at, isIdle: !busy.has(number) })),
      worse: found,
      stopEarly,
    });
    for (const action of actions) {
      if (action.kind === 'leave') {
        run.left[action.check] = action.why;
        states.set(action.check, { state: 'left', lane: states.get(action.check)?.lane ?? null });
        running = running.filter((name) => name !== action.check);
        continue;
      }
      expect(states.get(action.check)?.state).toBe('waiting');
      states.set(action.check, { state: 'running', lane: action.lane });
      last[action.lane] = checks.findIndex(({ name }) => name === action.check);
      running.push(action.check);
      run.began.push(`${action.check}@${action.lane}`);
    }
    run.width = Math.max(run.width, running.length);
    if (running.length === 0 && actions.length === 0) break;
    if (running.length === 0) continue;
    const [ended = ''] = running.splice(pick(running.length), 1);
    states.set(ended, { state: 'ended', lane: states.get(ended)?.lane ?? null });
    const kind = checks.find(({ name }) => name === ended)?.kind;
    if (kind && worse.includes(ended)) found.push(kind);
  }
  expect([...states.values()].every(({ state }) => state === 'ended' || state === 'left')).toBe(true);
  return run;
}

const usual = [
  check('typecheck', 'typecheck', []),
  check('lint', 'lint', []),
  check('build', 'build', []),
  check('imports', 'imports', []),
  check('test', 'test', []),
];

describe('V1: the order of checks', () => {
  it('is that of the plan where only one may run', () => {
    expect(play(usual, { lanes: 1 }).began).toEqual([
      'typecheck@0',
      'lint@0',
      'build@0',
      'imports@0',
      'test@0',
    ]);
  });

  it('begins with the tests beside the others where two may run', () => {
    expect(play(usual, { lanes: 2 }).began.slice(0, 2)).toEqual(['test@0', 'typecheck@1']);
  });

  it('has a check that says nothing of its needs wait for all that make files, in their tree', () => {
    const plan = [check('build', 'build'), check('lint', 'lint'), check('test', 'test')];
    const { began } = play(plan, { lanes: 4 });
    expect(began).toEqual(['build@0', 'lint@0', 'test@0']);
  });

  it('has tests that need a build run in its tree, and a linter beside them', () => {
    const plan = [check('lint', 'lint', []), check('build', 'build', []), check('test', 'test', ['build'])];
    expect(play(plan, { lanes: 2 }).began).toEqual(['build@0', 'lint@1', 'test@0']);
  });
});

describe('V2: an early end', () => {
  it('code that does not compile: its tests and build are left out, what is cheap is not', () => {
    const run = play(usual, { lanes: 2, worse: ['typecheck'], pick: (running) => running - 1 });
    expect(Object.keys(run.left).sort()).toEqual(['build', 'test']);
    expect(run.left['test']).toContain('does not compile');
    expect(run.began).toEqual(
      ['test@0', 'typecheck@1', 'lint@0', 'imports@1'].map((name) =>
        expect.stringContaining(name.split('@')[0] ?? ''),
      ),
    );
  });

  it('a failed test leaves out what is expensive and has not begun', () => {
    const run = play(usual, { lanes: 2, worse: ['test'] });
    expect(Object.keys(run.left)).toEqual(['build']);
  });

  it('a finding of the linter leaves out nothing', () => {
    expect(play(usual, { lanes: 2, worse: ['lint'] }).left).toEqual({});
  });

  it('happens only where it is wanted', () => {
    expect(play(usual, { lanes: 2, worse: ['typecheck'], stopEarly: false }).left).toEqual({});
  });
});

const plans = fc
  .array(
    fc.record({
      kind: fc.constantFrom(...checkKinds.filter((kind) => kind !== 'install')),
      needs: fc.option(fc.array(fc.nat(12), { maxLength: 3 }), { nil: undefined }),
    }),
    { maxLength: 10 },
  )
  .map((parts) =>
    parts.map(({ kind, needs }, index) =>
      check(
        `c${index}`,
        kind,
        needs?.map((other) => `c${other}`),
      ),
    ),
  );

describe('any plan', () => {
  it('runs to its end, each check once or left out, never before what it needs and never wider than its lanes', () => {
    fc.assert(
      fc.property(
        plans,
        fc.integer({ min: 1, max: 4 }),
        fc.array(fc.nat(9)),
        fc.infiniteStream(fc.nat(3)),
        (plan, lanes, bad, picks) => {
          const worse = bad.map((index) => `c${index}`);
          const next = picks[Symbol.iterator]();
          const run = play(plan, { lanes, worse, pick: (running) => Number(next.next().value) % running });
          const began = run.began.map((entry) => entry.split('@')[0] ?? '');
          expect(new Set(began).size).toBe(began.length);
          expect(new Set([...began, ...Object.keys(run.left)]).size).toBe(plan.length);
          expect(run.width).toBeLessThanOrEqual(lanes);
          const laneOf = new Map(run.began.map((entry) => entry.split('@') as [string, string]));
          for (const one of plan) {
            for (const need of needsOf(one, plan)) {
              if (!laneOf.has(one.name) || !laneOf.has(need)) continue;
              expect(began.indexOf(need)).toBeLessThan(began.indexOf(one.name));
              expect(laneOf.get(need)).toBe(laneOf.get(one.name));
            }
          }
          if (lanes === 1) return;
          for (let lane = 0; lane < lanes; lane += 1) {
            const order = run.began
              .filter((entry) => entry.endsWith(`@${lane}`))
              .map((entry) => Number(entry.slice(1).split('@')[0]));
            expect(order).toEqual([...order].sort((a, b) => a - b));
          }
        },
      ),
    );
  });

  it('in which everything compiles and passes is run whole', () => {
    fc.assert(
      fc.property(plans, fc.integer({ min: 1, max: 4 }), (plan, lanes) => {
        expect(play(plan, { lanes }).began).toHaveLength(plan.length);
      }),
    );
  });
});
