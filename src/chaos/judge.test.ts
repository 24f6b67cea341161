import { describe, expect, it } from 'vitest';
import { judge } from './judge.ts';
import type { ChaosSnapshot, SeenRun } from './snapshot.ts';

const run: SeenRun = {
  id: 'a',
  state: 'succeeded',
  epoch: 2,
  deadline: null,
  recordedTokens: 36,
  reportedTokens: 18,
};

const good: ChaosSnapshot = {
  accepted: ['a', 'b'],
  runs: [run, { ...run, id: 'b', state: 'failed' }],
  queueViolations: [],
  events: [
    { runId: 'a', seq: 1, epoch: null },
    { runId: 'a', seq: 2, epoch: 1 },
    { runId: 'a', seq: 3, epoch: 2 },
    { runId: 'b', seq: 1, epoch: 1 },
  ],
  effects: [{ runId: 'a', kind: 'deliver', epoch: 2, done: true }],
  agentsTogether: [],
  branches: [{ name: 'runyard/x-a', runId: 'a', commits: 1 }],
  sourceChanges: [],
  processes: [],
  leftovers: [],
  secrets: [],
  provider: { answers: 4, recorded: 4 },
};

const [effect] = good.effects;
const [branch] = good.branches;
if (!effect || !branch) throw new Error('the example is not complete');

const violations: readonly (readonly [number, string, Partial<ChaosSnapshot>])[] = [
  [1, 'a lost run', { accepted: ['a', 'b', 'c'] }],
  [1, 'a run that is there twice', { runs: [...good.runs, run] }],
  [1, 'a run that never ended', { runs: [{ ...run, state: 'running' }], branches: [] }],
  [1, 'a job without its run', { queueViolations: ['job-without-run'] }],
  [
    2,
    'an event of an epoch that was over',
    { events: [...good.events.slice(0, 3), { runId: 'a', seq: 4, epoch: 1 }] },
  ],
  [2, 'an event that is missing', { events: [...good.events.slice(0, 3), { runId: 'a', seq: 5, epoch: 2 }] }],
  [2, 'an event of an epoch that never was', { events: [{ runId: 'a', seq: 1, epoch: 7 }] }],
  [2, 'an effect done twice', { effects: [effect, effect] }],
  [2, 'two agents of one run at once', { agentsTogether: ['run a: 12, 13'] }],
  [3, 'two branches of one run', { branches: [branch, { ...branch, name: 'runyard/y-a' }] }],
  [3, 'two commits', { branches: [{ ...branch, commits: 2 }] }],
  [3, 'a branch of nobody', { branches: [branch, { name: 'runyard/z', runId: null, commits: 1 }] }],
  [3, 'a success without a branch', { branches: [] }],
  [3, 'a failure with a branch', { branches: [branch, { ...branch, runId: 'b' }] }],
  [4, 'a changed source', { sourceChanges: ['refs'] }],
  [5, 'a living process', { processes: ['12 sleep'] }],
  [6, 'a workspace that is left', { leftovers: ['workspaces/a'] }],
  [7, 'a secret in a log', { secrets: ['event 3 of run a'] }],
  [8, 'usage that was not recorded', { runs: [{ ...run, recordedTokens: 17 }, ...good.runs.slice(1)] }],
  [8, 'a call that was counted twice', { provider: { answers: 4, recorded: 5 } }],
];

describe('the judge of chaos', () => {
  it('X6: finds all eight conditions true after a good end', () => {
    const conditions = judge(good);
    expect(conditions.map(({ number }) => number)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(conditions.filter(({ holds }) => !holds)).toEqual([]);
  });

  it.each(violations)('X6: finds condition %i broken by %s', (number, _, planted) => {
    const broken = judge({ ...good, ...planted }).filter(({ holds }) => !holds);
    expect(broken.map((condition) => condition.number)).toContain(number);
    expect(broken.flatMap(({ evidence }) => evidence)).not.toEqual([]);
  });
});
