import { tmpdir } from 'node:os';
import { runyardError, toErrorData } from '../../../domain/errors/runyard-error.ts';
import { runProcess } from '../../../process/run-process.ts';
import type { AgentFinding } from '../types.ts';
import type { ExecutableSearch } from './search-executable.ts';

export interface Installation {
  readonly agent: string;
  /** The program as a person would call it. */
  readonly executable: string;
  readonly search: ExecutableSearch;
  /** How to install it, one sentence. */
  readonly install: string;
  readonly path: string | undefined;
}

const VERSION_LIMITS = { timeoutMs: 15_000, killGraceMs: 1_000, maxOutputBytes: 16 * 1024 };

/** Asks an installed program for its version (`--version`). */
export async function detectVersion(installation: Installation): Promise<AgentFinding> {
  const { agent, executable, search, install, path } = installation;
  if (!search.found)
    return missing(
      agent,
      runyardError('agent.not-installed', { agent, executable, looked: search.looked, install }),
    );
  const result = await runProcess({
    argv: [search.path, '--version'],
    cwd: tmpdir(),
    env: { PATH: path ?? '', HOME: tmpdir() },
    limits: VERSION_LIMITS,
  });
  if (result.error) {
    const detail = `${result.error.what} ${result.error.why}`;
    return missing(
      agent,
      runyardError('agent.unusable', { agent, executable: search.path, detail, install }),
    );
  }
  const version = /\d+\.\d+\.\d+\S*/.exec(result.stdout)?.[0] ?? result.stdout.trim().slice(0, 100);
  return { agent, available: true, version, error: null };
}

function missing(agent: string, error: unknown): AgentFinding {
  return { agent, available: false, version: null, error: toErrorData(error) };
}
