import { setTimeout as delay } from 'node:timers/promises';
import { resolveGuardPolicy } from '../../domain/guard-policy.ts';
import type { RunLimits, RunSpec } from '../../domain/run.ts';
import type { Verdict } from '../../domain/verdict.ts';
import { readNpmSettings, registryHosts } from '../dependencies/npm-settings.ts';
import { parseGuardPolicy } from '../detect/override.ts';
import { overrideFile } from '../detect/override-file.ts';
import { defaultRegistryHosts } from '../egress/egress-proxy.ts';
import { isOutOfReach, type VerifyHost } from '../sandbox-settings.ts';
import type { ReadTree } from '../tree-reader.ts';
import { npmView, type PackageLookUp } from './dependencies/npm-view.ts';
import { findSearch, keepSearch } from './kept-search.ts';
import { type GuardReport, runGuards, type Searched } from './run-guards.ts';
import { withGuards } from './with-guards.ts';

/** What guards need of a verification. */
export interface GuardedCommit {
  readonly gitDir: string;
  readonly baseCommit: string;
  readonly commit: string;
  readonly limits: Pick<RunLimits, 'gitMs'>;
  readonly signal: AbortSignal;
  readonly checks: Pick<RunSpec['checks'], 'guards'>;
  readonly egressSocketPath: string | null;
  readonly scope?: readonly string[] | null;
  readonly isFresh?: boolean;
  readonly folders: {
    /** Where answers are kept. */
    readonly baselines: string;
  };
  readonly trees: {
    /** Tree objects of both commits. */
    readonly baseTree: string;
    readonly tree: string;
    readonly read: ReadTree;
  };
  /** When the checks have answered what they answer soonest. */
  readonly firstAnswer: Promise<void>;
}

const LONGEST_WAIT_MS = 1_000;

/** Searches the commit while its checks run, out of the way of what answers soonest, and puts both together. Nothing of either is left when it throws. */
export async function guardWhile(
  runChecks: () => Promise<Verdict>,
  { options, host }: { options: GuardedCommit; host: VerifyHost },
): Promise<Verdict> {
  const stop = new AbortController();
  const signal = AbortSignal.any([host.signal, stop.signal]);
  const checks = runChecks();
  const settled = checks.then(noop, noop);
  const begun = Promise.race([options.firstAnswer, settled, delay(LONGEST_WAIT_MS, undefined, { signal })]);
  const search = guardCommit({ ...options, signal, firstAnswer: begun.catch(noop) }, { ...host, signal });
  try {
    const [verdict, report] = await Promise.all([checks, search]);
    return withGuards(verdict, report);
  } finally {
    stop.abort(new Error('verification ended'));
    // Trees of the checks are removed by then.
    await Promise.allSettled([checks, search]);
  }
}

const noop = () => undefined;

/** The guards on the commit that is verified, by the policy of the operator and of the base commit. */
async function guardCommit(options: GuardedCommit, host: VerifyHost): Promise<GuardReport> {
  const { gitDir, baseCommit, commit, limits, checks } = options;
  const { baselines } = options.folders;
  const { read, ...trees } = options.trees;
  const question = { ...trees, scope: options.scope ?? null };
  const isKept = isOutOfReach(host);
  const known = isKept && !options.isFresh ? await findSearch(baselines, question) : null;
  const readBase = async (path: string) => (await read(baseCommit)).readText(path);
  const own = known?.policy ?? parseGuardPolicy(await readBase(overrideFile));
  const keep = (searched: Searched) => keepSearch(baselines, question, { searched, policy: own });
  return runGuards({
    gitDir,
    baseCommit,
    commit,
    policy: resolveGuardPolicy(checks.guards, own),
    scope: question.scope,
    searched: known?.searched ?? null,
    ...(isKept ? { keep } : {}),
    host,
    gitMs: limits.gitMs,
    readTree: read,
    begin: options.firstAnswer,
    lookUp: options.egressSocketPath === null ? null : lookUpWith(() => readBase('.npmrc'), host),
    now: new Date(),
  });
}

/** With the registries of the repository where they are ones that installations may reach too; nothing else is asked in its name. */
function lookUpWith(readNpmrc: () => Promise<string | null>, host: VerifyHost): PackageLookUp {
  let read: Promise<string | null> | null = null;
  return async (name, range) => {
    read ??= readNpmrc();
    const named = registriesOf(await read);
    const scope = name.startsWith('@') ? (name.split('/')[0] ?? '') : '';
    const registry = (scope === '' ? undefined : named.get(scope)) ?? named.get('') ?? null;
    if (registry !== null) {
      const settings = await readNpmSettings(host.environment, host.signal);
      const allowed = [...defaultRegistryHosts, ...registryHosts(settings)];
      const target = URL.canParse(registry) ? new URL(registry) : null;
      if (
        !target ||
        target.username !== '' ||
        !/^https?:$/.test(target.protocol) ||
        !allowed.includes(target.hostname.toLowerCase())
      ) {
        return {
          kind: 'unknown',
          why: `its registry in .npmrc, ${target?.hostname ?? 'not a URL'}, is not one of the operator's`,
        };
      }
    }
    return npmView({ host: host.environment, signal: host.signal, registryOf: () => registry })(name, range);
  };
}

/** By scope; the empty one is the default. */
function registriesOf(npmrc: string | null): ReadonlyMap<string, string> {
  return new Map(
    (npmrc ?? '').split('\n').flatMap((line) => {
      const match = /^\s*(?:(@[\w.-]{1,200}):)?registry\s*=\s*(\S{1,500})\s*$/.exec(line);
      return match ? [[match[1] ?? '', match[2] ?? ''] as const] : [];
    }),
  );
}
