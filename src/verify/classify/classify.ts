import { type FailureCategory, isUsuallyTransient } from '../../domain/failure-category.ts';
import { parseNodeRuntime } from '../parse/node-runtime.ts';
import { parseToolProblems } from '../parse/parse-output.ts';
import { guessRoot, relativePath, toLines, unboxLines } from '../parse/plain-text.ts';
import type { Problem } from '../parse/problem.ts';
import { lastPythonError, meaningOfPythonError } from '../parse/python-error.ts';
import { firstOwnFrame } from '../parse/stack.ts';
import { dockerRules, dockerStepRules } from './docker-rules.ts';
import { environmentRules, fatalRules, serviceRules, transferRules } from './environment-rules.ts';
import { findingOfExit, succeeded, tellingLine } from './exit-status.ts';
import { gitConflict } from './git-conflict.ts';
import { gitRules, hookRules } from './git-rules.ts';
import { hintFor } from './hints.ts';
import { languageRules, tracebackRules } from './language-rules.ts';
import { mainProblem } from './main-problem.ts';
import { classifyModelText, isFromModel } from './model-rules.ts';
import { selectOutput } from './output-window.ts';
import { atOwnFrame } from './python-frames.ts';
import { type Finding, firstMatch } from './rule.ts';
import { silentHook } from './silent-hook.ts';
import { finalAgentEvent } from './stream-events.ts';
import { linesNearFailures, speaksOfFailure } from './telling-words.ts';
import { setUpRules, toolRules } from './tool-rules.ts';
import { wordRules } from './word-rules.ts';

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
  /** Counts from 1. */
  readonly column: number | null;
  /** The tool's own name for the problem: `TS2322`, `no-unused-vars`. */
  readonly code: string | null;
  readonly symbol: string | null;
  /** Whether an unchanged retry can succeed. */
  readonly transient: boolean;
  /** The line that told. */
  readonly message: string | null;
  readonly hint: string;
  /** What decided: `tsc/TS2304`, `git/git_lock`, `exit-code/137`. */
  readonly rule: string;
}

/**
 * What a failed command, agent or model call failed of (V4), in the categories of docs/failure-taxonomy.md. Never throws.
 *
 * Of a long output its beginning, its end and the telling lines between them are looked at (OutputWindow). The first step that finds something
 * decides:
 * 1. the last event of an agent's JSON stream, which knows whether it failed whatever the exit code says;
 * 2. exit code 0: no failure, whatever words the output is full of;
 * 3. no text: the exit code alone;
 * 4. what kills any process and makes its other words noise (memory, a crash);
 * 5. a git hook that refused, docker's own words, and for git itself all of git's words;
 * 6. a tool that could not begin because of its own configuration;
 * 7. problems the parsers of known tools read, the one the others may follow from;
 * 8. for models and agents: the provider's words, then its status;
 * 9. git's words, where the text looks like git's;
 * 10. services of the machine, then an uncaught error of Node with a known cause, then other languages and tools, then any error of Node;
 * 11. steps 4 to 10 again on the text without boxes and line breaks of a terminal;
 * 12. warnings of a linter that was told to fail on them;
 * 13. git that failed without a word of its own: a hook;
 * 14. the exit code.
 */
export function classify(input: FailureInput): Classification {
  const lines = toLines(selectOutput(input.text));
  const root = input.root ?? guessRoot(lines);
  const finding = find(lines, input) ?? findingOfExit(input.exitCode, tellingLine(lines));
  return complete(atPlaceInHook(finding, lines), root);
}

/** That a hook refused is the failure; where, its own tools say. */
function atPlaceInHook(found: Finding, lines: readonly string[]): Finding {
  if (found.category !== 'git_hook_failed' || found.file !== null) return found;
  const main = mainProblem(parseToolProblems(lines));
  return main?.file
    ? { ...found, file: main.file, line: main.line ?? null, column: main.column ?? null }
    : found;
}

