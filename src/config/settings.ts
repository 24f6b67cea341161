import { z } from 'zod';
import { configSchema, providerSchema } from './schema.ts';
import { type SettingMeta, settingMeta } from './setting.ts';

/** One leaf of the configuration. Settings of a provider stand under `providers.<name>`. */
export interface Setting extends SettingMeta {
  /** `limits.runMs`; in a YAML file the parts are nested. */
  readonly path: string;
  /** `RUNYARD_LIMITS_RUN_MS`. */
  readonly variable: string;
  /** As it is written; null when there is none. */
  readonly default: unknown;
}

export const providerPlaceholder = '<name>';

/** Every setting, in the order of the schema. */
export const settings: readonly Setting[] = collect(configSchema, '');

/** The setting at a path, with any provider's name in it; null when there is none. */
export function findSetting(path: string): Setting | null {
  const generic = path.replace(/^providers\.[^.]+\./, `providers.${providerPlaceholder}.`);
  return byPath.get(generic) ?? null;
}

/** Whether settings stand below this path (`limits`, `providers.acme`). */
export function isSection(path: string): boolean {
  if (path === '' || path === 'providers') return true;
  const generic = path.replace(/^providers\.[^.]+$/, `providers.${providerPlaceholder}`);
  return settings.some((setting) => setting.path.startsWith(`${generic}.`));
}

/** The names that may stand directly under a section. */
export function namesIn(section: string): string[] {
  const generic = section.replace(/^providers\.[^.]+$/, `providers.${providerPlaceholder}`);
  const prefix = generic === '' ? '' : `${generic}.`;
  const below = settings.filter((setting) => setting.path.startsWith(prefix));
  return [...new Set(below.map((setting) => setting.path.slice(prefix.length).split('.')[0] ?? ''))];
}

export function variableOf(path: string): string {
  const words = path.split('.').map((part) => part.replace(/([a-z])([A-Z])/g, '$1_$2'));
  return `RUNYARD_${words.join('_').replaceAll('-', '_').toUpperCase()}`;
}

const byPath = new Map(settings.map((setting) => [setting.path, setting]));

function collect(schema: z.ZodType, path: string): Setting[] {
  const meta = settingMeta.get(schema);
  if (meta) return [{ ...meta, path, variable: variableOf(path), default: defaultOf(schema) }];
  const inner = unwrap(schema);
  if (inner instanceof z.ZodRecord) return collect(providerSchema, `${path}.${providerPlaceholder}`);
  if (!(inner instanceof z.ZodObject))
    throw new Error(`The setting ${path} has no description in src/config/schema.ts.`);
  return Object.entries(inner.shape).flatMap(([name, child]) =>
    collect(child as z.ZodType, path === '' ? name : `${path}.${name}`),
  );
}

function unwrap(schema: z.ZodType): z.ZodType {
  if (schema instanceof z.ZodPipe) return unwrap(schema.def.in as z.ZodType);
  if (schema instanceof z.ZodPrefault || schema instanceof z.ZodDefault)
    return unwrap(schema.def.innerType as z.ZodType);
  return schema;
}

function defaultOf(schema: z.ZodType): unknown {
  const hasDefault = schema instanceof z.ZodPrefault || schema instanceof z.ZodDefault;
  return hasDefault ? schema.def.defaultValue : null;
}
