import { realpathSync, statSync } from 'node:fs';
import { join, sep } from 'node:path';
import { z } from 'zod';
import type { Check } from '../domain/verdict.ts';
import { type HostEnvironment, userPath } from '../process/child-environment.ts';
import { findExecutable } from '../process/find-executable.ts';
import { runProcess } from '../process/run-process.ts';
import { rustToolChain } from '../process/rust-tool-chain.ts';
import { readSmallFile } from './detect/repository-files.ts';
import { splitCommand } from './detect/split-command.ts';

export interface ToolPlace {
  readonly checkout: string;
  /** Folder of the check, absolute. */
  readonly cwd: string;
  readonly environment: HostEnvironment;
}

const manifest = z.object({
  name: z.string().max(214).optional(),
  version: z.string().max(100).optional(),
  scripts: z.record(z.string(), z.unknown()).optional(),
});

/**
 * What the tool of a check calls itself, without running it where that can be: `vitest 4.1.12`. Of a script that is one plain command it is
 * that command's. null: cannot be told.
 */
export async function toolVersionOf(check: Check, place: ToolPlace): Promise<string | null> {
  const tool = await toolOf(check, place.cwd);
  if (!tool || tool.includes('/')) return null;
  for (const folder of new Set([place.cwd, place.checkout])) {
    const found = await packagedVersion(join(folder, 'node_modules'), tool, place.checkout);
    if (found) return found;
  }
  return hostVersion(tool, place.environment);
}

/** The first word that is really run: `npm test` stands for its script. */
export async function toolOf({ argv }: Check, cwd: string): Promise<string | null> {
  const [tool, ...args] = argv;
  if (tool === undefined || !/^(?:npm|pnpm|yarn|bun)$/.test(tool)) return tool ?? null;
  const name = args[0] === 'run' ? args[1] : args[0];
  const script = name === undefined ? undefined : (await readManifest(cwd))?.scripts?.[name];
  if (typeof script !== 'string') return tool;
  const split = splitCommand(script);
  return split.ok ? split.argv[0] : tool;
}

/** Whatever the name in node_modules/.bin leads to; nothing outside the checkout is read. */
async function packagedVersion(modules: string, tool: string, checkout: string): Promise<string | null> {
  const program = realPath(join(modules, '.bin', tool));
  const real = realPath(checkout);
  if (!program || !real || !program.startsWith(real + sep)) return null;
  const at = program.lastIndexOf(`${sep}node_modules${sep}`);
  if (at < 0) return null;
  const start = at + `${sep}node_modules${sep}`.length;
  const [scope = '', name = ''] = program.slice(start).split(sep);
  const folder = join(program.slice(0, start), scope, scope.startsWith('@') ? name : '');
  const found = await readManifest(folder);
  return found?.version ? `${found.name ?? tool} ${found.version}` : null;
}

function realPath(path: string): string | null {
  try {
    return realpathSync(path);
  } catch {
    return null;
  }
}

async function readManifest(folder: string): Promise<z.infer<typeof manifest> | null> {
  const text = await readSmallFile(join(folder, 'package.json'));
  if (text === null) return null;
  try {
    return manifest.parse(JSON.parse(text));
  } catch {
    // A check that needs it says so itself.
    return null;
  }
}

/** How programs of the machine are asked; others are not run for their version alone. */
const ASKED: Readonly<Record<string, readonly string[]>> = {
  bun: ['--version'],
  cargo: ['--version'],
  go: ['version'],
  mypy: ['--version'],
  node: ['--version'],
  npm: ['--version'],
  pnpm: ['--version'],
  pytest: ['--version'],
  python3: ['--version'],
  ruff: ['--version'],
  yarn: ['--version'],
};
const ASK_MS = 5_000;
/** By program and its file's size and times, so that another one is asked anew. */
const known = new Map<string, Promise<string | null>>();

async function hostVersion(tool: string, environment: HostEnvironment): Promise<string | null> {
  const args = ASKED[tool];
  const path = userPath(environment['PATH']);
  const program = args ? findExecutable(tool, path) : null;
  if (!args || !program) return null;
  const { size, mtimeMs } = statSync(program);
  const key = JSON.stringify([program, size, mtimeMs]);
  const asked = known.get(key) ?? ask(program, args, environment);
  known.set(key, asked);
  const version = await asked;
  return version === null ? null : version.startsWith(tool) ? version : `${tool} ${version}`;
}

/** In the root folder, so that no file of a repository chooses what is started. */
async function ask(
  program: string,
  args: readonly string[],
  environment: HostEnvironment,
): Promise<string | null> {
  const path = userPath(environment['PATH']);
  const { stdout, error } = await runProcess({
    argv: [program, ...args],
    cwd: '/',
    env: { PATH: path, HOME: '/nonexistent', ...rustToolChain(environment, path) },
    limits: { timeoutMs: ASK_MS, killGraceMs: 500, maxOutputBytes: 4096 },
    keep: 'start',
  });
  return error ? null : stdout.trim().split('\n')[0]?.slice(0, 100) || null;
}
