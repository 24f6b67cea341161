import type { AttemptRecord } from '../domain/attempt.ts';
import { type AttemptChange, actionsOf, longestHunk } from '../domain/attempt-change.ts';
import type { Remedy } from '../domain/lesson.ts';
import type { Diagnostic, Verdict } from '../domain/verdict.ts';
import { normaliseMessage, withoutSecretLines } from './harmless-text.ts';

/** What one run teaches about one problem. */
export interface RunLesson {
  readonly category: string;
  readonly fingerprint: string;
  readonly symbol: string | null;
  /** Normalised. */
  readonly message: string;
  /** As the tool said it; never stored. */
  readonly rawMessage: string;
  readonly tool: string | null;
  /** null: the run did not mend it, or how cannot be told. */
  readonly remedy: Remedy | null;
  readonly mended: boolean;
  /** Kinds of edits that were made while it stayed. */
  readonly didNotHelp: readonly string[];
}

const MOST_LESSONS = 40;
const MOST_FILES = 6;
const MOST_REMEDY_HUNKS = 3;
const LONGEST_SYMBOL = 160;

/** Not about the code: the same problem may be gone the next minute, whoever does what. */
const ABOUT_THE_MACHINE: ReadonlySet<string> = new Set([
  'network',
  'timeout',
  'process_killed',
  'crash',
  'disk_full',
  'resource_limit',
  'out_of_memory',
  'port_in_use',
  'docker_unavailable',
  'permission',
  'missing_tool',
  'rate_limit',
  'overloaded',
  'server_error',
  'none',
]);

/**
 * What the attempts of a run teach (D8). A problem counts as mended by the first attempt after which it never came back, and only in a
 * run whose last attempt passed: a change that hid one problem behind another teaches nothing. What was changed while it stayed did not help.
 */
export function lessonsOf(attempts: readonly AttemptRecord[]): RunLesson[] {
  const judged = attempts.filter(isJudged);
  const passed = judged.at(-1)?.outcome === 'passed';
  const seen = new Set<string>();
  const lessons: RunLesson[] = [];
  for (const [index, { verdict }] of judged.slice(0, -1).entries()) {
    for (const diagnostic of verdict.introduced) {
      if (seen.has(diagnostic.fingerprint) || ABOUT_THE_MACHINE.has(diagnostic.category)) continue;
      seen.add(diagnostic.fingerprint);
      lessons.push(lessonOf(diagnostic, judged.slice(index), passed));
    }
  }
  return lessons.filter(({ mended, didNotHelp }) => mended || didNotHelp.length > 0).slice(0, MOST_LESSONS);
}

type Judged = AttemptRecord & { readonly verdict: Verdict };

function isJudged(attempt: AttemptRecord): attempt is Judged {
  return attempt.verdict !== null && attempt.verdict.status !== 'unverifiable';
}

/** `attempts` begins with the first one that had the problem. */
function lessonOf(diagnostic: Diagnostic, attempts: readonly Judged[], passed: boolean): RunLesson {
  const { category, fingerprint, symbol, message } = diagnostic;
  const last = attempts.findLastIndex(({ verdict }) => has(verdict, fingerprint));
  /** What was changed from a state that had the problem; a roll-back to one that never had it mends nothing. */
  const changeOf = (attempt: Judged | undefined) => {
    const change = attempt?.change ?? null;
    const from = attempts.find(({ commit }) => commit !== null && commit === change?.since);
    return from && has(from.verdict, fingerprint) ? change : null;
  };
  const mending = passed ? changeOf(attempts[last + 1]) : null;
  const failed = attempts.slice(1, last + 1).flatMap((attempt) => {
    const change = changeOf(attempt);
    return change ? actionsOf(change) : [];
  });
  return {
    category,
    fingerprint,
    symbol: symbol === null ? null : normaliseMessage(symbol).slice(0, LONGEST_SYMBOL),
    message: normaliseMessage(message),
    rawMessage: message,
    tool: attempts[0] ? toolOf(attempts[0].verdict, fingerprint) : null,
    remedy: mending ? remedyOf(mending, diagnostic) : null,
    mended: mending !== null,
    didNotHelp: [...new Set(failed)],
  };
}

function has({ introduced }: Verdict, fingerprint: string): boolean {
  return introduced.some((one) => one.fingerprint === fingerprint);
}

function toolOf({ results }: Verdict, fingerprint: string): string | null {
  const found = results.find(({ diagnostics }) => diagnostics.some((one) => one.fingerprint === fingerprint));
  return found?.check.name ?? null;
}

/** Of a change that mends many things at once, what lies nearest to the problem: its file, then what names its symbol. */
function remedyOf(change: AttemptChange, { file, symbol }: Diagnostic): Remedy {
  const nearness = (path: string, text: string) =>
    (file !== null && path === file ? 2 : 0) +
    (symbol !== null && symbol.length > 2 && text.includes(symbol) ? 1 : 0);
  const hunks = change.hunks
    .map((hunk) => ({ ...hunk, near: nearness(hunk.file, hunk.text) }))
    .toSorted((a, b) => b.near - a.near);
  const near = hunks.filter(({ near: value }) => value > 0);
  const chosen = (near.length > 0 ? near : hunks).slice(0, MOST_REMEDY_HUNKS);
  const files = [...new Set([...chosen.map((hunk) => hunk.file), ...change.files.map(({ path }) => path)])];
  return {
    actions: actionsOf({ ...change, hunks: chosen }),
    files: files.slice(0, MOST_FILES).map(normaliseMessage),
    hunks: chosen.map(({ file: path, text }) => ({
      file: normaliseMessage(path),
      text: withoutSecretLines(text.slice(0, longestHunk)),
    })),
  };
}
