import { parse as parseYaml } from 'yaml';
import { z } from 'zod';
import { messageOf, runyardError } from '../../domain/errors/runyard-error.ts';
import { type GuardPolicy, guardPolicySchema } from '../../domain/guard.ts';
import type { RunSpec } from '../../domain/run.ts';
import { type Check, type CheckKind, checkKinds } from '../../domain/verdict.ts';
import { overrideFile } from './override-file.ts';
import { describeProblems } from './override-problem.ts';
import { splitCommand } from './split-command.ts';

const command = z.union(
  [z.string().min(1), z.array(z.string()).min(1)],
  'expected a command as text or as a list',
);
const entry = z.strictObject({
  name: z.string().min(1).max(60),
  command,
  kind: z.enum(checkKinds).exclude(['install', 'imports']).optional(),
  timeoutSeconds: z.number().positive().max(86_400).optional(),
});
const section = z.strictObject({
  commands: z.array(entry).optional(),
  install: z.union([command, z.literal(false)], 'expected a command, or false').optional(),
  guards: guardPolicySchema.optional(),
});

/** What the repository itself says about its checks. `null` parts: detected as usual. */
export interface Override {
  readonly checks: readonly Check[] | null;
  /** `false`: nothing is to be installed. */
  readonly install: readonly [string, ...string[]] | false | null;
}

const NO_OVERRIDE: Override = { checks: null, install: null };

/** Reads the `checks:` section of a repository's runyard.yaml. Throws `verify.bad-override` where it cannot be understood. */
export function parseOverride(text: string | null, timeoutMs: number): Override {
  const checks = text === null ? undefined : sectionOf(text);
  if (checks === undefined || checks === null) return NO_OVERRIDE;
  const given = asSection(checks);
  const parsed = section.safeParse(given);
  if (!parsed.success) throw refused(problemsOf(parsed.error, given, Array.isArray(checks)));
  const { commands, install } = parsed.data;
  return {
    checks: commands ? distinct(commands.map((each) => checkOf(each, timeoutMs))) : null,
    install: install === undefined ? null : install === false ? false : argvOf(install, 'install'),
  };
}

/** What the repository's runyard.yaml asks of guards; the same errors as `parseOverride`. */
export function parseGuardPolicy(text: string | null): GuardPolicy {
  const checks = text === null ? undefined : sectionOf(text);
  if (checks === undefined || checks === null) return {};
  const given = asSection(checks);
  const parsed = section.safeParse(given);
  if (!parsed.success) throw refused(problemsOf(parsed.error, given, Array.isArray(checks)));
  return parsed.data.guards ?? {};
}

/** Commands an operator gave for this run replace everything else. */
export function operatorChecks(commands: RunSpec['checks']['commands'], timeoutMs: number): Check[] | null {
  if (commands === null) return null;
  const checks = commands.map(({ name, command: argv }) => ({
    name,
    kind: kindOf(name),
    argv,
    timeoutMs,
    source: 'operator',
  }));
  return distinct(checks);
}

function sectionOf(text: string): unknown {
  try {
    const document: unknown = parseYaml(text);
    return z.object({ checks: z.unknown() }).safeParse(document).data?.checks;
  } catch (error) {
    const [problem = ''] = messageOf(error).split('\n');
    throw refused(`it is no valid YAML: ${problem.replace(/:$/, '')}`);
  }
}

/** A bare list is shown as it was written, without the key that stands for it here. */
function problemsOf(error: z.ZodError, given: unknown, isBareList: boolean): string {
  const problems = describeProblems(error, given, 'checks');
  return isBareList ? problems.replaceAll('checks.commands[', 'checks[') : problems;
}

/**
 * A bare list is short for its commands. The same file may configure Runyard itself, whose `checks` has keys that are the operator's:
 * they are not read from a repository.
 */
function asSection(value: unknown): unknown {
  if (Array.isArray(value)) return { commands: value };
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value).filter(([key, inner]) => !OPERATOR_KEYS.has(key) && inner !== null),
  );
}

const OPERATOR_KEYS = new Set(['mode', 'allowUnverified', 'format', 'autofix']);

function checkOf(given: z.infer<typeof entry>, timeoutMs: number): Check {
  return {
    name: given.name,
    kind: given.kind ?? kindOf(given.name),
    argv: [...argvOf(given.command, given.name)],
    timeoutMs: given.timeoutSeconds ? Math.round(given.timeoutSeconds * 1000) : timeoutMs,
    source: overrideFile,
  };
}

function argvOf(given: string | readonly string[], name: string): [string, ...string[]] {
  if (typeof given !== 'string') {
    const [first, ...rest] = given;
    if (first === undefined || first === '') throw refused(`the command of "${name}" is empty`);
    return [first, ...rest];
  }
  const split = splitCommand(given);
  if (!split.ok) {
    throw refused(
      `the command of "${name}" needs a shell: ${split.why}. Put it into a script and name that, or write the command as a list of arguments`,
    );
  }
  return split.argv;
}

function kindOf(name: string): CheckKind {
  const known = (['typecheck', 'lint', 'build', 'test'] as const).find(
    (kind) => name === kind || name.startsWith(`${kind}:`),
  );
  return known ?? 'custom';
}

function distinct(checks: readonly Check[]): Check[] {
  const names = new Set<string>();
  for (const { name } of checks) {
    const own = /:(?:changed|again)$/.exec(name)?.[0];
    if (own)
      throw refused(
        `"${name}" ends with ${own}, which is how Runyard names parts of a check that it runs by themselves`,
      );
    if (names.has(name)) throw refused(`two checks are named "${name}"`);
    names.add(name);
  }
  return [...checks];
}

function refused(detail: string) {
  return runyardError('verify.bad-override', { file: overrideFile, detail });
}
