import { execFile } from 'node:child_process';
import path from 'node:path';
import { runyardError } from '../../domain/errors/runyard-error.ts';
import { findBinaries, linkLibraries } from './binaries.ts';
import type { Layout } from './layout.ts';

export interface ToolResult {
  /** null: it could not be started, or was killed at its time limit. */
  readonly exitCode: number | null;
  readonly output: string;
}

/** Runs one of PostgreSQL's own programs to its end. */
export type RunTool = (
  tool: 'initdb' | 'pg_ctl',
  args: readonly string[],
  timeoutMs: number,
) => Promise<ToolResult>;

/** Prepares the installed binaries for this user: library links, and a user namespace for root. */
export async function prepareTools(layout: Layout): Promise<RunTool> {
  const nativeDir = findBinaries();
  const links = await linkLibraries(nativeDir, layout.libraryLinks);
  // A library found through a link looks for its own needs beside the link, so the real folder is named as well.
  const libraries = `${links}${path.delimiter}${path.join(nativeDir, 'lib')}`;
  // Nothing of our own environment: the server outlives us and needs none of our secrets.
  const env = {
    PATH: '/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin',
    LC_ALL: 'C',
    TZ: 'UTC',
    [process.platform === 'darwin' ? 'DYLD_LIBRARY_PATH' : 'LD_LIBRARY_PATH']: libraries,
  };
  const prefix = await userPrefix(env);
  return (tool, args, timeoutMs) => {
    const argv = [...prefix, path.join(nativeDir, 'bin', tool), ...args];
    return execute(argv, { env, cwd: layout.root, timeoutMs });
  };
}

/** uid 65534 (nobody) has a passwd entry everywhere; PostgreSQL looks its own user up. */
const AS_NOBODY = ['unshare', '--user', '--map-user=65534', '--map-group=65534', '--'];

/**
 * PostgreSQL refuses to run as root. In a user namespace of its own it sees itself as `nobody`, while for the file system it is still
 * root: a folder that only root may enter stays as it is, and no system user has to be made.
 */
async function userPrefix(env: Record<string, string>): Promise<readonly string[]> {
  if (process.geteuid?.() !== 0) return [];
  if (process.platform !== 'linux') {
    throw runyardError('store.embedded-needs-namespaces', {
      detail: `${process.platform} has no user namespaces.`,
    });
  }
  const tried = await execute([...AS_NOBODY, 'true'], { env, cwd: '/', timeoutMs: 5_000 });
  if (tried.exitCode === 0) return AS_NOBODY;
  throw runyardError('store.embedded-needs-namespaces', { detail: tried.output || 'unshare failed' });
}

const MOST_OUTPUT_BYTES = 1024 * 1024;
const SHOWN_OUTPUT = 2_000;

interface ExecuteOptions {
  readonly env: Record<string, string>;
  readonly cwd: string;
  readonly timeoutMs: number;
}

function execute([file = '', ...args]: readonly string[], options: ExecuteOptions): Promise<ToolResult> {
  const { env, cwd, timeoutMs } = options;
  return new Promise((resolve) => {
    const settings = {
      env,
      cwd,
      timeout: timeoutMs,
      killSignal: 'SIGKILL',
      maxBuffer: MOST_OUTPUT_BYTES,
    } as const;
    const child = execFile(file, args, settings, (error, stdout, stderr) => {
      const failure = error && child.exitCode === null ? `${error.message}\n` : '';
      const output = `${failure}${stdout}${stderr}`.trim().slice(-SHOWN_OUTPUT);
      resolve({ exitCode: child.exitCode, output });
    });
  });
}
