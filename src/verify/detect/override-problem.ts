import type { z } from 'zod';

const ENTRY_KEYS = 'name, command, kind and timeoutSeconds';

/** What is expected at a place of the `checks:` section, by the last name of its path. */
const EXPECTED: Readonly<Record<string, string>> = {
  name: 'a name of 1 to 60 characters',
  command: 'a command as text ("npm test") or as a list of words ([npm, test])',
  kind: 'one of typecheck, lint, build, test, custom, or nothing',
  timeoutSeconds: 'a number of seconds above 0, at most 86400',
  install: 'a command, or false',
  commands: 'a list of checks, each with a name and a command',
};
const EXPECTED_ENTRY = 'a check with a name and a command';
const EXPECTED_SECTION = 'a list of checks, or a map with commands and install';

const MOST_SHOWN = 3;
const LONGEST_VALUE = 60;

/** Where a section fails its schema, what was expected there and what was found. `prefix` is the written path of `value`. */
export function describeProblems(error: z.ZodError, value: unknown, prefix: string): string {
  const lines = error.issues.map((issue) => describe(issue, value, prefix));
  const more = lines.length - MOST_SHOWN;
  return [...lines.slice(0, MOST_SHOWN), ...(more > 0 ? [`and ${more} more`] : [])].join('; ');
}

function describe(issue: z.core.$ZodIssue, value: unknown, prefix: string): string {
  const place = `${prefix}${issue.path.map(step).join('')}`;
  if (issue.code === 'unrecognized_keys') {
    const known = issue.path.length === 0 ? 'commands and install' : ENTRY_KEYS;
    return `${place} has the unknown key ${issue.keys.map((key) => `"${key}"`).join(', ')} (known are ${known})`;
  }
  return `${place}: expected ${expectedAt(issue.path)}, found ${show(valueAt(value, issue.path))}`;
}

function expectedAt(path: readonly PropertyKey[]): string {
  const name = path.findLast((part) => typeof part === 'string');
  if (name === undefined) return path.length === 0 ? EXPECTED_SECTION : EXPECTED_ENTRY;
  if (name === 'commands' && typeof path.at(-1) === 'number') return EXPECTED_ENTRY;
  return EXPECTED[name] ?? 'something else';
}

function step(part: PropertyKey): string {
  return typeof part === 'number' ? `[${part}]` : `.${String(part)}`;
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (inner, part) =>
      inner !== null && typeof inner === 'object' ? (inner as Record<PropertyKey, unknown>)[part] : undefined,
    value,
  );
}

function show(value: unknown): string {
  if (value === undefined || value === null) return 'nothing';
  const text = JSON.stringify(value);
  return text.length > LONGEST_VALUE ? `${text.slice(0, LONGEST_VALUE)}…` : text;
}
