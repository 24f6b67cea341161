import { homedir } from 'node:os';
import path from 'node:path';
import { runyardError } from '../domain/errors/runyard-error.ts';
import { assembleConfig } from './assemble-config.ts';
import {
  absolutePath,
  configFileName,
  firstExisting,
  isReadableByOthers,
  readConfigFile,
  readEnvFile,
} from './config-files.ts';
import { defaultDataDir } from './data-folder.ts';
import {
  type Assignment,
  assignmentsOfEnvironment,
  type Environment,
  refuseGuarded,
  type Source,
  type UnknownVariable,
} from './layers.ts';
import type { Config } from './schema.ts';
import { findSetting } from './settings.ts';

/** What the command line may set. Everything else has a file or a variable. */
export interface ConfigFlags {
  readonly config?: string | undefined;
  readonly dataDir?: string | undefined;
  readonly host?: string | undefined;
  readonly port?: number | undefined;
  /** A length of time: `10m`. */
  readonly drain?: string | undefined;
}

export interface LoadRequest {
  readonly env: Environment;
  readonly cwd: string;
  readonly flags?: ConfigFlags;
  /**
   * A local repository whose `runyard.yaml` and `.env` count as the project's; the current folder if absent. What a repository says of
   * its own checks is read from the commit that is verified, so it is no setting here.
   */
  readonly projectDir?: string;
}

export interface LoadedConfig {
  readonly config: Config;
  /** By setting path; a path that is absent has its default. */
  readonly sources: ReadonlyMap<string, Source>;
  /** The files that were read, the one that wins first. */
  readonly files: readonly string[];
  readonly warnings: readonly string[];
}

/**
 * Reads all settings. A later layer wins: defaults, your own file, the project's `runyard.yaml`, `.env`, environment, flags. Your
 * own file is the first of: --config, $RUNYARD_CONFIG, runyard.yaml in the data folder, in $XDG_CONFIG_HOME/runyard. With --config or
 * $RUNYARD_CONFIG no project file is read.
 */
export async function loadConfig(request: LoadRequest): Promise<LoadedConfig> {
  const { env, cwd, flags = {} } = request;
  const projectDir = request.projectDir ?? cwd;
  const dotenv = await readEnvFile(path.join(projectDir, '.env'));
  const environment = assignmentsOfEnvironment(env, 'environment');
  const fromDotenv = assignmentsOfEnvironment(dotenv, path.join(projectDir, '.env'));
  refuseGuarded(
    fromDotenv.assignments.filter(({ path: setting }) => !setting.endsWith('.apiKey')),
    path.join(projectDir, '.env'),
  );
  const above = [...environment.assignments, ...assignmentsOfFlags(flags)];
  const files = await readFiles({ request, flags, projectDir, above });

  const assignments = [...files.assignments, ...fromDotenv.assignments, ...above];
  const { config, sources } = assembleConfig(assignments, { ...dotenv, ...env });
  resolvePaths(config, sources, { env, cwd });
  const unknown = strayVariables(config, [...environment.unknown, ...fromDotenv.unknown]);
  const ignored = unknown.map(({ name }) => `${name} is not a setting of Runyard and is ignored.`);
  const warnings = [...ignored, ...(await exposedKeys(assignments))];
  return { config, sources, files: files.read, warnings };
}

function assignmentsOfFlags(flags: ConfigFlags): Assignment[] {
  const named = [
    { path: 'dataDir', value: flags.dataDir, name: '--data-dir' },
    { path: 'server.host', value: flags.host, name: '--host' },
    { path: 'server.port', value: flags.port, name: '--port' },
    { path: 'server.drainMs', value: flags.drain, name: '--drain' },
  ];
  return named.flatMap(({ path: setting, value, name }) =>
    value === undefined ? [] : [{ path: setting, value, source: { kind: 'flag' as const, name } }],
  );
}

interface FileRequest {
  readonly request: LoadRequest;
  readonly flags: ConfigFlags;
  readonly projectDir: string;
  readonly above: readonly Assignment[];
}

async function readFiles({
  request,
  flags,
  projectDir,
  above,
}: FileRequest): Promise<{ assignments: Assignment[]; read: string[] }> {
  const { env, cwd } = request;
  const named = flags.config ?? (env['RUNYARD_CONFIG'] || undefined);
  if (named !== undefined) {
    const file = absolutePath(named, { home: homeOf(env), from: cwd });
    const assignments = await readConfigFile(file);
    if (!assignments)
      throw runyardError('config.file-unreadable', { file, detail: 'There is no such file.' });
    return { assignments, read: [file] };
  }
  const dataDir = above.findLast((assignment) => assignment.path === 'dataDir')?.value;
  const home = homeOf(env);
  const dataFolder =
    typeof dataDir === 'string' ? absolutePath(dataDir, { home, from: cwd }) : defaultDataDir(env);
  const userFolder = env['XDG_CONFIG_HOME'] || path.join(home, '.config');
  const own = await firstExisting([
    path.join(dataFolder, configFileName),
    path.join(userFolder, 'runyard', configFileName),
  ]);
  const project = path.join(projectDir, configFileName);
  const ownAssignments = own ? ((await readConfigFile(own)) ?? []) : [];
  // The current folder may be a repository too, and its checks in any form must not stop a command that is given in it.
  const projectAssignments = project === own ? null : await readConfigFile(project, { isRepository: true });
  if (projectAssignments) refuseGuarded(projectAssignments, project);
  return {
    assignments: [...ownAssignments, ...(projectAssignments ?? [])],
    read: [...(projectAssignments ? [project] : []), ...(own ? [own] : [])],
  };
}

function resolvePaths(
  config: Config,
  sources: ReadonlyMap<string, Source>,
  { env, cwd }: { env: Environment; cwd: string },
): void {
  const home = homeOf(env);
  const from = (setting: string) => {
    const source = sources.get(setting);
    return source?.kind === 'file' ? path.dirname(source.name) : cwd;
  };
  config.dataDir = sources.has('dataDir')
    ? absolutePath(config.dataDir, { home, from: from('dataDir') })
    : defaultDataDir(env);
  config.sandbox.readable = config.sandbox.readable.map((folder) =>
    absolutePath(folder, { home, from: from('sandbox.readable') }),
  );
}

/** Unknown variables that hold no provider's key. One that is nearly a setting is refused: it was meant to be one. */
function strayVariables(config: Config, unknown: readonly UnknownVariable[]): UnknownVariable[] {
  const keyVariables = new Set(Object.values(config.providers).map(({ apiKeyEnv }) => apiKeyEnv));
  const stray = unknown.filter(({ name }) => !keyVariables.has(name));
  const slip = stray.find(({ suggestion }) => suggestion !== null);
  if (!slip) return stray;
  const { name, origin, suggestion } = slip;
  throw runyardError('config.unknown-setting', { setting: name, source: origin, suggestion });
}

async function exposedKeys(assignments: readonly Assignment[]): Promise<string[]> {
  const warnings: string[] = [];
  for (const { path: setting, source } of assignments) {
    if (source.kind !== 'file' || !findSetting(setting)?.secret) continue;
    if (await isReadableByOthers(source.name)) {
      warnings.push(
        `${source.name} holds a secret (${setting}) and others may read it: chmod 600 '${source.name}'`,
      );
    }
  }
  return warnings;
}

function homeOf(env: Environment): string {
  return env['HOME'] || homedir();
}
