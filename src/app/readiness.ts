import { randomBytes } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { ReadyResponse } from '../api/contract.ts';
import type { Shortage } from '../domain/shortage.ts';
import { formatDuration } from '../lib/deadline.ts';
import { readMigrations } from '../store/migrations.ts';
import { schemaVersion } from '../store/schema-version.ts';
import type { Store } from '../store/store.ts';
import { within } from './within.ts';

export interface ReadinessParts {
  readonly store: Store;
  readonly dataFolder: string;
  readonly accepting: () => boolean;
  readonly short: () => readonly Shortage[];
  /** How long ago the loop that moves runs last came to its end; null: this node moves none. */
  readonly loopQuietMs: () => number | null;
}

type Check = ReadyResponse['checks'][number];

/** Each dependency must answer in this time. */
const ANSWER_MS = 2_000;
/** The loop comes round every two seconds. */
const LONGEST_QUIET_MS = 20_000;

/** Asks everything that a run needs from this node, at the same time. Says nothing of where things are: anybody may ask. */
export function createReadiness(parts: ReadinessParts): () => Promise<ReadyResponse> {
  const known = readMigrations().then((migrations) => migrations.length);
  // Whoever asks hears of it.
  known.catch(() => undefined);
  return async () => {
    const version = within(ANSWER_MS, () => schemaVersion(parts.store.db));
    const checks = await Promise.all([
      check('accepting', async () => {
        if (!parts.accepting()) throw new Error('It takes no new runs: it is ending.');
        return 'It takes new runs.';
      }),
      check('database', async () => {
        await version.catch(() => fail(`The database does not answer within ${ANSWER_MS / 1000} s.`));
        return 'The database answers.';
      }),
      check('migrations', async () => schemaIsCurrent(version, await known)),
      check('data-folder', () => within(ANSWER_MS, () => folderIsWritable(parts))),
      check('scheduler', async () => loopIsAlive(parts.loopQuietMs())),
    ]);
    const isReady = checks.every(({ status }) => status === 'ok');
    return { status: isReady ? 'ready' : 'not-ready', at: new Date().toISOString(), checks };
  };
}

async function check(name: Check['name'], look: () => Promise<string>): Promise<Check> {
  const from = performance.now();
  const found = await look().then(
    (what) => ({ status: 'ok' as const, what }),
    (error: unknown) => ({ status: 'failing' as const, what: reasonOf(error) }),
  );
  return { name, ...found, tookMs: Math.round(performance.now() - from) };
}

function fail(reason: string): never {
  throw new Error(reason);
}

/** Words of ours; what an operating system or a driver says may name places. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'It failed.';
  const { code } = error as NodeJS.ErrnoException;
  return code === undefined ? error.message : `It failed with ${code}.`;
}

async function schemaIsCurrent(version: Promise<number>, known: number): Promise<string> {
  const found = await version.catch(() => fail('Not known while the database does not answer.'));
  if (found !== known) fail(`The schema has version ${found}, this program needs ${known}.`);
  return `All ${known} are applied.`;
}

async function folderIsWritable({ dataFolder, short }: ReadinessParts): Promise<string> {
  const file = path.join(dataFolder, `.ready-${randomBytes(6).toString('hex')}`);
  try {
    await writeFile(file, 'x', { mode: 0o600, flag: 'wx' });
  } finally {
    await rm(file, { force: true });
  }
  const disk = short().find(({ what }) => what === 'disk');
  if (disk) fail(`It has too little space: ${megabytes(disk.freeBytes)} of ${megabytes(disk.neededBytes)}.`);
  return 'It can be written to and has space.';
}

function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1024 / 1024)} MB`;
}

function loopIsAlive(quietMs: number | null): string {
  if (quietMs === null) return 'This node moves no runs.';
  if (quietMs > LONGEST_QUIET_MS) fail(`It has not come round for ${formatDuration(quietMs)}.`);
  return 'It comes round.';
}
