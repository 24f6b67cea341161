import { describe, expect, it } from 'vitest';
import { eventText } from './event-text.ts';

describe('an event as a line', () => {
  it('says what happened', () => {
    const error = {
      code: 'a.b',
      kind: 'permanent' as const,
      what: 'It broke.',
      why: '',
      next: '',
      fields: {},
      causes: [],
    };
    expect(
      eventText({
        type: 'run.state-changed',
        data: { from: 'running', to: 'failed', waitReason: null, error },
      }),
    ).toBe('running to failed: It broke.');
    expect(eventText({ type: 'stage.started', data: { stage: 'plan', attempt: 0 } })).toBe('plan started');
  });

  it('is one line without terminal escapes, of bounded length', () => {
    const text = `\u001b[31mred\u001b[0m\nnext ${'x'.repeat(5000)}`;
    const line = eventText({
      type: 'agent.activity',
      data: { attempt: 1, kind: 'message', name: null, text },
    });
    expect(line).toMatch(/^message {2}?\[31mred \[0m next x+…$/);
    expect(line.length).toBeLessThan(510);
  });
});
