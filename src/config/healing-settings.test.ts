import { describe, expect, it } from 'vitest';
import { healingSettings } from './healing-settings.ts';

function problems(actions: Readonly<Record<string, string>>): string[] {
  const parsed = healingSettings.safeParse({ actions });
  return parsed.error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`) ?? [];
}

describe('X9: healing.actions', () => {
  it('takes categories and classes, and has defaults', () => {
    const actions = { timeout: 'retry', environment: 'ask', rate_limit: 'park' };
    expect(healingSettings.parse({ actions })).toEqual({ actions, patience: 2, verifyAgain: 2 });
    expect(healingSettings.parse({})).toEqual({ actions: {}, patience: 2, verifyAgain: 2 });
  });

  it('names what does not exist', () => {
    expect(problems({ timeouts: 'retry' })).toEqual([
      'actions.timeouts: is no category or class of failures; docs/healing.md lists them',
    ]);
    expect(problems({ timeout: 'retri', none: 'ask' })).toEqual([
      expect.stringMatching(/^actions\.timeout: retri is no action; it may be one of: retry, /),
      expect.stringContaining('actions.none: is no category'),
    ]);
    expect(problems({ network: 'park' })).toEqual([
      expect.stringContaining('actions.network: only these can be parked'),
    ]);
  });
});
