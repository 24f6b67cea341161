import { describe, expect, it } from 'vitest';
import { defaultHealing } from './healing-policy.ts';
import { decideVerification } from './healing-verification.ts';
import { type Diagnostic, verdictSchema } from './verdict.ts';

const problem = (change: Partial<Diagnostic>): Diagnostic => ({
  category: 'network',
  severity: 'error',
  message: 'connect ECONNREFUSED',
  file: null,
  line: null,
  symbol: null,
  hint: null,
  fingerprint: 'f',
  ...change,
});
const decide = (...introduced: readonly Diagnostic[]) =>
  decideVerification({
    verdict: verdictSchema.parse({
      status: 'failed',
      commit: 'a',
      baseCommit: 'b',
      results: [],
      baseline: [],
      introduced,
      preexisting: [],
      warnings: [],
      fingerprint: 'f',
    }),
    done: 0,
    healing: { ...defaultHealing, verifyAgain: 1 },
    random: () => 0,
  });

describe('X9: verifying a commit again', () => {
  it('is for what passes by itself', () => {
    expect(decide(problem({}))).toMatchObject({ count: 1 });
    expect(decide(problem({}), problem({ category: 'type_error' }))).toBeNull();
  });

  it('is not for a test whose further runs have spoken, whatever its words look like', () => {
    expect(decide(problem({ runAgain: true, message: 'Became flaky: failed in 1 of 3 runs' }))).toBeNull();
    expect(decide(problem({}), problem({ runAgain: true }))).toBeNull();
  });
});
