import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { type FailureCategory, failureCategories } from '../../src/domain/failure-category.ts';

const category = z.enum(Object.keys(failureCategories) as FailureCategory[]);

/** One labelled output. The fields are those of docs/failure-taxonomy.md. */
const labelledSchema = z.object({
  id: z.string(),
  tool: z.string(),
  exit_code: z.number().nullable(),
  text: z.string(),
  category,
  alt_categories: z.array(category),
  file: z.string().nullable(),
  line: z.number().nullable(),
  symbol: z.string().nullable(),
  transient: z.boolean(),
});
export type LabelledFailure = z.infer<typeof labelledSchema>;

/** What any classifier says; the parts of ours that are judged. */
export interface Judged {
  readonly category: string;
  readonly file: string | null;
  readonly line: number | null;
  readonly symbol: string | null;
  readonly transient: boolean;
}

export interface Miss {
  readonly id: string;
  readonly tool: string;
  readonly what: string;
  readonly expected: string;
  readonly said: string;
}

export interface Score {
  readonly outputs: number;
  readonly strict: number;
  readonly lenient: number;
  readonly macro: number;
  readonly transientPrecision: number;
  readonly transientRecall: number;
  readonly file: number;
  readonly line: number;
  readonly symbol: number;
  /** Successes that were taken for failures. */
  readonly falseAlarms: number;
  readonly successes: number;
  readonly misses: readonly Miss[];
}

export function readLabelled(path: string): LabelledFailure[] {
  return readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => labelledSchema.parse(JSON.parse(line)));
}

/** Files, lines and symbols are judged where the label has one. A symbol hits when it contains the label's, or the other way round. */
export function score(
  cases: readonly LabelledFailure[],
  classifier: (failure: LabelledFailure) => Judged,
): Score {
  const judged = cases.map((expected) => ({ expected, said: classifier(expected) }));
  const successes = judged.filter(({ expected }) => expected.category === 'none');
  const share = (test: (pair: Pair) => boolean, of: readonly Pair[] = judged) =>
    of.length === 0 ? 1 : of.filter(test).length / of.length;
  const transient = judged.filter(({ expected }) => expected.transient);
  const having = (key: 'file' | 'line' | 'symbol') => judged.filter(({ expected }) => expected[key] !== null);
  return {
    outputs: judged.length,
    strict: share(isStrict),
    lenient: share(isLenient),
    macro: macroOf(judged),
    transientPrecision: share(
      ({ expected }) => expected.transient,
      judged.filter(({ said }) => said.transient),
    ),
    transientRecall: share(({ said }) => said.transient, transient),
    file: share(({ expected, said }) => said.file === expected.file, having('file')),
    line: share(({ expected, said }) => said.line === expected.line, having('line')),
    symbol: share(symbolHits, having('symbol')),
    falseAlarms: successes.filter(({ said }) => said.category !== 'none').length,
    successes: successes.length,
    misses: judged.flatMap(missesOf),
  };
}

interface Pair {
  readonly expected: LabelledFailure;
  readonly said: Judged;
}

function isStrict({ expected, said }: Pair): boolean {
  return said.category === expected.category;
}

function isLenient({ expected, said }: Pair): boolean {
  return (
    said.category === expected.category || expected.alt_categories.some((other) => other === said.category)
  );
}

function symbolHits({ expected, said }: Pair): boolean {
  if (expected.symbol === null) return true;
  const symbol = said.symbol ?? '';
  return symbol !== '' && (symbol.includes(expected.symbol) || expected.symbol.includes(symbol));
}

/** The mean over categories, so that a rare one counts as much as a frequent one. */
function macroOf(judged: readonly Pair[]): number {
  const groups = [...Map.groupBy(judged, ({ expected }) => expected.category).values()];
  return (
    groups.reduce((sum, group) => sum + group.filter(isLenient).length / group.length, 0) / groups.length
  );
}

function missesOf(pair: Pair): Miss[] {
  const { expected, said } = pair;
  const miss = (what: string, wanted: unknown, got: unknown): Miss => ({
    id: expected.id,
    tool: expected.tool,
    what,
    expected: String(wanted),
    said: String(got),
  });
  const misses: Miss[] = [];
  if (!isLenient(pair)) misses.push(miss('category', expected.category, said.category));
  else if (!isStrict(pair)) misses.push(miss('strict', expected.category, said.category));
  if (expected.transient !== said.transient)
    misses.push(miss('transient', expected.transient, said.transient));
  for (const key of ['file', 'line'] as const) {
    if (expected[key] !== null && expected[key] !== said[key])
      misses.push(miss(key, expected[key], said[key]));
  }
  if (!symbolHits(pair)) misses.push(miss('symbol', expected.symbol, said.symbol));
  return misses;
}
