/** The categories of docs/failure-taxonomy.md, grouped by who can do something about them. */
const failureCategories = {
  code: [
    'syntax_error',
    'type_error',
    'missing_export',
    'import_resolution',
    'undefined_symbol',
    'test_failure',
    'no_tests',
    'coverage_threshold',
    'runtime_error',
    'build_error',
    'lint',
    'format',
    'tailwind_invalid_class',
    'css_error',
    'malformed_patch',
  ],
  dependencies: [
    'missing_dependency',
    'dependency_conflict',
    'dependency_not_found',
    'lockfile_mismatch',
    'integrity_error',
    'engine_mismatch',
  ],
  environment: [
    'config_error',
    'missing_env_var',
    'missing_tool',
    'file_not_found',
    'permission',
    'port_in_use',
    'docker_unavailable',
    'database',
    'disk_full',
    'resource_limit',
    'out_of_memory',
    'process_killed',
    'crash',
    'timeout',
    'network',
  ],
  git: [
    'git_conflict',
    'git_lock',
    'git_push_rejected',
    'git_state',
    'git_corrupt',
    'git_hook_failed',
    'git_config',
    'no_changes',
    'secret_detected',
  ],
  model: [
    'rate_limit',
    'overloaded',
    'server_error',
    'quota_exhausted',
    'auth',
    'context_length',
    'output_limit',
    'model_not_found',
    'content_filter',
    'invalid_request',
    'malformed_tool_call',
    'agent_state',
    'turn_limit',
  ],
  none: ['none'],
} as const;

export type FailureCategory = (typeof failureCategories)[keyof typeof failureCategories][number];

/** Categories whose failure can pass with an unchanged retry, where the text itself says nothing else. */
const TRANSIENT: ReadonlySet<FailureCategory> = new Set([
  'network',
  'rate_limit',
  'overloaded',
  'server_error',
  'git_lock',
  'timeout',
  'process_killed',
]);

export function isUsuallyTransient(category: FailureCategory): boolean {
  return TRANSIENT.has(category);
}
