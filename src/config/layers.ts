import { parse as parseYaml } from 'yaml';
import { messageOf, type RunyardError, runyardError } from '../domain/errors/runyard-error.ts';
import { closest } from '../lib/closest.ts';
import { providerNamePattern } from './providers.ts';
import { findSetting, isSection, namesIn, providerPlaceholder, type Setting, settings } from './settings.ts';

/** Where a value came from, as it is shown to people. */
export interface Source {
  readonly kind: 'flag' | 'environment' | 'file' | 'default';
  /** `--data-dir`, `RUNYARD_DATA_DIR`, a file's path, or `default`. */
  readonly name: string;
}

export interface Assignment {
  readonly path: string;
  readonly value: unknown;
  readonly source: Source;
}

export type Environment = Readonly<Record<string, string | undefined>>;

/** The settings a parsed YAML document holds. Throws for what is not a setting. */
export function assignmentsOfDocument(document: unknown, file: string): Assignment[] {
  return flatten('', document, { kind: 'file', name: file });
}

/** A variable that looks like a setting and is none. */
export interface UnknownVariable {
  readonly name: string;
  readonly origin: string;
  /** The setting that was probably meant. */
  readonly suggestion: string | null;
}

/** The settings in environment variables, and the RUNYARD_ variables that are none. */
export function assignmentsOfEnvironment(
  env: Environment,
  origin: string,
): { assignments: Assignment[]; unknown: UnknownVariable[] } {
  const assignments: Assignment[] = [];
  const unknown: UnknownVariable[] = [];
  for (const [variable, value] of Object.entries(env)) {
    if (!variable.startsWith(PREFIX) || value === undefined || value === '' || notSettings.has(variable))
      continue;
    const found = settingOfVariable(variable);
    if (!found) {
      if (agentMark in env) continue;
      unknown.push({ name: variable, origin, suggestion: closestVariable(variable) });
      continue;
    }
    const name = origin === 'environment' ? variable : `${origin}: ${variable}`;
    assignments.push({
      path: found.path,
      value: readVariable(found, variable, value),
      source: { kind: 'environment', name },
    });
  }
  return { assignments, unknown };
}

/** Refuses settings that a file in a project folder must not decide. */
export function refuseGuarded(assignments: readonly Assignment[], file: string): void {
  const guarded = assignments.find(({ path }) => findSetting(path)?.guarded);
  if (guarded) throw runyardError('config.untrusted-setting', { setting: guarded.path, source: file });
}

export function invalidSetting(path: string, source: Source, problem: string): RunyardError {
  const setting = findSetting(path) ?? findSetting(path.split('.').slice(0, 2).join('.'));
  const shown = source.kind === 'default' ? 'nowhere: it is missing' : source.name;
  return runyardError('config.invalid-setting', {
    setting: path,
    source: shown,
    problem,
    example: exampleOf(path, setting, source),
  });
}

const PREFIX = 'RUNYARD_';

/** Variables that steer the program without being settings. */
const notSettings = new Set(['RUNYARD_CONFIG', 'RUNYARD_PROGRAM']);
/** Set for agents, together with others that are no settings either: Runyard may be called by an agent that works on Runyard. */
const agentMark = 'RUNYARD_RUN_ID';

function flatten(path: string, value: unknown, source: Source): Assignment[] {
  if (!isSection(path)) return [{ path, value, source }];
  if (value === null || value === undefined) return [];
  if (typeof value !== 'object' || Array.isArray(value)) {
    throw invalidSetting(
      path === '' ? 'the file' : path,
      source,
      'it must be a section of settings, not a single value',
    );
  }
  return Object.entries(value).flatMap(([name, inner]) => {
    const child = path === '' ? name : `${path}.${name}`;
    if (path === 'providers' && !providerNamePattern.test(name)) {
      throw invalidSetting(
        child,
        source,
        'the name of a provider has lower-case letters, digits and hyphens only',
      );
    }
    if (!isSection(child) && !findSetting(child)) throw unknownSetting(path, name, source);
    return flatten(child, inner, source);
  });
}

function unknownSetting(section: string, name: string, source: Source): RunyardError {
  const path = section === '' ? name : `${section}.${name}`;
  const near = closest(name, namesIn(section));
  const elsewhere = settings.find((setting) => setting.path.split('.').at(-1) === name)?.path ?? null;
  const suggestion = near ? (section === '' ? near : `${section}.${near}`) : elsewhere;
  return runyardError('config.unknown-setting', { setting: path, source: source.name, suggestion });
}

function closestVariable(variable: string): string | null {
  const names = settings.map((setting) => setting.variable.slice(PREFIX.length));
  const name = closest(variable.slice(PREFIX.length), names);
  return name === null ? null : PREFIX + name;
}

function settingOfVariable(variable: string): Setting | null {
  for (const setting of settings) {
    if (setting.variable === variable) return setting;
    const [before, after] = setting.variable.split(providerPlaceholder.toUpperCase());
    if (after === undefined || before === undefined) continue;
    if (!variable.startsWith(before) || !variable.endsWith(after)) continue;
    const name = variable
      .slice(before.length, variable.length - after.length)
      .toLowerCase()
      .replaceAll('_', '-');
    if (providerNamePattern.test(name))
      return { ...setting, path: setting.path.replace(providerPlaceholder, name) };
  }
  return null;
}

function readVariable(setting: Setting, variable: string, value: string): unknown {
  if (setting.literal) return value === 'null' ? null : value;
  try {
    return parseYaml(value) as unknown;
  } catch (error) {
    throw invalidSetting(
      setting.path,
      { kind: 'environment', name: variable },
      messageOf(error).split('\n')[0] ?? '',
    );
  }
}

function exampleOf(path: string, setting: Setting | null, source: Source): string {
  if (!setting) return 'see docs/reference/configuration.md';
  if (source.kind === 'environment') return `${source.name.split(': ').at(-1)}='${setting.example}'`;
  if (source.kind === 'flag') return `${source.name} ${setting.example}`;
  const parts = path.split('.');
  return `${parts
    .slice(0, -1)
    .map((part) => `${part}: { `)
    .join('')}${parts.at(-1)}: ${setting.example}${' }'.repeat(parts.length - 1)}`;
}
