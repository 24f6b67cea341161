import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Check, type CheckKind, checkKinds } from '../domain/verdict.ts';
import type { LaneCheck } from './run-lanes.ts';
import { needsOf, nextActions, type ScheduledCheck } from './schedule.ts';
import { withParts } from './test-parts.ts';

function check(name: string, kind: CheckKind, needs?: readonly string[]): Check {
  const argv = ['npm', 'run', name];
  return { name, kind, argv, timeoutMs: 1000, source: 'x', ...(needs && { needs: [...needs] }) };
}

interface Run {
  /** `name@tree`, as they began. */
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
  readonly pick?: (running: readonly string[]) => number;
  /** With the tests of the changed files, beside the suite or before it. Absent: without them. */
  readonly parts?: 'beside' | 'before';
}

/** Plays a plan to its end: what runs ends one after the other. */
function play(plan: readonly Check[], setting: Setting): Run {
  const { lanes, worse = [], stopEarly = true, pick = () => 0, parts } = setting;
  const checks: readonly LaneCheck[] = parts
    ? withParts(plan, parts === 'beside')
    : plan.map((check) => ({ check, needs: needsOf(check, plan), partOf: null }));
  const states = new Map<string, Pick<ScheduledCheck, 'state' | 'lane'>>(
    checks.map(({ check }) => [check.name, { state: 'waiting', lane: null }]),
  );
  const last = Array.from({ length: lanes }, (_, tree) => ({ at: -1, tree }));
  let trees = lanes;
  const found: CheckKind[] = [];
  const worseInPart: string[] = [];
  const run: { began: string[]; left: Record<string, string>; width: number } = {
    began: [],
    left: {},
    width: 0,
  };
  let running: string[] = [];
  const isAwaited = (name: string) => states.get(`${name}:changed`)?.state === 'waiting';
  for (let round = 0; round <= 3 * checks.length; round += 1) {
    const busy = new Set(running.map((name) => states.get(name)?.lane));
    const actions = nextActions({
      checks: checks.map(({ check, needs, partOf }) => ({
        name: check.name,
        kind: check.kind,
        needs,
        partOf: partOf?.name ?? null,
        ...(states.get(check.name) ?? { state: 'ended', lane: null }),
      })),
      lanes: last.map(({ at }, number) => ({ last: at, isIdle: !busy.has(number) })),
      worse: found,
      worseInPart,
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
      const at = checks.findIndex(({ check }) => check.name === action.check);
      const tree = action.isFresh ? trees++ : (last[action.lane]?.tree ?? -1);
      last[action.lane] = { at, tree };
      running.push(action.check);
      run.began.push(`${action.check}@${tree}`);
    }
    run.width = Math.max(run.width, running.length);
    if (running.length === 0 && actions.length === 0) break;
    if (running.length === 0) continue;
    // A suite is not through before its part is: whoever waits for ever would show here.
    const able = running.filter((name) => !running.includes(`${name}:changed`) && !isAwaited(name));
    expect(able).not.toEqual([]);
    const ended = able.at(pick(able)) ?? '';
    running = running.filter((name) => name !== ended);
    states.set(ended, { state: 'ended', lane: states.get(ended)?.lane ?? null });
    const one = checks.find(({ check }) => check.name === ended);
    if (!one || !worse.includes(ended)) continue;
    found.push(one.check.kind);
    if (one.partOf) worseInPart.push(one.partOf.name);
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

describe('V1: a lane that could only go back', () => {
  const plan = [check('lint', 'lint', []), check('typecheck', 'typecheck', []), check('test', 'test', [])];

  it('goes on in a new tree, so that what is short at the end of a lane leaves no core idle', () => {
    const { began } = play(plan, { lanes: 2, pick: (running) => running.indexOf('test') });
    expect(began).toEqual(['test@0', 'lint@1', 'typecheck@2']);
  });

  it('keeps its tree for a check that needs what was made in it', () => {
    const bound = [
      check('lint', 'lint', []),
      check('typecheck', 'typecheck', []),
      check('build', 'build', []),
      check('size', 'custom', []),
      check('test', 'test', ['build']),
    ];
    const order = ['build', 'test'];
    const pick = (running: readonly string[]) =>
      Math.max(
        0,
        running.findIndex((name) => order.includes(name)),
      );
    const { began } = play(bound, { lanes: 2, pick });
    expect(began.filter((entry) => order.includes(entry.split('@')[0] ?? ''))).toEqual(['build@0', 'test@0']);
  });
});

describe('V2: tests of the changed files', () => {
  it('run beside the suite, before all else, where neither can disturb the other', () => {
    const { began } = play(usual, { lanes: 2, parts: 'beside' });
    expect(began.slice(0, 2)).toEqual(['test@0', 'test:changed@1']);
  });

  it('leave nothing behind for what stands before the suite: the lane goes on in a new tree', () => {
    const pick = (running: readonly string[]) => Math.max(0, running.indexOf('test:changed'));
    const { began } = play(usual, { lanes: 2, parts: 'beside', pick });
    expect(began.slice(0, 3)).toEqual(['test@0', 'test:changed@1', 'typecheck@2']);
  });

  it('run right before the suite, in its tree, where they could, or where the suite needs a build', () => {
    expect(play(usual, { lanes: 2, parts: 'before' }).began.slice(0, 3)).toEqual([
      'test:changed@0',
      'typecheck@1',
      'test@0',
    ]);
    const plan = [check('lint', 'lint', []), check('build', 'build', []), check('test', 'test', ['build'])];
    expect(play(plan, { lanes: 2, parts: 'beside' }).began).toEqual([
      'build@0',
      'lint@1',
      'test:changed@0',
      'test@0',
    ]);
  });

  it.each(['beside', 'before'] as const)(
    'end the suite when they fail (%s), also where nothing ends early',
    (parts) => {
      const pick = (running: readonly string[]) => Math.max(0, running.indexOf('test:changed'));
      for (const stopEarly of [true, false]) {
        const { left } = play(usual, { lanes: 2, worse: ['test:changed'], stopEarly, parts, pick });
        expect(left['test']).toContain('tests of the changed files fail');
      }
    },
  );

  it('are not ended with the suite when the change does not compile, and are not begun after that', () => {
    const pick = (running: readonly string[]) => Math.max(0, running.indexOf('typecheck'));
    const two = play(usual, { lanes: 3, worse: ['typecheck'], parts: 'beside', pick });
    expect(Object.keys(two.left).sort()).toEqual(['build', 'test']);
    const one = play(usual, { lanes: 1, worse: ['typecheck'], parts: 'before' });
    expect(Object.keys(one.left).sort()).toEqual(['build', 'test', 'test:changed']);
  });

  it('are no check of their own where the plan has one of that name', () => {
    const plan = [check('test', 'test', []), check('test:changed', 'test', [])];
    expect(withParts(plan, true).map(({ check: { name }, partOf }) => [name, partOf?.name])).toEqual([
      ['test:changed:changed', 'test:changed'],
      ['test', undefined],
      ['test:changed', undefined],
    ]);
  });
});

describe('V2: an early end', () => {
  it('code that does not compile: its tests and build are left out, what is cheap is not', () => {
    const run = play(usual, { lanes: 2, worse: ['typecheck'], pick: (running) => running.length - 1 });
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
          const run = play(plan, { lanes, worse, pick: ({ length }) => Number(next.next().value) % length });
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
          for (let tree = 0; tree < lanes + plan.length; tree += 1) {
            const order = run.began
              .filter((entry) => entry.endsWith(`@${tree}`))
              .map((entry) => Number(entry.slice(1).split('@')[0]));
            expect(order).toEqual([...order].sort((a, b) => a - b));
          }
        },
      ),
    );
  });

  it('with tests of the changed files ends as well, and never runs them after the suite', () => {
    fc.assert(
      fc.property(
        plans,
        fc.record({
          lanes: fc.integer({ min: 1, max: 4 }),
          parts: fc.constantFrom('beside', 'before'),
          stopEarly: fc.boolean(),
        }),
        fc.array(fc.nat(9)),
        fc.infiniteStream(fc.nat(3)),
        (plan, setting, bad, picks) => {
          const worse = bad.flatMap((index) => [`c${index}`, ...(index % 2 ? [`c${index}:changed`] : [])]);
          const next = picks[Symbol.iterator]();
          const pick = ({ length }: readonly string[]) => Number(next.next().value) % length;
          const { began, left, width } = play(plan, { ...setting, worse, pick });
          const names = began.map((entry) => entry.split('@')[0] ?? '');
          expect(width).toBeLessThanOrEqual(setting.lanes);
          expect(new Set(names).size).toBe(names.length);
          for (const { name } of plan) {
            expect(names.includes(name) || name in left).toBe(true);
            if (!names.includes(name) || !names.includes(`${name}:changed`)) continue;
            const isAfter = names.indexOf(`${name}:changed`) > names.indexOf(name);
            expect(isAfter && setting.parts === 'before').toBe(false);
          }
          if (setting.lanes === 1) return;
          for (let tree = 0; tree < setting.lanes + names.length; tree += 1) {
            const inTree = names.filter((_, index) => began[index]?.endsWith(`@${tree}`));
            const places = inTree.map((name) => plan.findIndex((one) => name.split(':')[0] === one.name));
            expect(places).toEqual([...places].sort((a, b) => a - b));
          }
        },
      ),
    );
  });

  it('begins what hangs together only where all of it lies ahead', () => {
    const plan = [
      check('c0', 'test', []),
      check('c1', 'lint', []),
      check('c2', 'lint', []),
      check('c3', 'test', []),
      check('c4', 'typecheck', []),
      check('c5', 'typecheck', ['c2', 'c4']),
    ];
    const pick = (names: readonly string[]) => names.findIndex((name) => name !== 'c1');
    const { began } = play(plan, { lanes: 2, stopEarly: false, pick });
    expect(began).toEqual(['c0@0', 'c1@1', 'c3@0', 'c2@2', 'c4@2', 'c5@2']);
  });

  it('in which everything compiles and passes is run whole', () => {
    fc.assert(
      fc.property(plans, fc.integer({ min: 1, max: 4 }), (plan, lanes) => {
        expect(play(plan, { lanes }).began).toHaveLength(plan.length);
      }),
    );
  });
});
