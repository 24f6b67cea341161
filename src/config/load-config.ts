import { homedir } from 'node:os';
import path from 'node:path';
import { runyardError } from '../domain/errors/runyard-error.ts';
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
  invalidSetting,
  refuseGuarded,
  type Source,
} from './layers.ts';
import { builtInProviders, defaultKeyVariable } from './providers.ts';
import { type Config, configSchema } from './schema.ts';
import { findSetting } from './settings.ts';

/** What the command line may set. Everything else has a file or a variable. */
export interface ConfigFlags {
  readonly config?: string | undefined;
  readonly dataDir?: string | undefined;
  readonly host?: string | undefined;
  readonly port?: number | undefined;
}

export interface LoadRequest {
  readonly env: Environment;
  readonly cwd: string;
  readonly flags?: ConfigFlags;
  /** The folder whose `runyard.yaml` and `.env` count as the project's; the current one if absent. */
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
  const files = await readFiles({ env, cwd, flags, projectDir, above });

  const assignments = [...files.assignments, ...fromDotenv.assignments, ...above];
  const { values, sources } = merge(assignments);
  fillProviders(values, sources, { ...dotenv, ...env });
  const config = parseConfig(values, sources);
  resolvePaths(config, sources, { env, cwd });
  const warnings = [
    ...[...environment.unknown, ...fromDotenv.unknown].map(
      (name) => `${name} is not a setting of Runyard and is ignored.`,
    ),
    ...(await exposedKeys(assignments)),
  ];
  return { config, sources, files: files.read, warnings };
}

function assignmentsOfFlags(flags: ConfigFlags): Assignment[] {
  const named = [
    { path: 'dataDir', value: flags.dataDir, name: '--data-dir' },
    { path: 'server.host', value: flags.host, name: '--host' },
    { path: 'server.port', value: flags.port, name: '--port' },
  ];
  return named.flatMap(({ path: setting, value, name }) =>
    value === undefined ? [] : [{ path: setting, value, source: { kind: 'flag' as const, name } }],
  );
}

interface FileRequest extends LoadRequest {
  readonly flags: ConfigFlags;
  readonly projectDir: string;
  readonly above: readonly Assignment[];
}

async function readFiles(request: FileRequest): Promise<{ assignments: Assignment[]; read: string[] }> {
  const { env, cwd, flags, projectDir, above } = request;
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
  const projectAssignments = project === own ? null : await readConfigFile(project);
  if (projectAssignments) refuseGuarded(projectAssignments, project);
  return {
    assignments: [...ownAssignments, ...(projectAssignments ?? [])],
    read: [...(projectAssignments ? [project] : []), ...(own ? [own] : [])],
  };
}

type Values = Map<string, unknown>;

function merge(assignments: readonly Assignment[]): { values: Values; sources: Map<string, Source> } {
  const values: Values = new Map();
  const sources = new Map<string, Source>();
  for (const { path: setting, value, source } of assignments) {
    values.set(setting, value);
    sources.set(setting, source);
  }
  return { values, sources };
}

/** Adds the built-in providers under what was set, and takes each key from its variable unless it is set itself. */
function fillProviders(values: Values, sources: Map<string, Source>, env: Environment): void {
  for (const [name, fields] of Object.entries(builtInProviders)) {
    for (const [field, value] of Object.entries(fields))
      setIfAbsent(values, `providers.${name}.${field}`, value);
  }
  const names = new Set(
    [...values.keys()].flatMap((setting) => /^providers\.([^.]+)\./.exec(setting)?.[1] ?? []),
  );
  for (const name of names) {
    setIfAbsent(values, `providers.${name}.apiKeyEnv`, defaultKeyVariable(name));
    const variable = values.get(`providers.${name}.apiKeyEnv`);
    const key = typeof variable === 'string' ? env[variable] : undefined;
    const keyPath = `providers.${name}.apiKey`;
    if (key && !values.has(keyPath)) sources.set(keyPath, { kind: 'environment', name: String(variable) });
    setIfAbsent(values, keyPath, key || null);
  }
}

function setIfAbsent(values: Values, setting: string, value: unknown): void {
  if (!values.has(setting)) values.set(setting, value);
}

function parseConfig(values: Values, sources: ReadonlyMap<string, Source>): Config {
  const tree: Record<string, unknown> = { providers: {}, dataDir: values.get('dataDir') ?? '.' };
  for (const [setting, value] of values) place(tree, setting.split('.'), value);
  const parsed = configSchema.safeParse(tree);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const issuePath = (issue?.path ?? []).map(String);
  const setting = settingAbove(issuePath);
  const inside = issuePath.slice(setting.split('.').length).join('.');
  const problem = `${inside ? `${inside}: ` : ''}${issue?.message ?? 'is not valid'}${given(values.get(setting), setting)}`;
  throw invalidSetting(setting, sources.get(setting) ?? { kind: 'default', name: 'default' }, problem);
}

function place(tree: Record<string, unknown>, parts: string[], value: unknown): void {
  const [first = '', ...rest] = parts;
  if (rest.length === 0) {
    tree[first] = value;
    return;
  }
  tree[first] ??= {};
  place(tree[first] as Record<string, unknown>, rest, value);
}

/** The setting an issue is about: the longest start of its path that is one. */
function settingAbove(issuePath: readonly string[]): string {
  for (let length = issuePath.length; length > 0; length--) {
    const candidate = issuePath.slice(0, length).join('.');
    if (findSetting(candidate)) return candidate;
  }
  return issuePath.join('.');
}

function given(value: unknown, setting: string): string {
  if (value === undefined || value === null || findSetting(setting)?.secret) return '';
  return ` (it is ${JSON.stringify(value).slice(0, 80)})`;
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
