import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { CheckResult, Verdict } from '../../src/domain/verdict.ts';
import { createRedactor } from '../../src/lib/redact.ts';
import { userPath } from '../../src/process/child-environment.ts';
import { detectSandbox } from '../../src/process/detect-sandbox.ts';
import { toolFolders } from '../../src/process/tool-folders.ts';
import { type CheckTree, createCheckTree } from '../../src/verify/check-tree.ts';
import { readCommitTree } from '../../src/verify/commit-tree.ts';
import type { VerifyHost } from '../../src/verify/sandbox-settings.ts';
import { type VerifyOptions, verifyCommit } from '../../src/verify/verify-commit.ts';

export type Files = Readonly<Record<string, string | null>>;

/** A repository with one commit per set of files, and the folders a verification needs. */
export interface TestRepository {
  readonly folder: string;
  readonly gitDir: string;
  readonly commits: readonly string[];
  /** Which checks ran where, in order. */
  readonly ran: string[];
  readonly results: CheckResult[];
  verify(change?: Partial<VerifyOptions>): Promise<Verdict>;
}

const folders: string[] = [];
/** What `runyard verify` shows of the host's tools. */
const readable = toolFolders(userPath(process.env['PATH']), process.env['HOME'] ?? '/');

export async function removeTestFolders(): Promise<void> {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
}

export async function testFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'runyard-test-verify-'));
  folders.push(folder);
  return folder;
}

export const verifyLimits = { checkMs: 90_000, gitMs: 30_000, killGraceMs: 500 };

/** Each element is one commit's changes to the one before; null deletes. The first is the base, the last the change. */
export async function testRepository(...history: readonly Files[]): Promise<TestRepository> {
  const root = await testFolder();
  const folder = join(root, 'source');
  await mkdir(folder);
  await git(folder, 'init', '-q', '-b', 'main');
  const commits: string[] = [];
  for (const files of history) commits.push(await commitFiles(folder, files));
  const { mode } = await detectSandbox();
  const ran: string[] = [];
  const results: CheckResult[] = [];
  const data = join(root, 'data');
  return {
    folder,
    gitDir: join(folder, '.git'),
    commits,
    ran,
    results,
    verify: (change = {}) =>
      verifyCommit({
        gitDir: join(folder, '.git'),
        baseCommit: commits[0] ?? '',
        commit: commits.at(-1) ?? '',
        folders: {
          verify: join(data, 'verify'),
          dependencies: join(data, 'dependencies'),
          baselines: join(data, 'baselines'),
        },
        sandbox: { mode, readable, masked: [data] },
        egressSocketPath: null,
        checks: { mode: 'auto', commands: null, allowUnverified: false },
        limits: verifyLimits,
        hostEnvironment: hostEnvironment(),
        redact: createRedactor(),
        signal: new AbortController().signal,
        onCheckStarted: ({ name }, on) => ran.push(`${on} ${name}`),
        onCheckFinished: (result) => results.push(result),
        ...change,
      }),
  };
}

/** What children of verification have in common, where nothing of the host is shown or hidden. */
export async function testHost(): Promise<VerifyHost> {
  return {
    sandbox: { mode: (await detectSandbox()).mode, readable: [], masked: [] },
    egressSocketPath: null,
    environment: hostEnvironment(),
    killGraceMs: verifyLimits.killGraceMs,
    redact: (text) => text,
    signal: new AbortController().signal,
  };
}

/** Lays a commit out that needs no packages. */
export async function testTree(gitDir: string, commit: string, host: VerifyHost): Promise<CheckTree> {
  const { gitMs: timeoutMs } = verifyLimits;
  return createCheckTree({
    gitDir,
    commit,
    tree: await readCommitTree({ gitDir, commit, timeoutMs, signal: host.signal }),
    folder: await testFolder(),
    over: null,
    dependencies: await testFolder(),
    install: null,
    timeoutMs: verifyLimits.checkMs,
    gitMs: verifyLimits.gitMs,
    host,
  });
}

/** A test runner that runs under another one reports to it instead of printing, so its variables stay here. */
export function hostEnvironment(): Readonly<Record<string, string | undefined>> {
  const { NODE_TEST_CONTEXT: _unused, VITEST: _neither, ...env } = process.env;
  return env;
}

export async function commitFiles(folder: string, files: Files): Promise<string> {
  await writeFiles(folder, files);
  await git(folder, 'add', '-A');
  await git(
    folder,
    '-c',
    'user.name=T',
    '-c',
    'user.email=t@localhost',
    'commit',
    '-q',
    '--allow-empty',
    '-m',
    'x',
  );
  return git(folder, 'rev-parse', 'HEAD');
}

export async function writeFiles(folder: string, files: Files): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    const file = join(folder, path);
    await mkdir(dirname(file), { recursive: true });
    if (text === null) await rm(file, { recursive: true });
    else await writeFile(file, text);
  }
}

export async function git(cwd: string, ...args: readonly string[]): Promise<string> {
  const { stdout } = await promisify(execFile)('git', args, { cwd });
  return stdout.trim();
}

export const statuses = (verdict: Verdict) =>
  Object.fromEntries(verdict.results.map(({ check, status }) => [check.name, status]));
