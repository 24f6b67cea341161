import { access } from 'node:fs/promises';
import path from 'node:path';
import { createApiClient } from '../../api/client.ts';
import type { HealthResponse } from '../../api/contract.ts';
import { prepareDataFolder } from '../../config/data-folder.ts';
import type { Config } from '../../config/schema.ts';
import { toErrorData } from '../../domain/errors/runyard-error.ts';
import type { Finding } from '../../domain/finding.ts';
import { schemaVersion } from '../../store/schema-version.ts';
import { openBreakers, recentOrphans } from '../health.ts';
import { openDatabase } from '../open-database.ts';
import { readServerFile } from '../server-file.ts';
import { checkTokens } from './check-tokens.ts';
import { failureOf, good } from './finding.ts';
import { troubleFindings } from './trouble-findings.ts';

/**
 * Opens the configured database for real, migrations included; a server that has it open is asked instead. Then what stands there of breakers
 * and orphans.
 */
export async function checkDatabase(config: Config): Promise<Finding[]> {
  const kind = config.database.url ? 'External PostgreSQL' : 'Embedded PostgreSQL';
  try {
    const served = await askServer(config.dataDir);
    if (served) {
      const answered = good(
        'database',
        `${kind}, schema version ${served.schemaVersion}.`,
        whoServes(served),
      );
      return [answered, ...troubleFindings(served), ...(await checkTokens(config))];
    }
    const isNew = !config.database.url && !(await exists(path.join(config.dataDir, 'postgres')));
    if (isNew) await prepareDataFolder(config.dataDir);
    const { store, stop } = await openDatabase(config, () => undefined);
    try {
      const version = await schemaVersion(store.db);
      const [breakers, orphans] = await Promise.all([openBreakers(store), recentOrphans(store)]);
      const opened = good('database', `${kind}, schema version ${version}.`, isNew ? 'Made now.' : '');
      return [opened, ...troubleFindings({ breakers, orphans }), ...(await checkTokens(store))];
    } finally {
      await store.close();
      await stop();
    }
  } catch (error) {
    return [failureOf('database', toErrorData(error))];
  }
}

function whoServes({ nodes, singletons }: HealthResponse): string {
  const known = nodes.map(({ id, host, pid, since }) => `${id} (process ${pid} on ${host} since ${since})`);
  const duties = singletons.map(({ name, holder, since }) => ` ${name} is done by ${holder} since ${since}.`);
  return `In use by the running server. Nodes: ${known.join(', ')}.${duties.join('')}`;
}

const ANSWER_MS = 5_000;

async function askServer(dataDir: string): Promise<HealthResponse | null> {
  const server = await readServerFile(path.join(dataDir, 'server.json'));
  if (!server) return null;
  const client = createApiClient({ url: server.url, token: '', timeoutMs: ANSWER_MS });
  try {
    const health = await client.health();
    return health.pid === server.pid && health.schemaVersion !== null ? health : null;
  } catch {
    return null;
  } finally {
    client.close();
  }
}

function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
