/**
 * Who can do something about a failure. `code`: whoever changes the source. `dependencies`: whoever chooses packages. `environment`: the
 * machine and its services. `git`: the state of the repository or its remote. `model`: the provider or the agent. `none`: no failure.
 */
export const failureClasses = ['code', 'dependencies', 'environment', 'git', 'model', 'none'] as const;
export type FailureClass = (typeof failureClasses)[number];

/**
 * What is done first about a failure of a category, where no policy says otherwise. `fix`: change the source, told where and what.
 * `autofix`: the repository's own formatter or linter first. `retry`: the same again, at most once or twice. `back-off`: the same again
 * after a wait. `fail-over`: another model or provider. `park`: wait for a known time. `new-session`: the agent starts afresh.
 * `reduce`: send or ask for less. `ask`: a person has to act. `stop`: nothing more is started before a person has looked.
 */
export const failureReactions = [
  'fix',
  'autofix',
  'retry',
  'back-off',
  'fail-over',
  'park',
  'new-session',
  'reduce',
  'ask',
  'stop',
  'nothing',
] as const;
export type FailureReaction = (typeof failureReactions)[number];

interface CategoryFacts {
  readonly class: FailureClass;
  readonly reaction: FailureReaction;
  /** Whether an unchanged retry usually can succeed, where the text itself says nothing else. */
  readonly transient: boolean;
}

const facts =
  (group: FailureClass, transient = false) =>
  (reaction: FailureReaction): CategoryFacts => ({ class: group, reaction, transient });

const code = facts('code');
const dependencies = facts('dependencies');
const environment = facts('environment');
const passingEnvironment = facts('environment', true);
const git = facts('git');
const model = facts('model');
const passingModel = facts('model', true);

/** The categories of docs/failure-taxonomy.md: the one place that says what each of them is and what usually follows from it. */
export const failureCategories = {
  syntax_error: code('fix'),
  type_error: code('fix'),
  missing_export: code('fix'),
  import_resolution: code('fix'),
  undefined_symbol: code('fix'),
  test_failure: code('fix'),
  no_tests: code('fix'),
  coverage_threshold: code('fix'),
  runtime_error: code('fix'),
  build_error: code('fix'),
  lint: code('autofix'),
  format: code('autofix'),
  tailwind_invalid_class: code('fix'),
  css_error: code('fix'),
  malformed_patch: code('fix'),

  missing_dependency: dependencies('fix'),
  dependency_conflict: dependencies('fix'),
  dependency_not_found: dependencies('fix'),
  lockfile_mismatch: dependencies('fix'),
  integrity_error: dependencies('ask'),
  engine_mismatch: dependencies('ask'),

  config_error: environment('fix'),
  missing_env_var: environment('ask'),
  missing_tool: environment('ask'),
  file_not_found: environment('fix'),
  permission: environment('ask'),
  port_in_use: environment('retry'),
  docker_unavailable: environment('ask'),
  database: environment('ask'),
  disk_full: environment('stop'),
  resource_limit: environment('ask'),
  out_of_memory: environment('reduce'),
  process_killed: passingEnvironment('retry'),
  crash: environment('ask'),
  timeout: passingEnvironment('retry'),
  network: passingEnvironment('back-off'),

  git_conflict: git('fix'),
  git_lock: facts('git', true)('retry'),
  git_push_rejected: git('fix'),
  git_state: git('fix'),
  git_corrupt: git('ask'),
  git_hook_failed: git('fix'),
  git_config: git('ask'),
  no_changes: git('fix'),
  secret_detected: git('stop'),

  rate_limit: passingModel('back-off'),
  overloaded: passingModel('fail-over'),
  server_error: passingModel('fail-over'),
  quota_exhausted: model('park'),
  auth: model('stop'),
  context_length: model('reduce'),
  output_limit: model('reduce'),
  model_not_found: model('ask'),
  content_filter: model('ask'),
  invalid_request: model('ask'),
  malformed_tool_call: model('new-session'),
  agent_state: model('new-session'),
  turn_limit: model('reduce'),

  none: facts('none')('nothing'),
} as const satisfies Readonly<Record<string, CategoryFacts>>;

export type FailureCategory = keyof typeof failureCategories;

export function isFailureCategory(text: string): text is FailureCategory {
  return Object.hasOwn(failureCategories, text);
}

export function failureClassOf(category: FailureCategory): FailureClass {
  return failureCategories[category].class;
}

export function usualReactionTo(category: FailureCategory): FailureReaction {
  return failureCategories[category].reaction;
}

export function isUsuallyTransient(category: FailureCategory): boolean {
  return failureCategories[category].transient;
}
