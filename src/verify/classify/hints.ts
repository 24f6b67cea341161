import { type FailureCategory, isFailureCategory } from '../../domain/failure-category.ts';

interface Subject {
  readonly category: FailureCategory;
  readonly subcategory: string | null;
  readonly file: string | null;
  readonly line: number | null;
  readonly symbol: string | null;
  readonly message: string | null;
}

type Hint = (what: string, place: string) => string;

/** One sentence that says what to do; the message itself follows where it carries more. */
const HINTS: Readonly<Record<FailureCategory, Hint>> = {
  syntax_error: (what, place) =>
    `The file cannot be parsed${place}${what}: repair the syntax there first, later errors may follow from it.`,
  type_error: (what, place) =>
    `The type checker rejects the code${place}${what}: change the code to fit the types, do not silence the checker.`,
  missing_export: (what, place) =>
    `The module exists but does not export${what || ' that name'}${place}: look at its real exports and import one of them.`,
  import_resolution: (what, place) =>
    `The import${what} cannot be resolved${place}: correct the path, extension or alias to a file that exists.`,
  undefined_symbol: (what, place) => `The name${what} is not defined${place}: define it or import it.`,
  test_failure: (what, place) =>
    `The test${what} fails${place}: make the code do what the test expects; change a test only if the ticket says so.`,
  no_tests: () => 'The runner found no test to run: the filter is wrong or tests were removed.',
  coverage_threshold: (what) =>
    `The tests pass but coverage of${what || ' the code'} is below the threshold: add tests for the new code.`,
  runtime_error: (what, place) =>
    `An error was thrown outside of any test${place}${what}: handle the case that causes it.`,
  build_error: (what, place) =>
    `The build fails${place}${what}: read its message and change the code it names.`,
  lint: (what, place) =>
    `The linter's rule${what} is broken${place}: run its automatic fix if it has one, else change the code.`,
  format: (_what, place) =>
    `The formatting is off${place}: run the repository's formatter on the changed files.`,
  tailwind_invalid_class: (what, place) =>
    `Tailwind does not know${what || ' that class'}${place}: use a class or theme key that exists.`,
  css_error: (what, place) => `The style sheet is wrong${place}${what}.`,
  malformed_patch: () => 'The patch is damaged: make a new one against the current files.',
  missing_dependency: (what, place) =>
    `The package${what} is not installed${place}: use what the repository already has, or add it to package.json and the lock file.`,
  dependency_conflict: (what) =>
    `The version ranges of${what || ' two packages'} exclude each other: choose versions that fit together.`,
  dependency_not_found: (what) =>
    `The package or version${what} does not exist in the registry: the name may be invented; do not install one that looks alike.`,
  lockfile_mismatch: () =>
    'package.json and the lock file disagree: update the lock file with the repository’s package manager.',
  integrity_error: () =>
    'A package has another content than the lock file says: restore the lock file’s entry, never remove the check.',
  engine_mismatch: (what) =>
    `The versions of Node or the package manager do not fit${what}: keep to the range in "engines".`,
  config_error: (what, place) =>
    `A tool is set up wrongly${place}${what}: correct the option, file or script name it complains about.`,
  missing_env_var: (what) =>
    `The environment variable${what} is missing: an operator has to set it; do not invent a value.`,
  missing_tool: (what) => `The program${what} is not installed where the checks run.`,
  file_not_found: (what, place) => `The file${what} does not exist${place}: correct the path or create it.`,
  permission: (what, place) =>
    `Access was refused${what}${place}: write only inside the repository's own folders.`,
  port_in_use: (what) => `The port${what} is taken: let the system choose a free one (port 0).`,
  docker_unavailable: () => 'The Docker daemon cannot be reached; checks that need it cannot run here.',
  database: (what, place) => `The database refused the statement${place}${what}.`,
  disk_full: () => 'The disk is full: free space before anything is tried again.',
  resource_limit: (what) => `A limit of the system is reached${what}.`,
  out_of_memory: () => 'The process ran out of memory (heap): lower parallelism or raise its heap limit.',
  process_killed: () =>
    'The process was killed from outside, perhaps for memory: try once more with less parallelism.',
  crash: (what) => `The process crashed${what}: a native module or the runtime itself failed.`,
  timeout: (what) =>
    `The time limit was reached${what}: look for an endless loop, an open handle or a watch mode.`,
  network: (what) => `The network failed${what}: checks run without a network but for package registries.`,
  git_conflict: (what, place) => `There is a conflict${place}${what}: resolve it and remove the markers.`,
  git_lock: (what) => `Another git process holds${what || ' a lock'}: wait and try again.`,
  git_push_rejected: (what) =>
    `The remote rejected the push${what}: fetch, integrate and push again, or choose a branch you may push to.`,
  git_state: (what) => `The repository is not in the state the command needs${what}.`,
  git_corrupt: (what) => `The repository is damaged${what}: clone it again.`,
  git_hook_failed: (what) => `A git hook refused${what}: do what it asks for.`,
  git_config: (what) => `git is not set up${what}.`,
  no_changes: () => 'Nothing was changed, so there is nothing to commit.',
  secret_detected: (what) => `A secret was found${what}: remove it from every commit and rotate it.`,
  rate_limit: (what) => `Too many requests${what}: wait as long as the answer says.`,
  overloaded: (what) => `The provider is overloaded${what}: wait, or use another model.`,
  server_error: (what) => `The provider failed${what}: try again later.`,
  quota_exhausted: (what) => `Credit or quota is used up${what}: wait for its reset or raise it.`,
  auth: (what) =>
    `The credential is missing, wrong or not allowed to do this${what}: an operator has to correct it.`,
  context_length: (what) => `The prompt is longer than the model's context${what}: send less.`,
  output_limit: (what) => `The answer was cut at the output limit${what}: ask for smaller pieces.`,
  model_not_found: (what) => `The model${what} does not exist or is not open to this account.`,
  content_filter: (what) => `The provider's content filter refused the request${what}.`,
  invalid_request: (what) => `The provider rejects the request${what}.`,
  malformed_tool_call: (what) => `A tool call is malformed${what}: start a new session.`,
  agent_state: (what) => `The agent's session cannot be used${what}: start a new one.`,
  turn_limit: (what) => `The agent used up its turns${what}: split the work.`,
  none: () => 'Not a failure.',
};

