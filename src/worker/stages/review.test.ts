import { describe, expect, it } from 'vitest';
import { parseReview } from './review.ts';

const finding = {
  severity: 'major',
  file: 'src/a.ts',
  line: 3,
  title: 'Zero',
  detail: 'It divides by zero.',
  suggestion: '',
};
const review = { summary: 'One fault.', findings: [finding] };

describe('the answer of a reviewer', () => {
  it('L2: is read with fences and words around it', () => {
    const answer = `Here:\n\`\`\`json\n${JSON.stringify(review)}\n\`\`\``;
    expect(parseReview(answer)).toEqual({ ok: true, value: review });
  });

  it.each([
    ['is no JSON', 'Looks good to me!', 'no JSON object'],
    ['is cut off', '{"summary": "x", "findings": [}', 'not valid JSON'],
    ['approves', JSON.stringify({ ...review, approved: true }), 'approved'],
    ['commands', JSON.stringify({ ...review, findings: [{ ...finding, run: 'rm -rf /' }] }), 'run'],
    [
      'invents a severity',
      JSON.stringify({ ...review, findings: [{ ...finding, severity: 'none' }] }),
      'severity',
    ],
    [
      'has one bad finding among good ones',
      JSON.stringify({ ...review, findings: [finding, {}] }),
      'findings.1',
    ],
    [
      'has too many',
      JSON.stringify({ ...review, findings: Array.from({ length: 31 }, () => finding) }),
      'findings',
    ],
  ])('L2: that %s is used in no part', (_what, answer, says) => {
    const parsed = parseReview(answer);
    expect(parsed.ok).toBe(false);
    expect(parsed.ok ? '' : parsed.problems.join('\n')).toContain(says);
  });
});
