import { execFile } from 'node:child_process';
import { performance } from 'node:perf_hooks';
import { promisify } from 'node:util';
import type { GuardAction, GuardName } from '../../src/domain/guard.ts';
import { resolveGuardPolicy } from '../../src/domain/guard-policy.ts';
import { readChange } from '../../src/verify/guards/read-change.ts';
import { searchChange } from '../../src/verify/guards/search-change.ts';

export interface Alarm {
  /** The package or repository, and the change: equal from one measurement to the next. */
  readonly change: string;
  readonly guard: GuardName;
  readonly action: Exclude<GuardAction, 'off'>;
  readonly file: string | null;
  readonly message: string;
  readonly evidence: string;
}

export interface Searched {
  readonly changes: number;
  readonly alarms: readonly Alarm[];
  readonly slowestMs: number;
  readonly medianMs: number;
}

const run = promisify(execFile);
const policy = resolveGuardPolicy();

export async function gitText(cwd: string, ...args: readonly string[]): Promise<string> {
  return (await run('git', ['-C', cwd, ...args], { maxBuffer: 256 * 1024 * 1024 })).stdout.trim();
}

/** Each pair is a change: its base, its commit, and what it is called. */
export async function searchHistory(
  gitDir: string,
  pairs: readonly { readonly base: string; readonly commit: string; readonly name: string }[],
): Promise<Searched> {
  const alarms: Alarm[] = [];
  const took: number[] = [];
  const signal = new AbortController().signal;
  for (const { base, commit, name } of pairs) {
    const startedAt = performance.now();
    const items = await readChange(base, { gitDir, commit, timeoutMs: 120_000, signal });
    const found = await searchChange({ items, scope: null });
    took.push(performance.now() - startedAt);
    for (const { guard, weight, file, message, evidence } of found) {
      const action = policy[guard][weight];
      if (action !== 'off') alarms.push({ change: name, guard, action, file, message, evidence });
    }
  }
  took.sort((a, b) => a - b);
  const at = (share: number) =>
    Math.round(took[Math.min(took.length - 1, Math.floor(took.length * share))] ?? 0);
  return { changes: pairs.length, alarms, slowestMs: at(1), medianMs: at(0.5) };
}

/** Commits with their first parent, the newest first; those without one are left out. */
export async function firstParents(repository: string, { head, most }: { head: string; most: number }) {
  const lines = (
    await gitText(repository, 'log', '--first-parent', '--format=%H %P', '-n', String(most), head)
  ).split('\n');
  return lines.flatMap((line) => {
    const [commit = '', base] = line.split(' ');
    return base ? [{ base, commit, name: commit.slice(0, 12) }] : [];
  });
}
