import path from 'node:path';
import { loadConfig } from '../../src/config/load-config.ts';
import { runSpecFrom } from '../../src/config/run-spec.ts';
import type { RunSpec } from '../../src/domain/run.ts';

const programs = path.join(import.meta.dirname, '../programs');

interface Place {
  readonly dataDir: string;
  /** Where no configuration file lies. */
  readonly folder: string;
}

/** A run whose agent edits one file at once, without checks. */
export function editSpec(repository: string, place: Place): Promise<RunSpec> {
  return programSpec(repository, 'edit-one-file', place);
}

/** The same with another program of bench/programs. */
export async function programSpec(
  repository: string,
  program: string,
  { dataDir, folder }: Place,
): Promise<RunSpec> {
  const { config } = await loadConfig({ env: {}, cwd: folder, flags: { dataDir } });
  const agent = `command:${path.join(programs, program)}`;
  const flags = { repository, agent, planMode: 'off', checks: 'off', allowUnverified: true } as const;
  return runSpecFrom(config, flags, { key: null, title: 'Edit one file', body: '' });
}
