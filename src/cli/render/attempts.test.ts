import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { AttemptsResponse, AttemptView } from '../../api/contract.ts';
import { noUsage } from '../../domain/usage.ts';
import type { RenderOptions } from '../print-answer.ts';
import { createStyle } from '../terminal.ts';
import { renderAttempts } from './attempts.ts';

type Check = AttemptView['checks'][number];
type Problem = Check['diagnostics'][number];

const at = '2026-11-21T12:00:00.000Z';
const problem = (message: string, isNew: boolean): Problem => ({
  category: 'typescript.type',
  severity: 'error',
  message,
  file: 'src/a.ts',
  line: 7,
  symbol: null,
  hint: isNew ? `Mend ${message}.` : null,
  fingerprint: message,
  isNew,
});
const check = (name: string, judgement: Check['judgement'], diagnostics: Problem[] = []): Check => ({
  name,
  kind: 'custom',
  command: ['npm', 'run', name],
  source: `package.json scripts.${name}`,
  status: judgement === 'passed' ? 'passed' : 'failed',
  baseStatus: judgement === 'old-failure' ? 'failed' : 'passed',
  judgement,
  exitCode: 1,
  durationMs: 900,
  output: '',
  diagnostics,
});
const spent = { usage: noUsage, cacheShare: null, cost: { usd: 0.25, status: 'known' } } as const;
const first: AttemptView = {
  number: 1,
  state: 'finished',
  stage: 'test',
  rung: 0,
  agent: 'builtin',
  model: 'acme/large',
  reason: 'first attempt',
  startedAt: at,
  endedAt: at,
  durationMs: 5000,
  outcome: 'checks-failed',
  why: `types: 2 new problems ${'and more '.repeat(40)}`,
  error: null,
  summary: `\x1b[31m${'y'.repeat(200)}`,
  ...spent,
  reportedUsage: null,
  commit: 'a'.repeat(40),
  hasDiff: true,
  verdict: {
    status: 'failed',
    commit: 'a',
    baseCommit: 'b',
    introduced: 12,
    preexisting: 5,
    warnings: ['One check was slow.'],
  },
  checks: [
    check('types', 'new-failure', [
      ...Array.from({ length: 12 }, (_, index) => problem(`new ${index + 1}`, true)),
      problem('old 1', false),
    ]),
    check(
      'lint',
      'old-failure',
      [2, 3, 4, 5].map((index) => problem(`old ${index}`, false)),
    ),
    check('build', 'not-run'),
    check('test', 'passed'),
  ],
};
const second: AttemptView = {
  ...first,
  number: 2,
  state: 'interrupted',
  stage: 'implement',
  durationMs: null,
  outcome: null,
  why: null,
  commit: null,
  hasDiff: false,
  verdict: null,
  checks: [],
};
const answer: AttemptsResponse = {
  run: '4k2jtestrun1',
  stages: [],
  planning: spent,
  attempts: [first, second],
};

function render(columns: number, colour = false, of = answer): string {
  const options: RenderOptions = {
    terminal: { columns, style: createStyle(colour) },
    program: 'bin/runyard',
    flags: ' --data-dir /data',
    now: new Date(at),
  };
  return renderAttempts(of, options);
}

describe('runyard show --attempts', () => {
  it('V3: tells failures that the change caused apart from those that were there before', () => {
    const text = render(100);
    expect(text).toMatch(/types +new failure +passed/);
    expect(text).toMatch(/lint +old failure +failed/);
    expect(text).toMatch(/build +could not run/);
    const [, fresh = '', old = ''] = text.split(
      /New, caused by the change: 12\n|Old, on the base commit too: 5\n/,
    );
    expect(fresh).toContain('src/a.ts:7 new 1\n    Mend new 1.\n');
    expect(fresh).toContain('and 2 more');
    expect(fresh).not.toContain('old 1');
    expect(old).toContain('src/a.ts:7 old 3\n  and 2 more');
    expect(text).toContain('failed: 12 new problems; 5 old ones not counted');
  });

  it('names the command for the change of each attempt that has one', () => {
    const text = render(100);
    expect(text).toContain('bin/runyard diff 4k2jtestrun1 --attempt 1 --data-dir /data');
    expect(text).not.toContain('--attempt 2');
    expect(text).toContain('Attempt 2   interrupted in implement\n');
  });

  it.each([60, 80, 120, 200])('D7: fits %i columns but for commands, and is ASCII', (columns) => {
    for (const colour of [false, true])
      for (const line of render(columns, colour).split('\n').map(stripVTControlCharacters)) {
        expect(line).toMatch(/^[\x20-\x7e]*$/);
        if (!line.includes('bin/runyard')) expect(line.length).toBeLessThanOrEqual(columns);
      }
  });

  it('says so when there is none yet', () => {
    expect(render(80, false, { ...answer, attempts: [] })).toBe('The run has made no attempt yet.');
  });
});
