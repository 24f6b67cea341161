import { resolveGuardPolicy } from '../../domain/guard-policy.ts';
import type { RunLimits, RunSpec } from '../../domain/run.ts';
import type { Verdict } from '../../domain/verdict.ts';
import { readCommitTree } from '../commit-tree.ts';
import { readNpmSettings, registryHosts } from '../dependencies/npm-settings.ts';
import { overrideFile, parseGuardPolicy } from '../detect/override.ts';
import { defaultRegistryHosts } from '../egress/egress-proxy.ts';
import type { VerifyHost } from '../sandbox-settings.ts';
import { npmView, type PackageLookUp } from './dependencies/npm-view.ts';
import { type GuardReport, runGuards } from './run-guards.ts';
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
}

/** Searches the commit while its checks run, and puts both together. Nothing of the search is left when it throws. */
export async function guardWhile(
  runChecks: () => Promise<Verdict>,
  { options, host }: { options: GuardedCommit; host: VerifyHost },
): Promise<Verdict> {
  const stop = new AbortController();
  const signal = AbortSignal.any([host.signal, stop.signal]);
  const search = guardCommit({ ...options, signal }, { ...host, signal });
  try {
    const [verdict, report] = await Promise.all([runChecks(), search]);
    return withGuards(verdict, report);
  } finally {
    stop.abort(new Error('verification ended'));
    await search.catch(() => null);
  }
}

/** The guards on the commit that is verified, by the policy of the operator and of the base commit. */
async function guardCommit(options: GuardedCommit, host: VerifyHost): Promise<GuardReport> {
  const { gitDir, baseCommit, commit, limits, signal, checks } = options;
  const base = await readCommitTree({ gitDir, commit: baseCommit, timeoutMs: limits.gitMs, signal });
  const policy = resolveGuardPolicy(checks.guards, parseGuardPolicy(await base.readText(overrideFile)));
  const npmrc = await base.readText('.npmrc');
  return runGuards({
    gitDir,
    baseCommit,
    commit,
    policy,
    scope: options.scope ?? null,
    host,
    gitMs: limits.gitMs,
    lookUp: options.egressSocketPath === null ? null : lookUpWith(npmrc, host),
    now: new Date(),
  });
}

/** With the registries of the repository where they are ones that installations may reach too; nothing else is asked in its name. */
function lookUpWith(npmrc: string | null, host: VerifyHost): PackageLookUp {
  const named = registriesOf(npmrc);
  return async (name, range) => {
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
