import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { shortId } from '../lib/ids.ts';
import { printedSecret } from './fake-agent.ts';
import { processesMentioning, show } from './proc.ts';
import { readDatabase } from './read-database.ts';
import type { ChaosSnapshot } from './snapshot.ts';
import type { World } from './world.ts';

export interface Seen {
  readonly accepted: readonly string[];
  readonly agentsTogether: readonly string[];
  readonly processes: readonly string[];
  /** Of each source, before anything ran. */
  readonly before: readonly Record<string, string>[];
}

/** Looks at everything once the control plane has ended. */
export async function collectSnapshot(world: World, seen: Seen): Promise<ChaosSnapshot> {
  const leftovers = [...leftFiles(world), ...processesMentioning([world.folder]).map(show)];
  const { runs, queueViolations, events, effects, ledger, recordedCalls, texts } = await readDatabase(
    world.dataDir,
  );
  return {
    accepted: seen.accepted,
    runs,
    queueViolations,
    events,
    effects,
    agentsTogether: seen.agentsTogether,
    branches: world.sources
      .flatMap((source) => source.branches())
      .map((branch) => ({
        ...branch,
        runId: runs.find(({ id }) => branch.name.endsWith(`-${shortId(id)}`))?.id ?? null,
      })),
    sourceChanges: world.sources.flatMap((source, index) =>
      Object.entries(source.state())
        .filter(([name, value]) => value !== seen.before[index]?.[name])
        .map(([name, value]) => `${source.folder}: ${name} is now ${value}`),
    ),
    processes: seen.processes,
    leftovers: [...leftovers, ...ledger],
    secrets: findSecrets(world, texts),
    provider: { answers: world.provider.answers(), recorded: recordedCalls },
  };
}

function leftFiles({ dataDir, temporary }: World): string[] {
  const workspaces = readdirSync(path.join(dataDir, 'workspaces')).map((name) => `workspace ${name}`);
  const temporaryFiles = readdirSync(temporary).map((name) => `temporary file ${name}`);
  const locks = filesBelow(dataDir)
    .filter((file) => /\.(lock|partial|removing)$/.test(file))
    .map((file) => path.relative(dataDir, file));
  const sockets = readdirSync(path.join(dataDir, 'sockets')).map((name) => `socket ${name}`);
  return [...workspaces, ...temporaryFiles, ...locks, ...sockets];
}

const LARGEST_SEARCHED_BYTES = 32 * 1024 * 1024;

function findSecrets(world: World, texts: ReadonlyMap<string, string>): string[] {
  const secrets = [world.secret, printedSecret];
  const holds = (text: string) => secrets.some((secret) => text.includes(secret));
  const stored = [...texts].filter(([, text]) => holds(text)).map(([place]) => place);
  const files = filesBelow(world.dataDir).filter((file) => holds(contentOf(file)));
  const committed = world.sources.filter((source) => holds(source.history())).map(({ folder }) => folder);
  return [...stored, ...files.map((file) => path.relative(world.dataDir, file)), ...committed];
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name));
}

function contentOf(file: string): string {
  const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  return size > LARGEST_SEARCHED_BYTES ? '' : readFileSync(file, 'latin1');
}
