import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { createApiClient } from '../../api/client.ts';
import { rotationDays } from '../../domain/actor.ts';
import type { Finding } from '../../domain/finding.ts';
import { oldApiTokens } from '../../store/access/api-tokens.ts';
import type { Store } from '../../store/store.ts';
import { readServerFile } from '../server-file.ts';
import { warning } from './finding.ts';

const ANSWER_MS = 5_000;

/** D5: the tokens that should be replaced, if there are any; of a database that is open here, or of the server that has it open. */
export async function checkTokens(
  from: Pick<Store, 'db'> | { readonly dataDir: string },
): Promise<Finding[]> {
  const names = 'db' in from ? await oldApiTokens(from.db, rotationDays) : await askServer(from.dataDir);
  if (names.length === 0) return [];
  return [
    warning('tokens', `${names.length} API token(s) are older than ${rotationDays} days.`, {
      why: `${names.slice(0, 5).join(', ')}. The longer a token is used, the more places know it.`,
      next: 'Make new ones, hand them over, and revoke the old ones: runyard token list',
    }),
  ];
}

async function askServer(dataDir: string): Promise<string[]> {
  const server = await readServerFile(path.join(dataDir, 'server.json'));
  if (!server) return [];
  const token = await readFile(path.join(dataDir, 'api-token'), 'utf8');
  const client = createApiClient({ url: server.url, token: token.trim(), timeoutMs: ANSWER_MS });
  try {
    const { tokens } = await client.access.tokens({});
    return tokens.filter(({ isOld }) => isOld).map(({ name }) => name);
  } finally {
    client.close();
  }
}
