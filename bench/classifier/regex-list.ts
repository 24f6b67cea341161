import type { FailureCategory } from '../../src/domain/failure-category.ts';
import type { Judged, LabelledFailure } from './score.ts';

/** What a competent afternoon gives: one line a category, first match wins. The measure of what the parsers are worth. */
const RULES: readonly (readonly [FailureCategory, RegExp])[] = [
  ['out_of_memory', /heap out of memory|OutOfMemoryError/],
  ['crash', /Segmentation fault|SIGSEGV|SIGABRT/],
  ['git_conflict', /CONFLICT \(|TS1185|could not apply|needs merge|patch does not apply/],
  ['git_lock', /\.lock': File exists|could not lock config/],
  ['secret_detected', /PUSH PROTECTION|leaks found/],
  ['git_push_rejected', /\[(?:remote )?rejected\]/],
  ['git_hook_failed', /husky -|hook id:|subject-empty/],
  ['malformed_patch', /corrupt patch|No valid patches/],
  ['no_changes', /nothing (?:added )?to commit|No commits between/],
  ['git_corrupt', /is corrupt|is empty$|index file/m],
  ['docker_unavailable', /Docker daemon/i],
  ['port_in_use', /EADDRINUSE|already in use/],
  ['disk_full', /ENOSPC(?!.*watch)|No space left/],
  ['resource_limit', /EMFILE|file watchers/],
  ['context_length', /prompt is too long|prompt_too_long|context length|context_length/i],
  ['quota_exhausted', /insufficient_quota|credit balance|more credits|usage limit/i],
  ['rate_limit', /rate.?limit|\b429\b/i],
  ['overloaded', /overloaded|\b529\b/i],
  ['model_not_found', /model.*(?:not found|does not exist)/i],
  ['auth', /\b401\b|invalid.*api.?key|Authentication failed|E403|password authentication/i],
  ['turn_limit', /max turns|error_max_turns/],
  ['dependency_conflict', /ERESOLVE|unmet peer/],
  ['dependency_not_found', /E404|ETARGET|FETCH_404|not in the npm registry/],
  ['lockfile_mismatch', /EUSAGE|OUTDATED_LOCKFILE|frozen-lockfile/],
  ['integrity_error', /EINTEGRITY/],
  ['engine_mismatch', /EBADENGINE|UNSUPPORTED_ENGINE/],
  ['coverage_threshold', /[Cc]overage.*(?:threshold|does not meet)/],
  ['no_tests', /[Nn]o tests? (?:files )?found|no tests ran/],
  ['tailwind_invalid_class', /unknown utility class|class does not exist/],
  [
    'missing_export',
    /TS2305|TS1192|no exported member|is not exported|does not provide an export|cannot import name/,
  ],
  ['import_resolution', /Cannot find module '\.|Could not resolve "\.|Can't resolve '\.|TS283[45]/],
  [
    'missing_dependency',
    /TS2307|Cannot find (?:module|package)|No module named|Could not resolve|Can't resolve/,
  ],
  ['undefined_symbol', /TS2304|is not defined|undefined reference|cannot find symbol/],
  ['syntax_error', /SyntaxError|TS1\d{3}\b|Unexpected token|Parsing error|Unexpected "/],
  ['type_error', /TS\d{4}|\[arg-type\]/],
  ['format', /Code style issues|would reformat/],
  ['lint', /✖ \d+ problems?|lint\//],
  ['css_error', /CssSyntaxError|Undefined variable/],
  ['test_failure', /AssertionError|Tests?:?\s+\d+ failed|✕|not ok \d|expect\(/],
  ['config_error', /[Uu]nknown (?:option|argument)|Missing script|configuration/],
  ['missing_tool', /not found$|command not found|ENOENT.*spawn/m],
  ['timeout', /timed out|ETIMEDOUT|TimeoutError/i],
  ['network', /ECONN|ENOTFOUND|EAI_AGAIN|fetch failed|Could not resolve host|Connection refused/],
  ['permission', /EACCES|Permission denied/i],
  ['file_not_found', /ENOENT|No such file/],
  ['missing_env_var', /is not set|environment variable/i],
  ['database', /SQLITE|ERROR: {2}|database/],
  ['git_state', /^fatal: |^error: pathspec/m],
];
const TRANSIENT: ReadonlySet<FailureCategory> = new Set([
  'network',
  'timeout',
  'rate_limit',
  'overloaded',
  'git_lock',
  'process_killed',
]);

export function classifyByRegexList({ text, exit_code }: LabelledFailure): Judged {
  const category =
    exit_code === 0 ? 'none' : (RULES.find(([, pattern]) => pattern.test(text))?.[0] ?? 'runtime_error');
  const at = /(?:^|[\s(/])((?:[\w-]+\/)*[\w.-]+\.\w{1,5})[:(](\d+)/m.exec(text);
  return {
    category,
    file: at?.[1] ?? null,
    line: at ? Number(at[2]) : null,
    symbol: /['"`]([^'"`\n]{2,60})['"`]/.exec(text)?.[1] ?? null,
    transient: TRANSIENT.has(category),
  };
}
