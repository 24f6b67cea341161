import type { HealthResponse } from '../api/contract.ts';
import type { SandboxMode } from '../domain/sandbox.ts';
import { schemaVersion } from '../store/schema-version.ts';
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
    const version = await schemaVersion(options.store.db).catch(() => null);
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
    };
  };
}