function find(lines: readonly string[], { exitCode, tool = '' }: FailureInput): Finding | null {
  const text = lines.join('\n');
  const event = finalAgentEvent(lines);
  if (event && !event.isError) return succeeded('agent-event/success');
  if (event) return ofAgentEvent(event.text, lines, tool);
  if (exitCode === 0) return ofSuccess(lines);
  if (text.trim() === '') return null;
  return (
    look(lines, text, tool) ??
    (speaksOfFailure(text) ? lookCloser(lines, tool) : null) ??
    silentHook(tool, text, exitCode)
  );
}

function lookCloser(lines: readonly string[], tool: string): Finding | null {
  return lookAgain(lines, tool) ?? ofWarnings(lines);
}

function ofAgentEvent(said: string, lines: readonly string[], tool: string): Finding | null {
  const words = said.split('\n');
  return (
    firstMatch(fatalRules, said) ??
    classifyModelText(said) ??
    look(words, said, '') ??
    (said.trim() === '' ? look(lines, lines.join('\n'), tool) : null)
  );
}

/** A success may still hold warnings: their place is kept, the category is `none`. */
function ofSuccess(lines: readonly string[]): Finding {
  const none = succeeded('exit-code/0');
  const warning = parseToolProblems(lines).find((problem) => problem.severity === 'warning');
  if (!warning) return none;
  return {
    ...findingOfProblem(warning),
    category: 'none',
    subcategory: null,
    transient: false,
    rule: none.rule,
  };
}

function look(lines: readonly string[], text: string, tool: string): Finding | null {
  return (
    firstMatch(fatalRules, text) ??
    firstMatch(hookRules, text) ??
    firstMatch(dockerRules, text) ??
    (/^git\b/.test(tool) ? ofGit(text) : null) ??
    firstMatch(setUpRules, text) ??
    ofProblems(parseToolProblems(lines)) ??
    (isFromModel(text, tool) ? classifyModelText(text) : null) ??
    (looksLikeGit(text) ? ofGit(text) : null) ??
    lookAround(lines, text)
  );
}

/** A linter may be told to fail on warnings; they explain a failure only where nothing else does. */
function ofWarnings(lines: readonly string[]): Finding | null {
  const warning = parseToolProblems(lines).find((problem) => problem.severity === 'warning');
  return warning ? findingOfProblem(warning) : null;
}

function ofGit(text: string): Finding | null {
  return gitConflict(text) ?? firstMatch(gitRules, text);
}

