import { existsSync, utimesSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import packageJson from '../../package.json' with { type: 'json' };
import { newId } from '../lib/ids.ts';
import { childEnvironment } from '../process/child-environment.ts';
import { runProcess } from '../process/run-process.ts';
import type { CommandSpec } from '../process/types.ts';
import type { Change } from './guards/types.ts';
import { checkSandbox, isOutOfReach, type VerifyHost } from './sandbox-settings.ts';

/** One file of settings, so that the reader of YAML is compiled, too. */
const SMALL_CHANGE: Change = {
  items: [
    {
      path: '.eslintrc.yml',
      oldPath: '.eslintrc.yml',
      kind: 'modified',
      form: 'file',
      isExecutable: false,
      sizeBytes: 10,
      oldSizeBytes: 10,
      isBinary: false,
      signature: '',
      before: 'rules: {}\n',
      after: 'rules:  {}',
    },
  ],
  scope: null,
  reach: [],
};
/** Programs of ours that look at what is verified, each with a question that tells nothing. */
const PROGRAMS = {
  facts: { file: './facts/main.ts', nothing: { files: [], budgetMs: 0, problems: [] } },
  guards: { file: './guards/main.ts', nothing: SMALL_CHANGE },
  removedTests: { file: './guards/removed-tests/main.ts', nothing: SMALL_CHANGE },
  imports: { file: './imports/main.ts', nothing: { files: [] } },
} as const;
type ProgramName = keyof typeof PROGRAMS;

const OWN_ROOT = fileURLToPath(new URL('../../', import.meta.url));
const OWN_PARTS = ['package.json', 'src', 'node_modules'].map((name) => join(OWN_ROOT, name));
const WARM_MS = 20_000;
const MOST_MEMORY_KIB = 2 * 1024 * 1024;

export interface OwnProgram {
  /** A link to an endless device must not fill the machine's memory before the deadline. */
  readonly memoryKiB: number;
  readonly readable: readonly string[];
}

/** Starts one of them in the sandbox of the checks: it follows links and parses files of a change. */
export function ownProgram(name: ProgramName, host: VerifyHost, place: OwnProgram): Started {
  return started(name, host, { ...place, writable: [] });
}

type Started = Pick<CommandSpec, 'argv' | 'env' | 'sandbox'>;

function started(
  name: ProgramName,
  host: VerifyHost,
  { memoryKiB, readable, writable }: OwnProgram & { readonly writable: readonly string[] },
): Started {
  const policy = checkSandbox(host, writable);
  const compiled = host.compiled ?? null;
  const extra: Record<string, string> = compiled === null ? {} : { NODE_COMPILE_CACHE: compiled };
  const seen = [...policy.readable, ...readable, process.execPath, ...OWN_PARTS];
  return {
    argv: ['sh', '-c', `ulimit -d ${memoryKiB}; exec "$@"`, 'sh', process.execPath, fileOf(name)],
    env: childEnvironment(host.environment, { home: '/nonexistent', extra }),
    sandbox: {
      ...policy,
      readable: compiled === null || writable.includes(compiled) ? seen : [...seen, compiled],
    },
  };
}

/** Where their compiled code lies; null: it is not there. Using it keeps it from retention. */
export function compiledIn(folder: string): string | null {
  const compiled = compiledFolder(folder);
  if (!existsSync(compiled)) return null;
  const now = new Date();
  try {
    utimesSync(compiled, now, now);
  } catch {
    // Removed in this moment.
    return null;
  }
  return compiled;
}

/**
 * Compiles them, which makes each start take less than half of the time: from the second verification in a folder on, as one alone would
 * only wait for it. They are started with nothing of it to look at, so that nothing that is verified has a say in what is kept; and only where
 * nothing that is verified can write there. In the sandbox, as Node keeps compiled code by the user it runs as
 * (https://nodejs.org/api/module.html#module-compile-cache), who is another one there.
 */
export async function compileOwnPrograms(folder: string, host: VerifyHost): Promise<void> {
  const compiled = compiledFolder(folder);
  if (!isOutOfReach(host) || existsSync(compiled)) return;
  const wanted = `${compiled}.wanted`;
  await mkdir(folder, { recursive: true, mode: 0o700 });
  if (!existsSync(wanted)) return writeFile(wanted, '', { mode: 0o600 });
  const draft = `${compiled}.${newId()}`;
  await mkdir(draft, { mode: 0o700 });
  let isWhole = true;
  for (const [name, { nothing }] of Object.entries(PROGRAMS)) {
    const place = { writable: [draft], readable: [], memoryKiB: MOST_MEMORY_KIB };
    const { error } = await runProcess({
      ...started(name as ProgramName, { ...host, compiled: draft }, place),
      cwd: OWN_ROOT,
      input: JSON.stringify(nothing),
      limits: { timeoutMs: WARM_MS, killGraceMs: host.killGraceMs, maxOutputBytes: 64 * 1024 },
      signal: host.signal,
    });
    isWhole &&= error === null;
  }
  // Another verification may have been faster; without it the programs start slower, and that is all.
  if (isWhole) await rename(draft, compiled).catch(() => null);
  await rm(draft, { recursive: true, force: true });
}

/** Not the name that held what was compiled for the host's user: it would stay for ever and be of no use. */
function compiledFolder(folder: string): string {
  return join(folder, `compiled-sandboxed-${packageJson.version}-${process.version}`);
}

function fileOf(name: ProgramName): string {
  return fileURLToPath(new URL(PROGRAMS[name].file, import.meta.url));
}
