import { describe, expect, it } from 'vitest';
import type { CheckResult } from '../domain/verdict.ts';
import { judge } from './judge.ts';
import { parseOutput } from './parse/parse-output.ts';
import { testTallyOf } from './test-tally.ts';
import { wouldEndAlike } from './would-end-alike.ts';

const failed = (argv: string[], output: string): CheckResult => {
  const check = { name: 'test', kind: 'test' as const, argv, timeoutMs: 1000, source: 'x' };
  const tests = testTallyOf(check, output);
  const diagnostics = parseOutput(output, null);
  return {
    check,
    ...(tests ? { tests } : {}),
    status: 'failed',
    exitCode: 1,
    durationMs: 1,
    output,
    diagnostics,
  };
};
const verdict = (argv: string[], now: string, before: string) =>
  judge({
    commit: 'c',
    baseCommit: 'b',
    results: [failed(argv, now)],
    baseline: [failed(argv, before)],
    warnings: [],
  });

const go = ['go', 'test', '-v', './...'];
const cargo = ['cargo', 'test'];
const NO_MODULE =
  'a.go:4:8: example.org/x@v0.9.1: Get "https://proxy.golang.org/x.zip": dial tcp: lookup proxy.golang.org: no such host\n';
const NO_CRATE =
  "error: no matching package named `x` found\nAs a reminder, you're using offline mode (--offline) which can sometimes cause surprising resolution failures\n";
const BROKEN =
  'error[E0308]: mismatched types\n --> src/lib.rs:16:16\n  |\n\nerror: could not compile `shop` (lib) due to 1 previous error\n';

describe('V3: a red base commit on which nothing ran', () => {
  it.each([
    ['a module of Go that is not on the machine', go, NO_MODULE, 'go mod download'],
    ['a crate that is not on the machine', cargo, NO_CRATE, 'cargo vendor'],
    ['code that does not compile', cargo, BROKEN, 'no test ran'],
  ])('%s: the same failure on both sides is no pass', (_, argv, output, advice) => {
    const found = verdict(argv, output, output);
    expect(found.status).toBe('unverifiable');
    expect(found.introduced).toEqual([]);
    expect(found.warnings[0]).toContain(advice);
  });

  it('is nothing to hide behind: what is new is introduced all the same', () => {
    const worse = `${BROKEN}error[E0425]: cannot find value \`x\` in this scope\n --> src/a.rs:1:1\n`;
    expect(verdict(cargo, worse, BROKEN).status).toBe('failed');
  });

  it('is not kept where the machine lacks packages: it may have them the next time', () => {
    expect(wouldEndAlike(failed(go, NO_MODULE))).toBe(false);
    expect(wouldEndAlike(failed(cargo, BROKEN))).toBe(true);
  });

  it('go test -v without the name of any test ran none: something ended the process first', () => {
    const quiet = 'ok  \texample.org/shop\t0.003s\n';
    expect(testTallyOf({ argv: go }, quiet)).toEqual({ runners: 'go', passed: 0, failed: 0, skipped: 0 });
    expect(testTallyOf({ argv: ['make', 'test'] }, quiet)).toMatchObject({
      runners: 'go packages',
      passed: 1,
    });
  });
});