function looksLikeGit(text: string): boolean {
  return /^(?:fatal|hint|remote): |^CONFLICT \(|^(?:error: failed to push| ! \[)|git (?:commit|push|merge|rebase|pull)\b/m.test(
    text,
  );
}

/** Step 10: the surroundings, and languages and tools without a parser. */
function lookAround(lines: readonly string[], text: string): Finding | null {
  const found = lookAtSurroundings(lines, text);
  return found && atOwnFrame(found, lines);
}

function lookAtSurroundings(lines: readonly string[], text: string): Finding | null {
  const thrown = ofProblems(parseNodeRuntime(lines)) ?? firstMatch(tracebackRules, text);
  const service = firstMatch(serviceRules, text) ?? firstMatch(transferRules, text) ?? ofPythonError(lines);
  if (service) return atPlaceOf(service, thrown, lines);
  if (thrown && thrown.category !== 'runtime_error') return thrown;
  const other =
    firstMatch(wordRules, text) ??
    firstMatch(languageRules, text) ??
    firstMatch(environmentRules, text) ??
    firstMatch(toolRules, text) ??
    firstMatch(dockerStepRules, text) ??
    ofPlainStatus(text);
  if (other && !(thrown && isProgramsOwn(thrown) && passes(other))) return atPlaceOf(other, thrown, lines);
  return thrown ?? ofGit(text);
}

/** The last line of a traceback says what ended the program; the lines of code it shows say nothing. */
function ofPythonError(lines: readonly string[]): Finding | null {
  const line = lastPythonError(lines);
  const meaning = line === null ? null : meaningOfPythonError(line);
  return meaning && findingOfProblem({ ...meaning, message: line ?? '', rule: `python/${meaning.category}` });
}

const BUGS_OF_JAVASCRIPT = /^(?:TypeError|RangeError)(?: \[\w+\])?: (?!fetch failed|terminated)/;
/** What a program says of what it was given, whatever the class. */
const REFUSALS =
  /\b(?:[Ii]nvalid|must (?:be|have|not)|should be|[Uu]nsupported|not supported|not allowed|[Uu]nknown)\b/;
const BUGS_OF_PYTHON =
  /(?:^|\.)(?:Type|Value|Key|Index|Attribute|JSONDecode|ZeroDivision|Assertion|UnicodeDecode|Recursion)Error$/;

/** What was uncaught is a bug by its class: words about connections in the log before it, or in the code it shows, did not end the program. */
function isProgramsOwn({ category, message, symbol }: Finding): boolean {
  return (
    category === 'runtime_error' &&
    (BUGS_OF_JAVASCRIPT.test(message ?? '') ||
      REFUSALS.test(message ?? '') ||
      BUGS_OF_PYTHON.test(symbol ?? ''))
  );
}

function passes({ category, transient }: Finding): boolean {
  return transient ?? isUsuallyTransient(category);
}

/** A signature names the cause, the stack of the error that was thrown its place. */
function atPlaceOf(found: Finding, thrown: Finding | null, lines: readonly string[]): Finding {
  if (found.file !== null) return found;
  const at = thrown?.file ? thrown : firstOwnFrame(lines);
  return at ? { ...found, file: at.file, line: at.line, column: at.column ?? null } : found;
}

const LONGEST_PLAIN_STATUS = 4_000;

/** A short text with the words or the status of a provider, though nothing says that it is one. */
function ofPlainStatus(text: string): Finding | null {
  return text.length < LONGEST_PLAIN_STATUS &&
    /\b(?:401|403|429|5\d\d)\b|rate limit|quota|token|overloaded|credit/i.test(text)
    ? classifyModelText(text)
    : null;
}

/** Wrapped and boxed text hides signatures from patterns that read whole lines; near the words of a failure, where they can only be. */
function lookAgain(lines: readonly string[], tool: string): Finding | null {
  const unboxed = unboxLines(lines);
  const isSame =
    unboxed.length === lines.length && unboxed.every((line, index) => line === lines[index]?.trimEnd());
  if (isSame) return null;
  const near = linesNearFailures(unboxed);
  return look(near, near.join('\n'), tool);
}

function ofProblems(problems: readonly Problem[]): Finding | null {
  const main = mainProblem(problems);
  return main ? findingOfProblem(main) : null;
}

/** Faults of the network that stay as long as nobody changes anything. */
const NEVER_PASSES: ReadonlySet<string> = new Set(['tls', 'bad_port', 'bad_url']);

function findingOfProblem(problem: Problem): Finding {
  return {
    category: problem.category,
    subcategory: problem.subcategory ?? null,
    file: problem.file ?? null,
    line: problem.line ?? null,
    column: problem.column ?? null,
    code: problem.code ?? null,
    symbol: problem.symbol ?? null,
    message: problem.message,
    transient: NEVER_PASSES.has(problem.subcategory ?? '') ? false : null,
    rule: problem.rule ?? `parser/${problem.category}`,
  };
}

function complete(finding: Finding, root: string | null): Classification {
  const found = {
    category: finding.category,
    subcategory: finding.subcategory,
    file: finding.file ? relativePath(finding.file, root) : null,
    line: finding.line,
    column: finding.column ?? null,
    code: finding.code ?? null,
    symbol: finding.symbol,
    message: finding.message,
  };
  return {
    ...found,
    transient: finding.transient ?? isUsuallyTransient(finding.category),
    hint: hintFor(found),
    rule: finding.rule,
  };
}
