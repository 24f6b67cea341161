import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { Check, CheckResult } from '../domain/verdict.ts';
import { linters } from './detect/detectors/lint.ts';
import { parseJsonc } from './detect/jsonc.ts';
import { invocationsOf } from './detect/script.ts';
import { toLines } from './parse/plain-text.ts';

type Ended = Pick<CheckResult, 'check' | 'exitCode' | 'output' | 'diagnostics'>;

/**
 * Whether a lint check ended with exit code 1 for nothing but a limit of warnings, which does not fail it (V1). Only where one known linter
 * ran and counts no errors: a second program of the script may have failed with words nobody can read.
 */
export function hasOnlyWarnings({ check, exitCode, output, diagnostics }: Ended, cwd: string): boolean {
  if (check.kind !== 'lint' || exitCode !== 1 || diagnostics.length === 0) return false;
  if (diagnostics.some(({ severity }) => severity === 'error')) return false;
  return isOneLinter(check, cwd) && !toLines(output).some((line) => ERRORS.test(line));
}

/** As linters sum up: `3 problems (1 error, 2 warnings)`, `Found 2 errors.`; and a line that begins with it. */
const ERRORS = /\b[1-9]\d{0,8} errors?\b|^\s{0,9}(?:fatal |internal )?error\b/i;
const MANAGERS: ReadonlySet<string> = new Set(['npm', 'pnpm', 'yarn', 'bun']);
const manifest = z.object({ scripts: z.record(z.string(), z.unknown()) });

function isOneLinter({ argv }: Check, cwd: string): boolean {
  const [tool = '', ...args] = argv;
  if (!MANAGERS.has(tool)) return callsOneLinter(argv.join(' '));
  const words = args.filter((arg) => !arg.startsWith('-') && arg !== 'run' && arg !== 'run-script');
  const [name] = words;
  const scripts = manifest.safeParse(parseJsonc(textOf(join(cwd, 'package.json')))).data?.scripts;
  if (words.length !== 1 || name === undefined || !scripts) return false;
  if (scripts[`pre${name}`] !== undefined || scripts[`post${name}`] !== undefined) return false;
  const script = scripts[name];
  return typeof script === 'string' && callsOneLinter(script);
}

function callsOneLinter(command: string): boolean {
  const [first, ...more] = invocationsOf(command);
  return first !== undefined && more.length === 0 && linters.has(first.tool) && !/[`\n]|\$\(/.test(command);
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    // No manifest, no script to be sure of.
    return '';
  }
}
