import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { writeFakeAgent } from './fake-agent.ts';
import { type FakeProvider, startFakeProvider } from './fake-provider.ts';
import { createSource, type Source } from './source.ts';

/** A world of its own: everything the control plane under test can reach lies in one temporary folder. */
export interface World {
  readonly folder: string;
  readonly dataDir: string;
  readonly temporary: string;
  readonly agent: string;
  /** Every program that plays an agent, to be known in the process table. */
  readonly agents: readonly string[];
  readonly sources: readonly Source[];
  readonly provider: FakeProvider;
  /** The provider's key: it must stand nowhere but in the environment. */
  readonly secret: string;
  /** Of the control plane. */
  readonly env: Readonly<Record<string, string>>;
  remove(): Promise<void>;
}

const SOURCES = 2;

export interface WorldOptions {
  /** PATH of the control plane. */
  readonly searchPath: string;
  readonly maxRuns?: number;
  readonly maxRunsPerRepository?: number;
  /** Programs that play agents beside the world's own. */
  readonly agents?: readonly string[];
  /** Folders that agents may read. */
  readonly readable?: readonly string[];
}

export async function createWorld({
  searchPath,
  maxRuns = 3,
  maxRunsPerRepository = 2,
  agents = [],
  readable = [],
}: WorldOptions): Promise<World> {
  const folder = await mkdtemp(path.join(tmpdir(), 'runyard-chaos-'));
  const at = (name: string) => path.join(folder, name);
  const provider = await startFakeProvider();
  const secret = `chaos-key-${randomBytes(16).toString('hex')}`;
  for (const name of ['home', 'tmp', 'bin']) await mkdir(at(name));
  await writeFakeAgent(at('bin/agent'));
  const settings = {
    providers: { chaos: { kind: 'anthropic', baseUrl: provider.url, apiKeyEnv: 'CHAOS_KEY' } },
    models: { implement: 'chaos/claude-sonnet-5' },
    scheduler: { maxRuns, maxRunsPerRepository },
    sandbox: { readable: [path.dirname(path.dirname(process.execPath)), ...readable] },
  };
  await writeFile(at('runyard.yaml'), JSON.stringify(settings));
  return {
    folder,
    dataDir: at('data'),
    temporary: at('tmp'),
    agent: at('bin/agent'),
    agents: [at('bin/agent'), ...agents],
    sources: Array.from({ length: SOURCES }, (_, index) => createSource(at(`source-${index + 1}`))),
    provider,
    secret,
    env: {
      PATH: searchPath,
      HOME: at('home'),
      TMPDIR: at('tmp'),
      RUNYARD_CONFIG: at('runyard.yaml'),
      CHAOS_KEY: secret,
    },
    async remove() {
      await provider.close();
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
