import { describe, expect, it } from 'vitest';
import { type EventData, type EventType, parseNewEvent, type RunEvent } from './events.ts';
import { type Plan, planHash } from './plan.ts';
import { decidePlanning, decidePlanWait, planRevisions, revisionsLeft } from './plan-review.ts';
import type { RunSpec } from './run.ts';

const START = Date.parse('2026-11-21T12:00:00Z');

function plan(summary: string, openQuestions: string[] = []): Plan {
  const subtask = { id: '1', title: 'Do', description: 'It.', dependsOn: [], acceptanceCriteria: ['done'] };
  return { summary, subtasks: [subtask], filesInScope: [], risks: [], openQuestions, estimateMinutes: 5 };
}

const first = plan('First.');
const second = plan('Second.');
const asking = plan('Asking.', ['Which unit?']);

function history(...told: [EventType, object][]): RunEvent[] {
  return told.map(([type, data], index) => ({
    ...parseNewEvent(type, data),
    runId: 'r',
    seq: index + 1,
    at: new Date(START + index * 1000),
  }));
}

const proposed = (made: Plan, revision: number): [EventType, EventData<'plan.proposed'>] => [
  'plan.proposed',
  { plan: made, hash: planHash(made), revision },
];
const approved = (made: Plan): [EventType, object] => ['plan.approved', { hash: planHash(made), by: 'ada' }];
const sentBack = (made: Plan): [EventType, object] => [
  'plan.sent-back',
  { hash: planHash(made), by: 'ada', feedback: 'Smaller.' },
];
const answered = (made: Plan): [EventType, object] => [
  'plan.answered',
  { hash: planHash(made), by: 'ada', answers: [{ question: 'Which unit?', answer: 'approve' }] },
];

const revisionsOf = (...told: [EventType, object][]) => planRevisions(history(...told));

function spec(changes: Partial<RunSpec['plan']> = {}): Pick<RunSpec, 'plan'> {
  return { plan: { mode: 'auto', model: 'a/m', ...changes } };
}

describe('planRevisions', () => {
  it('P2: keeps every revision with what was decided about it, and when', () => {
    const revisions = revisionsOf(proposed(first, 1), sentBack(first), proposed(second, 2), approved(second));
    expect(revisions.map(({ revision, plan: made }) => [revision, made.summary])).toEqual([
      [1, 'First.'],
      [2, 'Second.'],
    ]);
    expect(revisions.map(({ outcome }) => outcome)).toEqual([
      { kind: 'sent-back', by: 'ada', feedback: 'Smaller.', at: '2026-11-21T12:00:01.000Z' },
      { kind: 'approved', by: 'ada', at: '2026-11-21T12:00:03.000Z' },
    ]);
  });

  it('X14: an approval of another hash than the newest approves nothing', () => {
    const revisions = revisionsOf(proposed(first, 1), sentBack(first), proposed(second, 2), approved(first));
    expect(revisions.at(-1)?.outcome).toBeNull();
  });
});

describe('decidePlanning', () => {
  it('P1: makes a plan where there is none', () => {
    expect(decidePlanning(null, [])).toEqual({ kind: 'make' });
  });

  it('P2 P3: makes another one after feedback or answers', () => {
    expect(decidePlanning(first, revisionsOf(proposed(first, 1), sentBack(first)))).toEqual({ kind: 'make' });
    const answers = revisionsOf(proposed(asking, 1), answered(asking));
    expect(decidePlanning(asking, answers)).toEqual({ kind: 'make' });
  });

  it('S5: keeps the newest one that was told, whatever the checkpoint says', () => {
    const revisions = revisionsOf(proposed(first, 1), sentBack(first), proposed(second, 2));
    expect(decidePlanning(first, revisions)).toEqual({ kind: 'keep', plan: second });
    expect(decidePlanning(null, revisionsOf(proposed(first, 1), approved(first)))).toMatchObject({
      kind: 'keep',
    });
  });

  it('S5: tells of one that its worker had made and could not tell of, without asking the model again', () => {
    const revisions = revisionsOf(proposed(first, 1), sentBack(first));
    expect(decidePlanning(second, revisions)).toEqual({ kind: 'tell', plan: second });
    expect(decidePlanning(first, [])).toEqual({ kind: 'tell', plan: first });
  });
});

describe('decidePlanWait', () => {
  it('waits for nothing when plans need no approval and nothing is asked', () => {
    expect(decidePlanWait(spec(), revisionsOf(proposed(first, 1)))).toBeNull();
    expect(decidePlanWait(spec(), [])).toBeNull();
  });

  it('X14: waits for the approval of exactly the newest revision', () => {
    const revisions = revisionsOf(proposed(first, 1), sentBack(first), proposed(second, 2));
    expect(decidePlanWait(spec({ mode: 'approve' }), revisions)).toMatchObject({
      reason: 'approval',
      detail: { planHash: planHash(second), revision: 2 },
    });
  });

  it('X14: shows a plan again that a person sent back, also where plans need no approval', () => {
    const revisions = revisionsOf(proposed(asking, 1), sentBack(asking), proposed(second, 2));
    expect(decidePlanWait(spec(), revisions)?.reason).toBe('approval');
  });

  it('X14: an answer is no approval, whatever it says', () => {
    const revisions = revisionsOf(proposed(asking, 1), answered(asking), proposed(second, 2));
    expect(decidePlanWait(spec({ mode: 'approve' }), revisions)?.reason).toBe('approval');
    expect(decidePlanWait(spec(), revisions)).toBeNull();
  });

  it('P3: asks first, and names the questions', () => {
    const wait = decidePlanWait(spec({ mode: 'approve' }), revisionsOf(proposed(asking, 1)));
    expect(wait).toMatchObject({ reason: 'input', detail: { questions: ['Which unit?'], commit: null } });
  });

  it('P3: asks nothing when questions are to be ignored', () => {
    const revisions = revisionsOf(proposed(asking, 1));
    expect(decidePlanWait(spec({ waitForAnswers: 'ignore' }), revisions)).toBeNull();
    const shown = decidePlanWait(spec({ waitForAnswers: 'ignore', mode: 'approve' }), revisions);
    expect(shown?.reason).toBe('approval');
  });

  it('goes on with what was approved, with its questions open', () => {
    expect(decidePlanWait(spec(), revisionsOf(proposed(asking, 1), approved(asking)))).toBeNull();
  });
});

describe('revisionsLeft', () => {
  it('P2: counts down from the limit of the run, never below nothing', () => {
    expect(revisionsLeft(spec(), [])).toBe(5);
    expect(revisionsLeft(spec(), revisionsOf(proposed(first, 1)))).toBe(4);
    expect(revisionsLeft(spec({ maxRevisions: 1 }), revisionsOf(proposed(first, 3)))).toBe(0);
  });
});
