import type { HealthResponse } from '../api/contract.ts';
import type { SandboxMode } from '../domain/sandbox.ts';
import { lastOrphans } from '../events/last-orphans.ts';
import { listBreakers } from '../store/breakers.ts';
import { listNodes } from '../store/nodes.ts';
import { schemaVersion } from '../store/schema-version.ts';
import { listSingletons } from '../store/singleton-lease.ts';
import type { Store } from '../store/store.ts';
import { runyardVersion } from './version.ts';

export interface HealthOptions {
  readonly store: Store;
  readonly sandbox: { readonly mode: SandboxMode; readonly why: string };
  readonly nodeId: string;
  readonly active: () => number;
  readonly accepting: () => boolean;
}

/** Asks the real dependencies: the database answers a query, or the node is not healthy. */
export function createHealth(options: HealthOptions): () => Promise<HealthResponse> {
  return async () => {
    const { db } = options.store;
    const [version, nodes, singletons] = await Promise.all([
      schemaVersion(db).catch(() => null),
      listNodes(db).catch(() => []),
      listSingletons(db).catch(() => []),
    ]);
    const database = version === null ? 'failing' : 'ok';
    const status = database === 'failing' ? 'failing' : options.accepting() ? 'ok' : 'draining';
    return {
      status,
      version: runyardVersion,
      node: options.nodeId,
      pid: process.pid,
      database,
      schemaVersion: version === null ? null : String(version),
      sandbox: { mode: options.sandbox.mode, why: options.sandbox.why },
      activeRuns: options.active(),
      breakers: await openBreakers(options.store),
      orphans: await recentOrphans(options.store),
      nodes: nodes.map(({ id, host, pid, startedAt }) => ({ id, host, pid, since: startedAt.toISOString() })),
      singletons: singletons.map(({ name, holder, since }) => ({ name, holder, since: since.toISOString() })),
    };
  };
}

/** Those that hold runs back; none while the database is away. */
export async function openBreakers({ db }: Store): Promise<HealthResponse['breakers']> {
  const all = await listBreakers(db).catch(() => []);
  return all.flatMap(({ breaker: { key, state, retryAt } }) =>
    state === 'closed' ? [] : [{ key, state, retryAt: retryAt?.toISOString() ?? null }],
  );
}

const ORPHANS_TOLD_DAYS = 7;

export async function recentOrphans({ db }: Store): Promise<HealthResponse['orphans']> {
  const passes = await lastOrphans(db, ORPHANS_TOLD_DAYS).catch(() => []);
  return passes.map(({ at, ...pass }) => ({ ...pass, at: at.toISOString() }));
}