const LONGEST_SYMBOL = 160;
const LONGEST_MESSAGE = 300;

/** What to do about a failure, with its symbol, place and the tool's own words. */
export function hintFor({ category, file, line, symbol, message }: Subject): string {
  const name = symbol && isCode(symbol) ? nameIn(message ?? '') : symbol;
  const what = name ? ` (${name.slice(0, LONGEST_SYMBOL)})` : '';
  const place = file ? ` at ${file}${line === null ? '' : `:${line}`}` : '';
  const hint = HINTS[category](what, place);
  const words = message?.split('\n')[0]?.trim() ?? '';
  if (category === 'none' || words === '' || hint.includes(words)) return hint;
  return `${hint} It said: ${words.slice(0, LONGEST_MESSAGE)}`;
}

/** A number of the compiler's says nothing to a reader, and stands in the message anyway. */
function isCode(symbol: string): boolean {
  return /^TS\d{3,5}$/.test(symbol);
}

/** The name a compiler's message is about, not the types it compares. */
function nameIn(message: string): string | null {
  return (
    /\b(?:[Pp]roperty|name|Parameter|Variable|Function|Module|Class|Interface|argument for|and) '([^'\n]{1,100})'/.exec(
      message,
    )?.[1] ??
    /^(?:TS\d+: )?'([^'\n]{1,100})' (?:is|cannot|implicitly|must|has|was|only)\b/.exec(message)?.[1] ??
    null
  );
}

/** The hint for a problem a parser found. A category this version does not know gets none but its message. */
export function hintForDiagnostic({
  category,
  file,
  line,
  symbol,
  message,
}: Omit<Subject, 'category' | 'subcategory' | 'message'> & {
  readonly category: string;
  readonly message?: string;
}): string {
  if (!isFailureCategory(category)) return 'Read the message and correct what it names.';
  const name = symbol && isCode(symbol) ? nameIn(message ?? '') : symbol;
  return hintFor({ category, subcategory: null, file, line, symbol: name, message: null });
}
