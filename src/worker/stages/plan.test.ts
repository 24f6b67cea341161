import { describe, expect, it } from 'vitest';
import { parsePlan } from './plan.ts';

const plan = {
  summary: 'Round prices half up.',
  subtasks: [
    {
      id: '1',
      title: 'Round',
      description: 'Use half-up rounding.',
      dependsOn: [],
      acceptanceCriteria: ['2.005 is 2.01'],
    },
  ],
  filesInScope: ['src/price.ts'],
  risks: [],
  openQuestions: [],
  estimateMinutes: 10,
};

describe('parsePlan', () => {
  it('P1: reads a plan with fences and words around it', () => {
    const answer = `Here it is:\n\`\`\`json\n${JSON.stringify(plan)}\n\`\`\`\n`;
    expect(parsePlan(answer)).toEqual({ ok: true, value: plan });
  });

  it('P1: names every rule a malformed plan breaks', () => {
    const broken = { ...plan, subtasks: [{ ...plan.subtasks[0], dependsOn: ['9'], acceptanceCriteria: [] }] };
    const parsed = parsePlan(JSON.stringify(broken));
    expect(parsed).toMatchObject({ ok: false });
    expect(parsed.ok ? [] : parsed.problems.join('\n')).toContain('acceptanceCriteria');
  });

  it('P1: refuses unknown and circular dependencies', () => {
    const second = { ...plan.subtasks[0], id: '2', dependsOn: ['1'] };
    const circular = { ...plan, subtasks: [{ ...plan.subtasks[0], dependsOn: ['2'] }, second] };
    const parsed = parsePlan(JSON.stringify(circular));
    expect(parsed.ok ? [] : parsed.problems).toContain('subtasks: dependsOn forms a cycle');
  });

  it('P1: an answer that is not JSON is refused with the reason', () => {
    expect(parsePlan('I would rather not.')).toEqual({
      ok: false,
      problems: ['the answer holds no JSON object'],
    });
    expect(parsePlan('{"summary": ')).toMatchObject({ ok: false });
  });
});
