import { readdirSync, readFileSync } from 'node:fs';
import { chmod, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { RunSpec } from '../../../src/domain/run.ts';
import { testSpec } from './spec.ts';

/** An agent that works for so long and then changes one file. */
export async function writeAgent(folder: string, seconds: number): Promise<string> {
  const file = path.join(folder, `agent-${seconds}.sh`);
  await writeFile(file, `#!/bin/sh\nsleep ${seconds}\necho changed > note.txt\n`);
  await chmod(file, 0o755);
  return file;
}

export function agentSpec(repository: string, agent: string, key: string): RunSpec {
  return testSpec({
    repository,
    agent: `command:${agent}`,
    attempts: 2,
    ticket: { key, title: `Change something for ${key}`, body: '' },
    checks: { mode: 'off', allowUnverified: true },
  });
}

/** Settings of a node on a shared database. */
export function nodeEnvironment(databaseUrl: string, maxRuns = 4): Record<string, string> {
  return {
    RUNYARD_DATABASE_URL: databaseUrl,
    RUNYARD_SCHEDULER_MAX_RUNS: String(maxRuns),
    RUNYARD_SCHEDULER_MAX_RUNS_PER_REPOSITORY: '100',
    RUNYARD_WORKER_WARM: '1',
  };
}

/** Watches from outside which runs have processes of their agents in which data folder, and notes a run that has some in two of them. */
export function watchWorkspaces(dataFolders: readonly string[]) {
  const seen = new Map<string, Set<string>>();
  const twice: string[] = [];
  const timer = setInterval(() => {
    const now = new Map<string, Set<string>>();
    for (const line of commandLines()) {
      for (const folder of dataFolders) {
        const run = line.split(path.join(folder, 'workspaces/'))[1]?.split(/[/\s\0]/)[0];
        if (run) now.set(run, (now.get(run) ?? new Set()).add(folder));
      }
    }
    for (const [run, folders] of now) {
      seen.set(run, new Set([...(seen.get(run) ?? []), ...folders]));
      if (folders.size > 1) twice.push(run);
    }
  }, 100);
  return {
    /** Data folders that each run was seen in. */
    seen,
    /** Runs that worked in two data folders at one moment. */
    twice,
    stop: () => clearInterval(timer),
  };
}

function commandLines(): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
      } catch {
        return '';
      }
    });
}

/** Kept as one word, so that a failing test shows which process was which. */
export function processState(pid: number): string {
  try {
    return /\) (\S)/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))?.[1] ?? 'gone';
  } catch {
    return 'gone';
  }
}
