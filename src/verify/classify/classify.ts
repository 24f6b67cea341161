import { type FailureCategory, isUsuallyTransient } from '../../domain/failure-category.ts';
import { parseNodeRuntime } from '../parse/node-runtime.ts';
import { parseToolProblems } from '../parse/parse-output.ts';
import { guessRoot, relativePath, toLines, unboxLines } from '../parse/plain-text.ts';
import type { Problem } from '../parse/problem.ts';
import { environmentRules, fatalRules } from './environment-rules.ts';
import { gitRules } from './git-rules.ts';
import { hintFor } from './hints.ts';
import { languageRules, toolRules } from './language-rules.ts';
import { classifyModelText, isFromModel } from './model-rules.ts';
import { type Finding, firstMatch } from './rule.ts';
import { finalAgentEvent } from './stream-events.ts';

export interface FailureInput {
  readonly text: string;
  /** Negative: killed by that signal; null: unknown. */
  readonly exitCode: number | null;
  /** What was run, as far as known: `git push`, `eslint 9`, `npm`. Only used to look at the likely signatures first. */
  readonly tool?: string;
  /** Paths below it become relative; absent: guessed from the text. */
  readonly root?: string;
}

export interface Classification {
  readonly category: FailureCategory;
  readonly subcategory: string | null;
  readonly file: string | null;
  readonly line: number | null;
  readonly symbol: string | null;
  /** Whether an unchanged retry can succeed. */
  readonly transient: boolean;
  readonly message: string | null;
  readonly hint: string;
}

/** Signatures are looked for in this much: causes stand at the beginning of an output or at its end. */
const FROM_START = 20_000;
const FROM_END = 60_000;

/** What a failed command, agent or model call failed of (V4), in the categories of docs/failure-taxonomy.md. Never throws. */
export function classify(input: FailureInput): Classification {
  const text = bothEnds(input.text);
  const lines = toLines(text);
  const root = input.root ?? guessRoot(lines);
  const finding = find(lines, input) ?? fallback(input.exitCode, lines);
  return complete(finding, root);
}

function bothEnds(text: string): string {
  if (text.length <= FROM_START + FROM_END) return text;
  return `${text.slice(0, FROM_START)}\n${text.slice(-FROM_END)}`;
}

function find(lines: readonly string[], { exitCode, tool = '' }: FailureInput): Finding | null {
  const text = lines.join('\n');
  if (text.trim() === '') return null;
  const event = finalAgentEvent(lines);
  if (event && !event.isError) return NOTHING;
  if (event) return classifyModelText(event.text) ?? classifyModelText(text);
  if (exitCode === 0) return success(lines);
  return look(lines, text, tool) ?? lookAgain(lines, tool);
}

const NOTHING: Finding = {
  category: 'none',
  subcategory: null,
  file: null,
  line: null,
  symbol: null,
  message: null,
  transient: false,
};

/** A success may still hold warnings: their place is kept, the category is `none`. */
function success(lines: readonly string[]): Finding {
  const warning = parseToolProblems(lines).find((problem) => problem.severity === 'warning');
  if (!warning) return NOTHING;
  return { ...findingOfProblem(warning), category: 'none', subcategory: null, transient: false };
}

function look(lines: readonly string[], text: string, tool: string): Finding | null {
  const fatal = firstMatch(fatalRules, text);
  if (fatal) return fatal;
  if (/^git\b/.test(tool)) return firstMatch(gitRules, text) ?? lookEverywhere(lines, text, tool);
  return lookEverywhere(lines, text, tool);
}

