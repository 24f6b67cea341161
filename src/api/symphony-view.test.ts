import { describe, expect, it } from 'vitest';
import { runyardError, toErrorData } from '../domain/errors/runyard-error.ts';
import type { Run } from '../domain/run.ts';
import { symphonyIssueSchema } from './contract.ts';
import { issueOf, retryOf, sessionOf, symphonyStatus, tokensOf } from './symphony-view.ts';

const usage = { inputTokens: 10, outputTokens: 5, cacheReadTokens: 100, cacheWriteTokens: 20, turns: 3 };
const run = {
  id: 'abc',
  spec: { ticket: { key: null, title: 't', body: '' } },
  state: 'waiting',
  attempt: 1,
  recoveries: 2,
  startedAt: new Date(0),
  waitReason: 'quota',
  waitUntil: new Date(1000),
  waitDetail: {
    reason: 'the provider asks for a pause',
    planHash: null,
    commit: null,
    cause: toErrorData(runyardError('run.unexpected', { detail: 'x' })),
  },
  error: null,
  usage,
} as unknown as Run;

describe('a run in the words of the Symphony specification', () => {
  it('that waits for its provider is tried again at a known time', () => {
    expect(symphonyStatus(run)).toBe('retrying');
    expect(retryOf(run)).toEqual({
      attempt: 1,
      due_at: '1970-01-01T00:00:01.000Z',
      error: run.waitDetail?.cause?.what,
    });
    const issue = issueOf(run, [], { events: '/e' });
    expect(symphonyIssueSchema.parse(issue)).toMatchObject({
      issue_identifier: 'abc',
      running: null,
      retry: { attempt: 1 },
      attempts: { restart_count: 2, current_retry_attempt: 1 },
    });
  });

  it('that waits for a person is not tried again', () => {
    const waiting = { ...run, waitReason: 'approval' as const };
    expect(symphonyStatus(waiting)).toBe('waiting');
    expect(issueOf(waiting, [], { events: '/e' }).retry).toBeNull();
  });

  it('X13: that waits for a person says what guards ask about which commit', () => {
    const asks = ['ci-files: A workflow changes.'];
    const detail = { reason: 'A guard asks.', planHash: null, commit: 'c0ffee', asks };
    const issue = issueOf({ ...run, waitReason: 'approval', waitDetail: detail }, [], {
      events: '/e',
    });
    expect(symphonyIssueSchema.parse(issue).waits_for).toEqual({
      reason: 'approval',
      detail: 'A guard asks.',
      questions: [],
      asks,
      commit: 'c0ffee',
      due_at: '1970-01-01T00:00:01.000Z',
    });
    expect(issueOf(run, [], { events: '/e' }).waits_for).toBeNull();
  });

  it('counts what the cache took as input, and knows the attempt that has just begun', () => {
    expect(tokensOf(usage)).toEqual({ input_tokens: 130, output_tokens: 5, total_tokens: 135 });
    const started = {
      type: 'attempt.started',
      data: { attempt: 2, agent: 'a', model: null, reason: 'r' },
      runId: 'abc',
      seq: 9,
      at: new Date(5),
    } as const;
    expect(sessionOf(run, started)).toMatchObject({ session_id: 'abc-2', turn_count: 3 });
  });
});
