import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { SandboxMode } from '../../src/domain/sandbox.ts';
import type { CheckResult, Verdict } from '../../src/domain/verdict.ts';
import { hasOwnMounts } from '../../src/git/overlay/overlay-mount.ts';
import { userPath } from '../../src/process/child-environment.ts';
import { toolFolders } from '../../src/process/tool-folders.ts';
import { laneCount } from '../../src/verify/lane-count.ts';
import { verifyWorkingCopy } from '../../src/verify/verify-working-copy.ts';
import { compareRight, compareWrong } from './compare.ts';
import type { Case } from './corpus-file.ts';
import { makeCaseRepository } from './make-repository.ts';

export interface CaseResult {
  readonly name: string;
  readonly kind: Case['kind'];
  /** What is not as it should be; empty: the verdict is right. */
  readonly problems: readonly string[];
  readonly seconds: number;
  /** Whether checks ran on the base commit too: `new`; were known from before: `cached`; or were not asked for: `none`. */
  readonly baseline: 'new' | 'cached' | 'none';
  readonly slowestCheckSeconds: number;
  /** No faster can it be: the slowest check, or all of them spread evenly over the lanes. */
  readonly leastSeconds: number;
  readonly status: Verdict['status'] | 'error';
  readonly first: {
    readonly category: string;
    readonly file: string | null;
    readonly line: number | null;
    readonly symbol: string | null;
  } | null;
  readonly guards: readonly string[];
}

export interface RunSettings {
  /** Packages and baselines, shared by all cases. */
  readonly cacheDir: string;
  readonly sandbox: SandboxMode;
  readonly timeoutMs: number;
}

/** Verifies one case as `runyard verify` would, and compares. */
export async function runCase(
  each: Case,
  settings: RunSettings,
): Promise<{ result: CaseResult; verdict: Verdict | null }> {
  const folder = mkdtempSync(path.join(tmpdir(), 'runyard-corpus-'));
  const started = performance.now();
  try {
    const repository = makeCaseRepository(each, path.join(folder, 'repository'));
    const ran: { on: 'baseline' | 'change'; result: CheckResult }[] = [];
    const verifying = performance.now();
    const verdict = await verifyWorkingCopy({
      ...options(each, settings),
      repository: repository.folder,
      base: repository.base,
      head: { revision: repository.head },
      onCheckFinished: (result, on) => ran.push({ on, result }),
    });
    const seconds = (performance.now() - verifying) / 1000;
    const problems =
      each.kind === 'right'
        ? compareRight(each.spec, verdict)
        : compareWrong(each.spec, verdict, (file, text) => repository.lineOf(file, text));
    return { result: { ...frame(each), ...told(verdict, ran), problems, seconds }, verdict };
  } catch (error) {
    const problems = [`error: ${error instanceof Error ? error.message : String(error)}`];
    const seconds = (performance.now() - started) / 1000;
    return { result: { ...frame(each), ...NOTHING, problems, seconds }, verdict: null };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What `runyard verify` shows of the host's tools. */
const readable = toolFolders(userPath(process.env['PATH']), process.env['HOME'] ?? '/');

const NOTHING = {
  baseline: 'none',
  slowestCheckSeconds: 0,
  leastSeconds: 0,
  status: 'error',
  first: null,
  guards: [],
} as const;

function frame({ name, kind }: Case) {
  return { name, kind };
}

function options({ spec }: Case, { cacheDir, sandbox, timeoutMs }: RunSettings) {
  return {
    cacheDir,
    mayMount: hasOwnMounts(),
    sandbox: { mode: sandbox, readable, masked: [] },
    checks: {
      mode: 'auto' as const,
      commands: null,
      allowUnverified: false,
      ...(spec.format ? { format: spec.format } : {}),
    },
    scope: spec.scope ?? null,
    limits: { checkMs: timeoutMs, gitMs: 60_000, killGraceMs: 2_000 },
    hostEnvironment: process.env,
    redact: (text: string) => text,
    signal: AbortSignal.timeout(4 * timeoutMs),
  };
}

function told(verdict: Verdict, ran: readonly { on: 'baseline' | 'change'; result: CheckResult }[]) {
  const onBase = ran.some(({ on, result }) => on === 'baseline' && result.check.kind !== 'install');
  const baseline = onBase ? 'new' : verdict.baseline.length > 0 ? 'cached' : 'none';
  const [first = null] = verdict.introduced;
  const seconds = ran.map(({ result }) => (result.cached ? 0 : result.durationMs / 1000));
  const slowestCheckSeconds = Math.max(0, ...seconds);
  const sum = seconds.reduce((total, each) => total + each, 0);
  return {
    baseline,
    slowestCheckSeconds,
    leastSeconds: Math.max(slowestCheckSeconds, sum / laneCount()),
    status: verdict.status,
    first: first && { category: first.category, file: first.file, line: first.line, symbol: first.symbol },
    guards: verdict.guards.map(({ guard, action }) => `${guard}:${action}`),
  } as const;
}
