import { access, stat, statfs } from 'node:fs/promises';
import path from 'node:path';
import { checkDataFolder } from '../../config/data-folder.ts';
import { loadPrompts } from '../../config/prompts.ts';
import type { Config } from '../../config/schema.ts';
import { toErrorData } from '../../domain/errors/runyard-error.ts';
import type { Finding } from '../../domain/finding.ts';
import { installHint } from '../../process/install-hint.ts';
import { runProcess } from '../../process/run-process.ts';
import { failure, failureOf, good, warning } from './finding.ts';

type Environment = Readonly<Record<string, string | undefined>>;

const OLDEST_NODE = 24;

export function checkNode(version: string = process.versions.node): Finding {
  const major = Number(version.split('.')[0]);
  if (major >= OLDEST_NODE) return good('node', `Node ${version}.`);
  return failure('node', `Node ${version} is too old.`, {
    why: `Runyard needs Node ${OLDEST_NODE} or newer; it runs TypeScript as it stands.`,
    next: 'Start it through bin/runyard, which uses the Node that npm install put into node_modules.',
  });
}

/** git 2.31 is the first with `GIT_CONFIG_COUNT`, by which a command gets settings that no repository can change. */
const OLDEST_GIT: readonly [number, number] = [2, 31];

export async function checkGit(env: Environment): Promise<Finding> {
  const result = await runProcess({
    argv: ['git', '--version'],
    cwd: '/',
    env: { PATH: env['PATH'] ?? '' },
    limits: { timeoutMs: 10_000, killGraceMs: 500, maxOutputBytes: 4096 },
  });
  if (result.error)
    return failure('git', 'git cannot be used.', { why: result.error.why, next: installHint('git') });
  const [, major = '0', minor = '0'] = /(\d+)\.(\d+)/.exec(result.stdout) ?? [];
  const isOld =
    Number(major) < OLDEST_GIT[0] || (Number(major) === OLDEST_GIT[0] && Number(minor) < OLDEST_GIT[1]);
  if (!isOld) return good('git', `${result.stdout.trim()}.`);
  return failure('git', `${result.stdout.trim()} is too old.`, {
    why: `Runyard needs git ${OLDEST_GIT.join('.')} or newer.`,
    next: 'Install a newer git from your system or from https://git-scm.com.',
  });
}

export async function checkDataDir({ dataDir }: Config): Promise<Finding> {
  const exists = await access(dataDir).then(
    () => true,
    () => false,
  );
  if (!exists)
    return good(
      'data folder',
      `${dataDir} does not exist yet.`,
      'It is made at the first start, with mode 0700.',
    );
  try {
    await checkDataFolder(dataDir);
    return good('data folder', `${dataDir}, closed to others.`);
  } catch (error) {
    return failureOf('data folder', toErrorData(error), 'configuration');
  }
}

const MEBIBYTE = 1024 * 1024;
const LEAST_MEBIBYTES = 300;
const COMFORTABLE_MEBIBYTES = 2048;
const LEAST_FILES = 20_000;

export async function checkDisk({ dataDir }: Config): Promise<Finding> {
  const folder = await nearestFolder(dataDir);
  const { bavail, bsize, ffree, files } = await statfs(folder);
  const free = Math.floor((bavail * bsize) / MEBIBYTE);
  const next = 'Free some space, or choose a folder on another disk: --data-dir <folder>';
  const what = `${free} MiB free where the data folder is.`;
  const why = 'The database, mirrors, workspaces and installed dependencies need room.';
  // Some file systems (btrfs) count no files: both are 0 there.
  if (files > 0 && ffree < LEAST_FILES)
    return failure('disk', `Only ${ffree} files can still be made there.`, { why, next });
  if (free < LEAST_MEBIBYTES) return failure('disk', what, { why, next });
  return free < COMFORTABLE_MEBIBYTES ? warning('disk', what, { why, next }) : good('disk', what);
}

export async function checkPrompts(folder?: string): Promise<Finding> {
  try {
    const templates = Object.entries(await loadPrompts(folder));
    const versions = templates.map(([name, { version }]) => `${name}@${version}`);
    return good('prompts', `${versions.length} templates: ${versions.join(', ')}.`);
  } catch (error) {
    return failureOf('prompts', toErrorData(error), 'configuration');
  }
}

/** The folder, or the one it will be made in. */
export async function nearestFolder(folder: string): Promise<string> {
  const found = await stat(folder).catch(() => null);
  if (found?.isDirectory()) return folder;
  const parent = path.dirname(folder);
  return parent === folder ? folder : nearestFolder(parent);
}