function lookEverywhere(lines: readonly string[], text: string, tool: string): Finding | null {
  const config = firstMatch(toolRules.slice(0, 3), text);
  if (config && /[Ee][Ss][Ll]int|imported from \S*config/.test(text) && /Oops|config/.test(text))
    return config;
  const main = mainProblem(parseToolProblems(lines));
  if (main) return findingOfProblem(main);
  if (isFromModel(text, tool)) {
    const model = classifyModelText(text);
    if (model) return model;
  }
  const looksLikeGit =
    /^(?:fatal|hint|remote): |^CONFLICT \(|git (?:commit|push|merge|rebase|pull)\b|husky/m.test(text);
  const git = looksLikeGit ? firstMatch(gitRules, text) : null;
  if (git) return git;
  const uncaught = mainProblem(parseNodeRuntime(lines));
  const specific = firstMatch(environmentRules.slice(0, 13), text);
  if (specific)
    return {
      ...specific,
      file: specific.file ?? uncaught?.file ?? null,
      line: specific.line ?? uncaught?.line ?? null,
    };
  if (uncaught && uncaught.category !== 'runtime_error') return findingOfProblem(uncaught);
  const other =
    firstMatch(languageRules, text) ??
    firstMatch(environmentRules, text) ??
    firstMatch(toolRules, text) ??
    classifyPlain(text);
  if (other)
    return uncaught?.file && other.category !== 'database'
      ? { ...other, file: uncaught.file, line: uncaught.line ?? null }
      : other;
  return uncaught ? findingOfProblem(uncaught) : firstMatch(gitRules, text);
}

function classifyPlain(text: string): Finding | null {
  return /\b(?:401|403|429|5\d\d)\b|rate limit|quota|token/i.test(text) && text.length < 4_000
    ? classifyModelText(text)
    : null;
}

/** Wrapped and boxed text hides signatures from patterns that read whole lines. */
function lookAgain(lines: readonly string[], tool: string): Finding | null {
  const unboxed = unboxLines(lines);
  return look(unboxed, unboxed.join('\n'), tool);
}

/** What stands above its followers: code that cannot be parsed or found makes every later message doubtful. */
const RANK: Partial<Record<FailureCategory, number>> = {
  git_conflict: 0,
  syntax_error: 1,
  config_error: 1,
  missing_dependency: 2,
  import_resolution: 2,
  missing_export: 2,
  undefined_symbol: 3,
};
const USUAL_RANK = 4;

/** The problem the others may follow from; the first among equals. */
export function mainProblem<T extends { readonly category: string; readonly severity?: string }>(
  problems: readonly T[],
): T | null {
  let main: T | null = null;
  for (const problem of problems) {
    if (problem.severity === 'warning') continue;
    if (main === null || rankOf(problem) < rankOf(main)) main = problem;
  }
  return main;
}

function rankOf(problem: { readonly category: string }): number {
  return RANK[problem.category as FailureCategory] ?? USUAL_RANK;
}

function findingOfProblem(problem: Problem): Finding {
  return {
    category: problem.category,
    subcategory: problem.subcategory ?? null,
    file: problem.file ?? null,
    line: problem.line ?? null,
    symbol: problem.symbol ?? null,
    message: problem.message,
    transient: problem.subcategory === 'tls' ? false : null,
  };
}

/** What the exit code alone says: shells report 127, 126 and 124, and 128 plus the number of a signal. */
function fallback(exitCode: number | null, lines: readonly string[]): Finding {
  const base = { ...NOTHING, message: tellingLine(lines), symbol: null, transient: null };
  const signal =
    exitCode === null
      ? null
      : exitCode < 0
        ? -exitCode
        : exitCode > 128 && exitCode < 160
          ? exitCode - 128
          : null;
  if (exitCode === 0) return NOTHING;
  if (exitCode === 124) return { ...base, category: 'timeout', subcategory: 'watchdog', symbol: '124' };
  if (exitCode === 127) return { ...base, category: 'missing_tool', symbol: '127' };
  if (exitCode === 126) return { ...base, category: 'permission', symbol: '126' };
  if (signal === 9 || signal === 15)
    return { ...base, category: 'process_killed', symbol: signal === 9 ? 'SIGKILL' : 'SIGTERM' };
  const crash = signal === null ? undefined : CRASH_SIGNALS[signal];
  if (crash) return { ...base, category: 'crash', symbol: crash };
  return { ...base, category: 'runtime_error' };
}

/** The first line that speaks of an error, else the last with words in it. */
function tellingLine(lines: readonly string[]): string | null {
  const spoken = lines.filter((line) => /[A-Za-z]{3}/.test(line));
  const line =
    spoken.find((text) => /\b(?:error|fail(?:ed|ure)?|fatal|cannot|unable)\b/i.test(text)) ?? spoken.at(-1);
  return line?.trim() ?? null;
}

const CRASH_SIGNALS: Readonly<Record<number, string>> = {
  4: 'SIGILL',
  6: 'SIGABRT',
  7: 'SIGBUS',
  8: 'SIGFPE',
  11: 'SIGSEGV',
};

function complete(finding: Finding, root: string | null): Classification {
  const file = finding.file ? relativePath(finding.file, root) : null;
  const found = {
    category: finding.category,
    subcategory: finding.subcategory,
    file,
    line: finding.line,
    symbol: finding.symbol,
  };
  return {
    ...found,
    transient: finding.transient ?? isUsuallyTransient(finding.category),
    message: finding.message,
    hint: hintFor({ ...found, message: finding.message }),
  };
}
