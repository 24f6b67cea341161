import { execFile, spawn } from 'node:child_process';
import { open } from 'node:fs/promises';
import { userInfo } from 'node:os';
import path from 'node:path';
import { runyardError } from '../../domain/errors/runyard-error.ts';
import { findBinaries, linkLibraries } from './binaries.ts';
import type { Layout } from './layout.ts';

export interface ToolResult {
  /** null: it could not be started, or was killed at its time limit. */
  readonly exitCode: number | null;
  readonly output: string;
}

/** PostgreSQL's own programs, as this user can run them. */
export interface Tools {
  /** Runs a program to its end. */
  run(tool: 'initdb' | 'pg_ctl', args: readonly string[], timeoutMs: number): Promise<ToolResult>;
  /** Starts the server: it writes to the log and outlives us. */
  serve(args: readonly string[], extraEnv: Readonly<Record<string, string>>): Promise<ServerProcess>;
}

export interface ServerProcess {
  hasExited(): boolean;
}

/** Prepares the installed binaries for this user: library links, and a user namespace where one is needed. */
export async function prepareTools(layout: Layout): Promise<Tools> {
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
  const argvOf = (tool: string, args: readonly string[]) => [
    ...prefix,
    path.join(nativeDir, 'bin', tool),
    ...args,
  ];
  return {
    run: (tool, args, timeoutMs) => execute(argvOf(tool, args), { env, cwd: layout.root, timeoutMs }),
    serve: (args, extraEnv) =>
      spawnServer(argvOf('postgres', args), { layout, env: { ...env, ...extraEnv } }),
  };
}

async function spawnServer(
  [file = '', ...args]: readonly string[],
  { layout, env }: { layout: Layout; env: Record<string, string> },
): Promise<ServerProcess> {
  const log = await open(layout.logFile, 'a', 0o600);
  try {
    // A session of its own: Ctrl-C at our terminal is not meant for it.
    const server = spawn(file, args, {
      cwd: layout.root,
      env,
      detached: true,
      stdio: ['ignore', log.fd, log.fd],
    });
    let exited = false;
    server.once('exit', () => {
      exited = true;
    });
    server.once('error', () => {
      exited = true;
    });
    server.unref();
    return { hasExited: () => exited };
  } finally {
    await log.close();
  }
}

/** uid 65534 (nobody) has a passwd entry everywhere; PostgreSQL looks its own user up. */
const AS_NOBODY = ['unshare', '--user', '--map-user=65534', '--map-group=65534', '--'];

/**
 * PostgreSQL refuses to run as root, and as a user without a name (containers with arbitrary uids). In a user namespace of its own it
 * sees itself as `nobody`, while for the file system it is still who it was: a folder that only root may enter stays as it is, and no
 * system user has to be made.
 */
async function userPrefix(env: Record<string, string>): Promise<readonly string[]> {
  if (process.geteuid?.() !== 0 && hasName()) return [];
  if (process.platform !== 'linux') {
    throw runyardError('store.embedded-needs-namespaces', {
      detail: `${process.platform} has no user namespaces.`,
    });
  }
  const tried = await execute([...AS_NOBODY, 'true'], { env, cwd: '/', timeoutMs: 5_000 });
  if (tried.exitCode === 0) return AS_NOBODY;
  throw runyardError('store.embedded-needs-namespaces', { detail: tried.output || 'unshare failed' });
}

function hasName(): boolean {
  try {
    return userInfo().username !== '';
  } catch {
    return false;
  }
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
