import { describe, expect, it } from 'vitest';
import type { AttemptRecord } from '../domain/attempt.ts';
import { failed } from '../domain/healing-testing.ts';
import type { Diagnostic, Verdict } from '../domain/verdict.ts';
import { askPerson } from './ask-person.ts';

function ended(problem: Partial<Diagnostic>): AttemptRecord {
  const attempt = failed(2, 0, 'a');
  return { ...attempt, verdict: { ...attempt.verdict, introduced: [problem] } as unknown as Verdict };
}

describe('X9: what a run asks a person', () => {
  it('names the variable and the attempt, and waits for input', () => {
    const last = ended({ category: 'missing_env_var', symbol: 'API_URL', message: 'API_URL is not set' });
    expect(askPerson({ kind: 'ask', last, category: 'missing_env_var' })).toEqual({
      outcome: 'waiting',
      reason: 'input',
      waitMs: null,
      detail: {
        reason: 'Attempt 2 met something that only a person can mend.',
        planHash: null,
        commit: null,
        attempt: 2,
        questions: [
          'The environment variable API_URL is not set for the checks. Can you set it where Runyard runs, or say how the change should do without it? What you answer is stored and shown to the model: put no secret into it. What was said: API_URL is not set',
        ],
      },
    });
  });

  it('stays one bounded line whatever a tool said', () => {
    const last = ended({ category: 'disk_full', symbol: null, message: 'no space\n'.repeat(100_000) });
    const asked = askPerson({ kind: 'ask', last, category: 'disk_full' });
    const [question = ''] = asked.outcome === 'waiting' ? (asked.detail.questions ?? []) : [];
    expect(question).toMatch(/^The disk is full\. Can you make room\? What was said: no space no space/);
    expect(question.length).toBeLessThanOrEqual(600);
    expect(question).not.toContain('\n');
  });
});
