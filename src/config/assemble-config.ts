import { type Assignment, type Environment, invalidSetting, type Source } from './layers.ts';
import { builtInProviders, defaultKeyVariable } from './providers.ts';
import { type Config, configSchema } from './schema.ts';
import { findSetting } from './settings.ts';

/** One value per setting, the last assignment wins; built-in providers and keys from their variables added; then parsed. */
export function assembleConfig(
  assignments: readonly Assignment[],
  env: Environment,
): { config: Config; sources: Map<string, Source> } {
  const { values, sources } = merge(assignments);
  fillProviders(values, sources, env);
  return { config: parseConfig(values, sources), sources };
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
