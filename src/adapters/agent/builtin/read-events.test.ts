import { describe, expect, it } from 'vitest';
import type { AgentActivity } from '../types.ts';
import type { BuiltinEvent } from './events.ts';
import { createProgressReporter } from './progress.ts';
import { createBuiltinReader } from './read-events.ts';

const usage = { inputTokens: 1, outputTokens: 2, cacheReadTokens: 3, cacheWriteTokens: 4, turns: 5 };

function read(...lines: readonly (BuiltinEvent | string)[]) {
  const activities: AgentActivity[] = [];
  const reader = createBuiltinReader((activity) => activities.push(activity));
  for (const line of lines) reader.readLine(typeof line === 'string' ? line : JSON.stringify(line));
  return { activities, outcome: reader.outcome() };
}

describe('the stream of the built-in agent', () => {
  it('reports activities and ends with the first end event', () => {
    const { activities, outcome } = read(
      { type: 'activity', kind: 'tool', name: 'read_file', text: '{}' },
      { type: 'progress' },
      { type: 'turn', turn: 1, usage },
      { type: 'end', summary: 'Done.', usage, error: null },
      { type: 'end', summary: 'Again.', usage, error: null },
    );
    expect(activities).toEqual([{ kind: 'tool', name: 'read_file', text: '{}' }]);
    expect(outcome).toMatchObject({ summary: 'Done.', error: null, reportedUsage: usage });
  });

  it('ignores lines that are no events', () => {
    const { activities, outcome } = read('', 'hello', '{}', '{"type":"end"}', '{"type":"new"}', 'null');
    expect({ activities, outcome }).toEqual({ activities: [], outcome: null });
  });
});

describe('the progress of an answer', () => {
  it('is told at most every two seconds', () => {
    const events: BuiltinEvent[] = [];
    let time = 0;
    const report = createProgressReporter(
      (event) => events.push(event),
      () => time,
    );
    for (time = 0; time < 5_000; time += 100) report();
    expect(events).toHaveLength(3);
  });
});
