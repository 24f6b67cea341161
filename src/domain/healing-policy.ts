import { z } from 'zod';
import { type FailureCategory, failureClassOf } from './failure-category.ts';

/**
 * What follows a failure (X9).
 * `retry`: the same again: a commit is verified again, unchanged, before its failure counts; an agent tries again on its rung.
 * `retry-with-feedback`: another attempt that is told what failed. `escalate-model`: the next rung with another model or agent.
 * `switch-agent`: the next rung with another agent. `park`: wait for the model provider. `ask`: wait for a person. `give-up`: the run ends.
 */
export const healingActions = [
  'retry',
  'retry-with-feedback',
  'escalate-model',
  'switch-agent',
  'park',
  'ask',
  'give-up',
] as const;
export type HealingAction = (typeof healingActions)[number];

type Row = readonly [action: HealingAction, why: string];

/** What follows a failure that nothing better is known of. */
export const mend = 'retry-with-feedback';

export type HealableCategory = Exclude<FailureCategory, 'none'>;

/** Every category of docs/failure-taxonomy.md with what follows it where nobody chose otherwise, and why. */
export const healingTable = {
  syntax_error: [mend, 'the place is known, and whoever wrote it can mend it'],
  type_error: [mend, 'the place is known, and whoever wrote it can mend it'],
  missing_export: [mend, 'the real exports can be named'],
  import_resolution: [mend, 'the files that exist can be named'],
  undefined_symbol: [mend, 'the place is known'],
  test_failure: [mend, 'expected and received can be shown'],
  no_tests: [mend, 'the tests were moved, renamed or deleted by the change'],
  coverage_threshold: [mend, 'tests are missing'],
  runtime_error: [mend, 'the stack names the place'],
  build_error: [mend, 'the bundler names the place'],
  lint: [mend, 'what the repository’s own fixer leaves needs a decision'],
  format: [mend, 'what the repository’s own formatter leaves is a mistake in the file'],
  tailwind_invalid_class: [mend, 'the close class names can be named'],
  css_error: [mend, 'the place is known'],
  malformed_patch: [mend, 'a new patch is needed'],
  missing_dependency: [mend, 'it must be added to the manifest, or done without'],
  dependency_conflict: [mend, 'other versions must be chosen'],
  dependency_not_found: [mend, 'the name was probably invented'],
  lockfile_mismatch: [mend, 'the lock file belongs to the change'],
  integrity_error: [mend, 'the lock file names what the registry does not have'],
  engine_mismatch: [mend, 'another version must be chosen'],
  config_error: [mend, 'the change touched a script, a flag or a configuration'],
  missing_env_var: ['ask', 'a value that an agent invents hides the fault'],
  missing_tool: [mend, 'the base commit does without it'],
  file_not_found: [mend, 'the change moved, removed or misnamed it'],
  permission: [mend, 'the base commit needs no such right'],
  port_in_use: ['retry', 'whoever has the port lets it go'],
  docker_unavailable: ['ask', 'no change of the code starts a daemon'],
  database: ['retry', 'locks and deadlocks pass'],
  disk_full: ['ask', 'no change of the code frees a disk'],
  resource_limit: ['ask', 'the limit is the machine’s'],
  out_of_memory: [mend, 'the base commit gets by with the same memory'],
  process_killed: ['retry', 'whoever killed it did not say why; the machine may have been short'],
  crash: [mend, 'the base commit does not crash'],
  timeout: [mend, 'the base commit is in time: an endless loop or an open handle is likely'],
  network: ['retry', 'registries and remotes come back'],
  git_conflict: [mend, 'markers were left in a file'],
  git_lock: ['retry', 'locks pass'],
  git_push_rejected: ['ask', 'the other side must allow it'],
  git_state: [mend, 'what the change does needs another state of the repository'],
  git_corrupt: ['ask', 'a damaged repository is not mended by a change'],
  git_hook_failed: [mend, 'the hook says what it refuses'],
  git_config: ['ask', 'the configuration is the machine’s'],
  no_changes: [mend, 'the agent did nothing'],
  secret_detected: [mend, 'it must leave the change; rotate it if it was real'],
  rate_limit: ['park', 'it passes, and another attempt would meet it again'],
  overloaded: ['park', 'it passes, and another attempt would meet it again'],
  server_error: ['park', 'it passes, and another attempt would meet it again'],
  quota_exhausted: ['park', 'it passes with its reset, or when somebody pays'],
  auth: ['ask', 'a key that is refused is refused again'],
  context_length: ['escalate-model', 'the same model has the same room'],
  output_limit: [mend, 'the work must be cut smaller'],
  model_not_found: ['escalate-model', 'another rung may name a model that exists'],
  content_filter: ['escalate-model', 'another provider filters otherwise'],
  invalid_request: ['escalate-model', 'the same request is refused again'],
  malformed_tool_call: ['retry', 'a new session starts clean'],
  agent_state: ['retry', 'a new session starts clean'],
  turn_limit: [mend, 'the next attempt goes on from the work that is there'],
} as const satisfies Record<HealableCategory, Row>;

export const healableCategories = Object.keys(healingTable) as [HealableCategory, ...HealableCategory[]];

/** The classes of failure-category.ts that have categories here. */
export const healableClasses = ['code', 'dependencies', 'environment', 'git', 'model'] as const;
export type HealableClass = (typeof healableClasses)[number];

/** Only providers say until when to wait. */
const parkable: readonly HealableCategory[] = ['rate_limit', 'overloaded', 'server_error', 'quota_exhausted'];

/** What differs from the table, by category or by class; a category counts before its class. */
export const healingChoicesSchema = z
  .partialRecord(z.enum([...healableCategories, ...healableClasses]), z.enum(healingActions))
  .superRefine((choices, context) => {
    for (const [name, action] of Object.entries(choices)) {
      if (action !== 'park' || parkable.some((category) => category === name)) continue;
      const message = `only these can be parked, because their provider says when to come back: ${parkable.join(', ')}`;
      context.addIssue({ code: 'custom', path: [name], message });
    }
  });
export type HealingChoices = z.infer<typeof healingChoicesSchema>;

export const mostPatience = 10;
export const mostVerifications = 5;

/** How a run heals, fixed at acceptance. */
export const healingSpecSchema = z.object({
  actions: healingChoicesSchema,
  /** After how many attempts of one agent and model without fewer new failures the next rung has its turn. */
  patience: z.number().int().min(1).max(mostPatience),
  /** How often a commit is verified again when its failure may pass by itself. */
  verifyAgain: z.number().int().min(0).max(mostVerifications),
});
export type HealingSpec = z.infer<typeof healingSpecSchema>;

export const defaultHealing: HealingSpec = { actions: {}, patience: 2, verifyAgain: 2 };

export function classOf(category: HealableCategory): HealableClass {
  const found = failureClassOf(category);
  return found === 'none' ? 'code' : found;
}
