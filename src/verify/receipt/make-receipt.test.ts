import { describe, expect, it } from 'vitest';
import { largestReceiptBytes, receiptStatement } from '../../domain/receipt.ts';
import { type CheckResult, type Diagnostic, type Verdict, verdictSchema } from '../../domain/verdict.ts';
import { checkEnvelope } from './check-envelope.ts';
import { compareRerun } from './compare-rerun.ts';
import { newSigningKey, publicKeyText, readPublicKey, readSigningKey } from './keys.ts';
import { makeReceipt, type ReceiptFacts } from './make-receipt.ts';

const key = readSigningKey(newSigningKey(), 'the test');
const trusted = [readPublicKey(publicKeyText(key), 'the test')];
const commit = 'a'.repeat(40);
const baseCommit = 'b'.repeat(40);

function result(name: string, more: Partial<CheckResult> = {}): CheckResult {
  const check = {
    name,
    kind: 'test' as const,
    argv: ['npm', 'test'],
    timeoutMs: 1000,
    source: 'package.json',
  };
  return { check, status: 'passed', exitCode: 0, durationMs: 12.5, output: 'fine', diagnostics: [], ...more };
}

function problem(fingerprint: string): Diagnostic {
  const place = { file: 'a.ts', line: 1, symbol: null, hint: null };
  return { category: 'type_error', severity: 'error', message: 'm', fingerprint, ...place };
}

function facts(verdict: Partial<Verdict> = {}, more: Partial<ReceiptFacts> = {}): ReceiptFacts {
  const whole = verdictSchema.parse({
    status: 'passed',
    commit,
    baseCommit,
    results: [result('test')],
    baseline: [result('test', { status: 'failed', exitCode: 1 })],
    introduced: [],
    preexisting: [],
    warnings: [],
    fingerprint: null,
    ...verdict,
  });
  return {
    verdict: whole,
    trees: { head: 'c'.repeat(40), base: 'd'.repeat(40) },
    repository: '/work/project',
    run: { id: 'r1', ticket: 'T-1', attempt: 1, agent: 'builtin', model: null },
    checks: { mode: 'auto', commands: null, allowUnverified: false },
    sandbox: 'bubblewrap',
    accepted: [],
    issuer: { runyard: '0.1.0', node: 'v26', platform: 'linux-x64' },
    issuedAt: new Date('2026-03-04T05:06:07Z'),
    ...more,
  };
}

const predicateOf = (given: ReceiptFacts) => receiptStatement(makeReceipt(given, key))?.predicate;

describe('a receipt', () => {
  it('X2: has equal bytes for equal facts, in whatever order their fields and problems come', () => {
    const one = facts({ preexisting: [problem('x'), problem('y'), problem('x')] });
    const other = facts({ preexisting: [problem('y'), problem('x'), problem('x')] });
    const reversed = Object.fromEntries(Object.entries(other).reverse()) as unknown as ReceiptFacts;
    expect(makeReceipt(one, key)).toEqual(makeReceipt(reversed, key));
    expect(predicateOf(one)?.comparison.preexisting).toEqual({ count: 3, fingerprints: ['x', 'y'] });
  });

  it('X2: says how each check ended on both sides', () => {
    expect(predicateOf(facts())?.checks[0]).toMatchObject({
      name: 'test',
      argv: ['npm', 'test'],
      status: 'passed',
      baseline: { status: 'failed', exitCode: 1 },
    });
  });

  it('X2: has a bound, whatever a hostile repository puts into the verdict, and still verifies', () => {
    const long = '\ud83d\ude80\u0000"\\'.repeat(100_000);
    const check = { ...result('x').check, argv: Array.from({ length: 200 }, () => long), source: long };
    const results = Array.from({ length: 500 }, (_, index) =>
      result('x', { check: { ...check, name: `${index}${long}` }, edited: [long, long], toolVersion: long }),
    );
    const warnings = Array.from({ length: 500 }, () => long);
    const envelope = makeReceipt(facts({ results, baseline: results, warnings }), key);
    expect(envelope.payload.length).toBeLessThan(largestReceiptBytes);
    expect(checkEnvelope(JSON.stringify(envelope), trusted).statement?.predicate.checksCount).toBe(500);
  });

  it('X2: has no secret of what it tells: credentials in addresses, tokens in commands', () => {
    const token = `ghp_${'a1B2'.repeat(9)}`;
    const argv = ['curl', `--header=${token}`];
    const results = [result('x', { check: { ...result('x').check, argv } })];
    const repository = 'https://me:hunter2hunter2@example.com/project.git';
    const text = JSON.stringify(predicateOf(facts({ results, warnings: [token] }, { repository })));
    expect(text).not.toContain(token);
    expect(text).not.toContain('hunter2');
    expect(text).toContain('https://example.com/project.git');
  });
});

describe('the checks of a receipt, run again', () => {
  it('X2: differ where one ended otherwise, is gone, or is new', () => {
    const receipt = predicateOf(facts({ results: [result('lint'), result('test')] }));
    const again = facts({
      results: [result('test', { status: 'failed' }), result('build')],
      status: 'failed',
    });
    expect(receipt && compareRerun(receipt, again.verdict)).toEqual([
      { check: null, before: 'passed', now: 'failed' },
      { check: 'lint', before: 'passed', now: 'not there any more' },
      { check: 'test', before: 'passed', now: 'failed' },
      { check: 'build', before: 'not there', now: 'passed' },
    ]);
    expect(
      receipt && compareRerun(receipt, facts({ results: [result('lint'), result('test')] }).verdict),
    ).toEqual([]);
  });
});
