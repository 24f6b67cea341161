import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import type { GuardFinding } from '../../domain/guard.ts';
import type { ResolvedPolicy } from '../../domain/guard-policy.ts';
import { sha256Hex } from '../../lib/canonical-json.ts';
import { runProcess } from '../../process/run-process.ts';
import type { ProcessResult } from '../../process/types.ts';
import { ownProgram } from '../own-programs.ts';
import type { VerifyHost } from '../sandbox-settings.ts';
import type { ReadTree } from '../tree-reader.ts';
import { lookUpPackages, packagesToLookUp } from './dependencies/look-up-packages.ts';
import type { PackageLookUp } from './dependencies/npm-view.ts';
import { mayReach, readReach } from './reach.ts';
import { readChange } from './read-change.ts';
import { suspicionSchema } from './suspicion-schemas.ts';
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
  readonly readTree: ReadTree;
  /** The search itself begins after it; absent: at once. */
  readonly begin?: Promise<unknown>;
  /** null: there is no network to ask a registry over. */
  readonly lookUp: PackageLookUp | null;
  readonly now: Date;
  /** What the same search found before; absent or null: it is made. */
  readonly searched?: Searched | null;
  /** Called with what a search found that came to its end. */
  readonly keep?: (searched: Searched) => Promise<void>;
}

/** A suspicion with its texts redacted. */
type Suspected = Omit<GuardFinding, 'action'> & Pick<Suspicion, 'weight'>;

/** What was suspected, before any policy. */
export interface Searched {
  readonly suspected: readonly Suspected[];
  /** Packages a registry has to be asked about each time, as its answer changes. */
  readonly hasNewPackages: boolean;
}

export interface GuardReport {
  readonly findings: readonly GuardFinding[];
  readonly warnings: readonly string[];
}

const OWN_ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const TIMEOUT_MS = 90_000;
const MOST_OUTPUT_BYTES = 8 * 1024 * 1024;
const MOST_FINDINGS = 100;
const MOST_MEMORY_KIB = 4 * 1024 * 1024;

const suspicionsSchema = z.array(suspicionSchema);

/**
 * Searches a commit for ways to pass without being right (V7), from git objects alone. Throws only when git fails or the signal aborts: a
 * search that ends otherwise is itself a finding, so that a change cannot escape by breaking it.
 */
export async function runGuards(options: GuardOptions): Promise<GuardReport> {
  const { gitDir, baseCommit, commit, host, gitMs, policy, scope, lookUp, now, searched = null } = options;
  if (Object.values(policy).every(({ certain, doubtful }) => certain === 'off' && doubtful === 'off')) {
    return { findings: [], warnings: [] };
  }
  const asksRegistry = policy['new-dependencies'].certain !== 'off';
  if (searched && !(asksRegistry && searched.hasNewPackages)) {
    return { findings: findingsOf(searched.suspected, policy), warnings: [] };
  }
  const items = await readChange(baseCommit, { gitDir, commit, timeoutMs: gitMs, signal: host.signal });
  const change: Change = { items, scope, reach: searched ? [] : await reachOf(items, options) };
  const [suspected, packages] = await Promise.all([
    searched?.suspected ?? searchAndKeep(change, options),
    asksRegistry ? lookUpPackages(change, { lookUp, now }) : { suspicions: [], warnings: [] },
  ]);
  const all = [...suspected, ...packages.suspicions.map((each) => suspectedOf(each, host))];
  return { findings: findingsOf(all, policy), warnings: packages.warnings };
}

async function searchAndKeep(
  change: Change,
  { host, keep, begin }: GuardOptions,
): Promise<readonly Suspected[]> {
  await begin;
  const { suspicions, isWhole } = await search(change, host);
  const suspected = suspicions.map((each) => suspectedOf(each, host));
  if (isWhole) await keep?.({ suspected, hasNewPackages: packagesToLookUp(change).length > 0 });
  return suspected;
}

function findingsOf(suspected: readonly Suspected[], policy: ResolvedPolicy): readonly GuardFinding[] {
  const findings = suspected.flatMap(({ weight, ...rest }) => {
    const action = policy[rest.guard][weight];
    return action === 'off' ? [] : [{ ...rest, action }];
  });
  findings.sort((a, b) => RANK[a.action] - RANK[b.action]);
  return findings.slice(0, MOST_FINDINGS);
}

async function reachOf(
  items: readonly ChangedItem[],
  { readTree, commit }: GuardOptions,
): Promise<TestReach[]> {
  if (!mayReach(items)) return [];
  const { files, readTexts } = await readTree(commit);
  return readReach(items, { paths: new Set(files.map(({ path }) => path)), readTexts });
}

const RANK = { block: 0, ask: 1, warn: 2 } as const;

interface Search {
  readonly suspicions: readonly Suspicion[];
  /** It came to its end. */
  readonly isWhole: boolean;
}

async function search(change: Change, host: VerifyHost): Promise<Search> {
  const result = await runProcess({
    ...ownProgram('guards', host, { memoryKiB: MOST_MEMORY_KIB, readable: [] }),
    cwd: OWN_ROOT,
    input: JSON.stringify(change),
    limits: { timeoutMs: TIMEOUT_MS, killGraceMs: host.killGraceMs, maxOutputBytes: MOST_OUTPUT_BYTES },
    signal: host.signal,
  });
  host.signal.throwIfAborted();
  const parsed = result.error ? null : suspicionsSchema.safeParse(parseJson(result.stdout));
  if (!parsed?.success) return { suspicions: [unsearched(result, host)], isWhole: false };
  const suspicions = parsed.data.map(({ identity, ...rest }) =>
    identity === undefined ? rest : { ...rest, identity },
  );
  return { suspicions, isWhole: true };
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

function suspectedOf(
  { guard, weight, message, file, line, evidence, hint, identity }: Suspicion,
  { redact }: VerifyHost,
): Suspected {
  const fingerprint = sha256Hex(JSON.stringify([guard, file, identity ?? message])).slice(0, 24);
  return {
    guard,
    weight,
    message: redact(message),
    file,
    line,
    evidence: redact(evidence),
    hint,
    fingerprint,
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // No suspicions in it: the search counts as one that did not come to its end.
    return null;
  }
}
