import type { FailureCategory } from '../../domain/failure-category.ts';

/** What one failure is about. `file` and `line` point at the main error. */
export interface Finding {
  readonly category: FailureCategory;
  readonly subcategory: string | null;
  readonly file: string | null;
  readonly line: number | null;
  readonly symbol: string | null;
  /** The line that told; null where nothing but the exit code did. */
  readonly message: string | null;
  /** Whether an unchanged retry can succeed; null: as usual for the category. */
  readonly transient: boolean | null;
  /** What decided: `tsc/TS2304`, `git/git_lock`, `exit-code/137`. */
  readonly rule: string;
  readonly column?: number | null;
  readonly code?: string | null;
}

/** One signature. Named groups `file`, `line` and `symbol` (`symbol2`, … in other alternatives) of the pattern fill the finding. */
export interface Rule {
  readonly category: FailureCategory;
  readonly subcategory?: string;
  readonly transient?: boolean;
  /** Matched against the whole text with `m`; a rule must not need more than a few lines of context. */
  readonly pattern: RegExp;
  /** Where no group names it. */
  readonly symbol?: string;
  /** A more telling token, the provider's own code for the fault, wherever the text has it. */
  readonly prefer?: RegExp;
}

/** Rules of one kind, most telling first. Its name begins the name of every rule in it. */
export interface RuleTable {
  readonly name: string;
  readonly rules: readonly Rule[];
}

export function findingOf(table: string, rule: Rule, match: RegExpExecArray): Finding {
  const groups = match.groups ?? {};
  const line = groups['line'];
  return {
    category: rule.category,
    subcategory: rule.subcategory ?? null,
    file: groups['file'] ?? null,
    line: line === undefined ? null : Number(line),
    symbol: preferred(rule, match.input) ?? symbolOf(groups) ?? rule.symbol ?? match[0].trim().slice(0, 100),
    message: lineAround(match.input, match.index),
    transient: rule.transient ?? null,
    rule: `${table}/${rule.subcategory ? `${rule.category}-${rule.subcategory}` : rule.category}`,
  };
}

function preferred({ prefer }: Rule, text: string): string | null {
  const match = prefer?.exec(text);
  return match ? (match[1] ?? match[0]) : null;
}

function symbolOf(groups: Readonly<Record<string, string | undefined>>): string | undefined {
  const named = Object.entries(groups).find(
    ([name, value]) => name.startsWith('symbol') && value !== undefined,
  );
  return named?.[1];
}

/** The first rule that matches anywhere in the text. */
export function firstMatch({ name, rules }: RuleTable, text: string): Finding | null {
  for (const rule of rules) {
    const match = rule.pattern.exec(text);
    if (match) return findingOf(name, rule, match);
  }
  return null;
}

function lineAround(text: string, index: number): string {
  const start = text.lastIndexOf('\n', index) + 1;
  const first = text.slice(start).trimStart();
  const end = first.indexOf('\n');
  return (end < 0 ? first : first.slice(0, end)).trim().slice(0, 500);
}
