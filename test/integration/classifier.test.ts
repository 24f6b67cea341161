import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { type LabelledFailure, readLabelled, score } from '../../bench/classifier/score.ts';
import { adversarialTexts } from '../../bench/classifier/timing.ts';
import { classify } from '../../src/verify/classify/classify.ts';

const root = path.join(import.meta.dirname, '../..');
const ours = ({ text, exit_code: exitCode, tool }: LabelledFailure) => classify({ text, exitCode, tool });
const missesOf = (misses: readonly { id: string; what: string; expected: string; said: string }[]) =>
  misses.filter(({ what }) => what === 'category' || what === 'transient');

describe('V4: labelled outputs of real tools', () => {
  it.each([
    'bench/classifier/failures.dev.jsonl',
    'test/fixtures/failures/improve.jsonl',
    'test/fixtures/failures/held-out.jsonl',
    'test/fixtures/failures/fresh.jsonl',
    'test/fixtures/failures/fresh3.jsonl',
  ])('%s: at least 95 % are right, and what is called transient is', (file) => {
    const { lenient, transientPrecision, falseAlarms, misses } = score(
      readLabelled(path.join(root, file)),
      ours,
    );
    expect(lenient, JSON.stringify(missesOf(misses))).toBeGreaterThanOrEqual(0.95);
    expect(transientPrecision).toBeGreaterThanOrEqual(0.97);
    expect(falseAlarms).toBe(0);
  });

  it('each names the rule that decided', () => {
    for (const failure of readLabelled(path.join(root, 'bench/classifier/failures.dev.jsonl')))
      expect(ours(failure).rule, failure.id).toMatch(/^[a-z-]+\/\S+/);
  });
});

describe('V4: text made to be slow', () => {
  it.each(Object.entries(adversarialTexts))('%s gives an answer', (_name, text) => {
    expect(classify({ text, exitCode: 1 }).category).not.toBe('none');
  });
});
