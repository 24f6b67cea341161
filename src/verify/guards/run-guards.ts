import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { type GuardFinding, guardNames } from '../../domain/guard.ts';
import type { ResolvedPolicy } from '../../domain/guard-policy.ts';
import { sha256Hex } from '../../lib/canonical-json.ts';
import { childEnvironment } from '../../process/child-environment.ts';
import { runProcess } from '../../process/run-process.ts';
import type { ProcessResult } from '../../process/types.ts';
import { type CommitTreeOptions, readCommitTree } from '../commit-tree.ts';
import { checkSandbox, type VerifyHost } from '../sandbox-settings.ts';
import { lookUpPackages } from './dependencies/look-up-packages.ts';
import type { PackageLookUp } from './dependencies/npm-view.ts';
import { mayReach, readReach } from './reach.ts';
import { readChange } from './read-change.ts';
import type { Change, ChangedItem, Suspicion, TestReach } from './types.ts';

export interface GuardOptions {
  readonly gitDir: string;
  readonly baseCommit: string;
  readonly commit: string;
  readonly policy: ResolvedPolicy;
  /** What the plan says will be touched; null: there is no plan. */
  readonly scope: readonly string[] | null;
  readonly host: VerifyHost;
  readonly gitMs: number;
  /** null: there is no network to ask a registry over. */
  readonly lookUp: PackageLookUp | null;
  readonly now: Date;
}

export interface GuardReport {
  readonly findings: readonly GuardFinding[];
  readonly warnings: readonly string[];
}

const PROGRAM = fileURLToPath(new URL('./main.ts', import.meta.url));
const OWN_ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const OWN_PARTS = ['package.json', 'src', 'node_modules'].map((name) => join(OWN_ROOT, name));
const TIMEOUT_MS = 90_000;
const MOST_OUTPUT_BYTES = 8 * 1024 * 1024;
const MOST_FINDINGS = 100;
const WITH_MEMORY_LIMIT = ['sh', '-c', 'ulimit -d 4194304; exec "$@"', 'sh'] as const;

const suspicionsSchema = z.array(
  z.object({
    guard: z.enum(guardNames),
    weight: z.enum(['certain', 'doubtful']),
    message: z.string(),
    file: z.string().nullable(),
    line: z.number().int().nullable(),
    evidence: z.string(),
    hint: z.string(),
    identity: z.string().optional(),
  }),
);

/**
 * Searches a commit for ways to pass without being right (V7), from git objects alone. Throws only when git fails or the signal aborts: a
 * search that ends otherwise is itself a finding, so that a change cannot escape by breaking it.
 */
export async function runGuards(options: GuardOptions): Promise<GuardReport> {
  const { gitDir, baseCommit, commit, host, gitMs, policy, scope, lookUp, now } = options;
  if (Object.values(policy).every(({ certain, doubtful }) => certain === 'off' && doubtful === 'off')) {
    return { findings: [], warnings: [] };
  }
  const items = await readChange(baseCommit, { gitDir, commit, timeoutMs: gitMs, signal: host.signal });
  const reach = await reachOf(items, { gitDir, commit, timeoutMs: gitMs, signal: host.signal });
  const change: Change = { items, scope, reach };
  const asksRegistry = policy['new-dependencies'].certain !== 'off';
  const [found, packages] = await Promise.all([
    search(change, host),
    asksRegistry ? lookUpPackages(change, { lookUp, now }) : { suspicions: [], warnings: [] },
  ]);
  const findings = [...found, ...packages.suspicions].flatMap((each) => toFinding(each, { policy, host }));
  findings.sort((a, b) => RANK[a.action] - RANK[b.action]);
  return { findings: findings.slice(0, MOST_FINDINGS), warnings: packages.warnings };
}

async function reachOf(items: readonly ChangedItem[], options: CommitTreeOptions): Promise<TestReach[]> {
  if (!mayReach(items)) return [];
  const { files, readTexts } = await readCommitTree(options);
  return readReach(items, { paths: new Set(files.map(({ path }) => path)), readTexts });
}

const RANK = { block: 0, ask: 1, warn: 2 } as const;

async function search(change: Change, host: VerifyHost): Promise<readonly Suspicion[]> {
  const policy = checkSandbox(host, []);
  const result = await runProcess({
    argv: [...WITH_MEMORY_LIMIT, process.execPath, PROGRAM],
    cwd: OWN_ROOT,
    env: childEnvironment(host.environment, { home: '/nonexistent' }),
    input: JSON.stringify(change),
    limits: { timeoutMs: TIMEOUT_MS, killGraceMs: host.killGraceMs, maxOutputBytes: MOST_OUTPUT_BYTES },
    sandbox: { ...policy, readable: [...policy.readable, process.execPath, ...OWN_PARTS] },
    signal: host.signal,
  });
  host.signal.throwIfAborted();
  const parsed = result.error ? null : suspicionsSchema.safeParse(parseJson(result.stdout));
  if (parsed?.success)
    return parsed.data.map(({ identity, ...rest }) =>
      identity === undefined ? rest : { ...rest, identity },
    );
  return [unsearched(result, host)];
}

/** A parser that dies of a file is what a hostile file is made for; a slow machine is not. */
function unsearched(result: ProcessResult, { redact }: VerifyHost): Suspicion {
  const isDead = result.cause === 'signalled' || (result.cause === 'exited' && (result.exitCode ?? 0) >= 128);
  const why =
    result.cause === 'timed-out'
      ? `it took longer than ${TIMEOUT_MS / 1000} s`
      : isDead
        ? 'a file of it ends the parser'
        : redact(result.stderr.trim().slice(-300));
  return {
    guard: 'weakened-tests',
    weight: isDead ? 'certain' : 'doubtful',
    message: `The change could not be searched for weakened tests, secrets and the like: ${why}.`,
    file: null,
    line: null,
    evidence: '',
    hint: 'Make the changed files smaller and simpler, so that they can be parsed.',
    identity: 'unsearched',
  };
}

function toFinding(
  suspicion: Suspicion,
  { policy, host }: { policy: ResolvedPolicy; host: VerifyHost },
): GuardFinding[] {
  const { guard, weight, message, file, line, evidence, hint, identity } = suspicion;
  const action = policy[guard][weight];
  if (action === 'off') return [];
  const fingerprint = sha256Hex(JSON.stringify([guard, file, identity ?? message])).slice(0, 24);
  return [
    {
      guard,
      action,
      message: host.redact(message),
      file,
      line,
      evidence: host.redact(evidence),
      hint,
      fingerprint,
    },
  ];
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
