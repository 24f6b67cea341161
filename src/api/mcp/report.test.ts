import { describe, expect, it } from 'vitest';
import type { RunDetails, WhyResponse } from '../contract.ts';
import { reportData, reportMarkdown } from './report.ts';

const details = {
  run: {
    id: 'abc',
    spec: { ticket: { key: null, title: 'Title\n# Not a heading\u001b[31m', body: '' }, repository: 'a|b' },
    state: 'cancelled',
    stage: null,
    attempt: 0,
    createdAt: '2026-01-01T00:00:00.000Z',
    startedAt: null,
    endedAt: '2026-01-01T00:00:01.000Z',
    durationMs: 1000,
    usage: { inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0, turns: 0 },
    cost: { usd: 0, status: 'known' },
    waitReason: null,
    waitDetail: null,
    delivery: null,
    error: null,
  },
  plan: null,
  attempts: [],
  progress: null,
  activity: null,
  snapshots: [],
  rollback: null,
} as unknown as RunDetails;
const why: WhyResponse = {
  state: 'cancelled',
  class: 'c',
  headline: 'Cancelled.',
  evidence: ['one\ntwo'],
  tried: [],
  saved: [],
  next: [],
};
const parts = { details, why, diff: null };
const now = new Date('2026-01-02T00:00:00.000Z');

describe('the report of a run', () => {
  it('keeps what others wrote on its line, without control characters', () => {
    const text = reportMarkdown(parts, now);
    expect(text.split('\n')[0]).toBe('# Run abc: Title # Not a heading [31m');
    expect(text).toContain('| Repository | a\\|b |');
    expect(text).toContain('- one two');
    expect(text).not.toMatch(/[^\P{Cc}\n]/u);
  });

  it('has its figures, also of a run that ended before it started', () => {
    expect(reportData(parts, now)).toMatchObject({
      ended: true,
      durationMs: 1000,
      turns: 0,
      tokens: { total: 0 },
    });
  });

  it('says what the planner asks', () => {
    const waitDetail = {
      reason: 'The plan has 1 question.',
      planHash: 'abc123',
      commit: null,
      questions: ['Which?'],
    };
    const run = { ...details.run, state: 'waiting', waitReason: 'input', waitUntil: null, waitDetail };
    const asking = { ...details, run } as unknown as RunDetails;
    expect(reportMarkdown({ ...parts, details: asking }, now)).toMatch(
      /## Waits for\n\nThe plan has 1 question\. \(plan `abc123`\), until .*\n\n- Which\?/,
    );
    expect(reportData({ ...parts, details: asking }, now).waitsFor?.questions).toEqual(['Which?']);
  });

  it('X13: says what guards ask about a change', () => {
    const waitDetail = {
      reason: 'A guard asks.',
      planHash: null,
      commit: 'c0ffee',
      asks: ['ci-files: Look.'],
    };
    const run = { ...details.run, state: 'waiting', waitReason: 'approval', waitUntil: null, waitDetail };
    const asking = { ...details, run } as unknown as RunDetails;
    expect(reportMarkdown({ ...parts, details: asking }, now)).toContain('\n- ci-files: Look.');
    expect(reportData({ ...parts, details: asking }, now).waitsFor).toMatchObject({
      commit: 'c0ffee',
      asks: ['ci-files: Look.'],
    });
  });

  it('leaves out what there is nothing to say about', () => {
    const text = reportMarkdown(parts, now);
    expect(text).not.toContain('## Plan');
    expect(text).not.toContain('## Error');
    expect(text).toContain('| Delivered | nothing |');
  });
});
