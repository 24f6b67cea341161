import { describe, expect, it } from 'vitest';
import { type CheckResult, type Diagnostic, type Verdict, verdictSchema } from '../../src/domain/verdict.ts';
import { compareRight, compareWrong } from './compare.ts';

const diagnostic: Diagnostic = {
  category: 'type_error',
  severity: 'error',
  message: 'no',
  file: 'a.ts',
  line: 3,
  symbol: 'TS2322',
  hint: null,
  fingerprint: 'f',
};
const failing: CheckResult = {
  check: { name: 'typecheck', kind: 'typecheck', argv: ['tsc'], timeoutMs: 1, source: 'tsconfig.json' },
  status: 'failed',
  exitCode: 2,
  durationMs: 1,
  output: '',
  diagnostics: [diagnostic],
};
const caseFields = { name: 'a', before: [], change: [{ delete: 'a.ts' }], quick: false };
const expected = { check: ['typecheck' as const], category: ['type_error'], file: ['a.ts'], at: 'x' };
const guard = {
  guard: 'secrets',
  action: 'block',
  message: 'm',
  file: 'a.ts',
  line: 1,
  evidence: '',
  hint: '',
  fingerprint: 'g',
} as const;

describe('compareWrong', () => {
  it('V4: accepts the expected problem of the expected check', () => {
    const spec = { ...caseFields, expect: expected };
    expect(
      compareWrong(spec, verdictWith({ introduced: [diagnostic], results: [failing] }), () => 3),
    ).toEqual([]);
  });

  it('V4: names what differs: category, file, line, symbol', () => {
    const spec = {
      ...caseFields,
      expect: { ...expected, category: ['lint'], file: ['b.ts'], symbol: ['x'] },
    };
    const verdict = verdictWith({ introduced: [diagnostic], results: [failing] });
    expect(compareWrong(spec, verdict, () => 4)).toEqual([
      'type_error instead of lint, file a.ts instead of b.ts, line 3 instead of 4, symbol TS2322 instead of x',
    ]);
  });

  it('V3: does not count an old problem', () => {
    const spec = { ...caseFields, expect: expected };
    const other = { ...diagnostic, fingerprint: 'other', file: 'c.ts' };
    const verdict = verdictWith({ introduced: [other], preexisting: [diagnostic], results: [failing] });
    expect(compareWrong(spec, verdict, () => 3)).toEqual([
      'no new failure of typecheck; not passed: typecheck',
    ]);
  });

  it('does not accept a passed verdict', () => {
    const spec = { ...caseFields, expect: expected };
    expect(compareWrong(spec, verdictWith({ status: 'passed' }), () => 3)).toEqual([
      'passed instead of failed',
    ]);
  });

  it('V7: wants the guard with its action and file', () => {
    const spec = {
      ...caseFields,
      expect: { guard: 'secrets' as const, action: 'block' as const, file: 'a.ts' },
    };
    expect(compareWrong(spec, verdictWith({ guards: [guard] }), () => null)).toEqual([]);
    expect(compareWrong(spec, verdictWith({}), () => null)).toEqual([
      'secrets says nothing instead of block in a.ts',
    ]);
  });
});

describe('compareRight', () => {
  const spec = { ...caseFields, mayTell: [] };

  it('V7: does not accept an alarm, unless it may be told', () => {
    const warns = { ...guard, action: 'warn' as const };
    const verdict = verdictWith({ status: 'passed', guards: [warns] });
    expect(compareRight(spec, verdict)).toEqual(['false alarm of secrets (warn): m']);
    expect(compareRight({ ...spec, mayTell: ['secrets'] }, verdict)).toEqual([]);
  });

  it('V3: does not accept a red base that nobody expects, for it would hide everything', () => {
    const verdict = verdictWith({ status: 'passed', preexisting: [diagnostic], results: [failing] });
    expect(compareRight(spec, verdict)[0]).toContain('the base is red');
  });
});

function verdictWith(part: Partial<Verdict>): Verdict {
  return verdictSchema.parse({
    status: 'failed',
    commit: 'c',
    baseCommit: 'b',
    results: [],
    baseline: [],
    introduced: [],
    preexisting: [],
    warnings: [],
    fingerprint: null,
    ...part,
  });
}
