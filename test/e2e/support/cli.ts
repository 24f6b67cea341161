import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const projectRoot = fileURLToPath(new URL('../../..', import.meta.url));
export const cliPath = path.join(projectRoot, 'bin/runyard');

export interface CliResult {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CliOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
  /** Called with the process, to signal it while it works. */
  readonly onStart?: (child: ChildProcess) => void;
}

/** Runs the real command as a user would, with nothing of the test runner's environment but PATH and certificates. */
export function runCli(args: readonly string[], options: CliOptions = {}): Promise<CliResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(cliPath, [...args], {
      cwd: options.cwd ?? projectRoot,
      env: { ...cleanEnvironment(), ...options.env },
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: options.timeoutMs ?? 110_000,
      killSignal: 'SIGKILL',
      ...(options.signal ? { signal: options.signal } : {}),
    });
    options.onStart?.(child);
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    child.once('error', reject);
    child.once('close', (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
}

/** The same tests hold for both: RUNYARD_WORKSPACE_STRATEGY=overlay npm test -- test/e2e */
const chosenForTests = ['RUNYARD_WORKSPACE_STRATEGY'];

/** PATH without the pinned Node and the project's own tools, which npm puts in front. */
export function cleanEnvironment(): Record<string, string> {
  const system = ['HOME', 'LANG', 'TZ', 'SSL_CERT_FILE', 'NODE_EXTRA_CA_CERTS', 'TMPDIR', 'USER'];
  const kept = [...system, ...chosenForTests];
  const environment: Record<string, string> = {};
  for (const name of kept) {
    const value = process.env[name];
    if (value !== undefined) environment[name] = value;
  }
  const folders = (process.env['PATH'] ?? '').split(path.delimiter);
  environment['PATH'] = folders.filter((folder) => !folder.includes('node_modules')).join(path.delimiter);
  return environment;
}
