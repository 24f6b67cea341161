import { describe, expect, it } from 'vitest';
import { type EventType, eventDataSchemas, type RunEvent } from './events.ts';
import { eventTypesOf, logSources, plainLogLine, toLogLines } from './log-lines.ts';

const at = new Date(0);
const says = (text: string): RunEvent => ({
  type: 'agent.activity',
  data: { attempt: 1, kind: 'tool', name: 'bash', text },
  runId: 'r',
  seq: 3,
  at,
});

describe('a log', () => {
  it('has every kind of event in exactly one of its sources', () => {
    const all = Object.keys(eventDataSchemas) as EventType[];
    const listed = logSources.flatMap((source) => eventTypesOf(source, all));
    expect([...listed].sort()).toEqual([...all].sort());
  });

  it('breaks what an agent said into lines, whatever breaks them', () => {
    const lines = toLogLines(says('one\r\ntwo\rthree\u2028four\n\n'));
    expect(lines.map(({ label, text }) => [label, text])).toEqual([
      ['tool', 'bash one'],
      ['', 'two'],
      ['', 'three'],
      ['', 'four'],
    ]);
    expect(lines.every(({ seq, attempt, source }) => seq === 3 && attempt === 1 && source === 'agent')).toBe(
      true,
    );
  });

  it('O8: as a file has nothing that a terminal or an editor acts on', () => {
    const hostile =
      '\u001b]0;title\u0007\u001b[2J\u001b[31mred\u001b[0m\u001bPq\u001b\\ \u202Eback \u009b31m \u001b';
    const [line] = toLogLines(says(hostile)).map(plainLogLine);
    expect(line).toBe('1970-01-01T00:00:00.000Z  tool        bash red \ufffdback \ufffd31m \ufffd');
  });
});
