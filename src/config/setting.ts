import { z } from 'zod';

/** What a person needs to know about one setting. The reference in docs/reference/configuration.md is made from it. */
export interface SettingMeta {
  readonly description: string;
  /** What may be written, in words. */
  readonly type: string;
  /** A value as it is written in YAML. */
  readonly example: string;
  /** Shown masked. */
  readonly secret?: boolean;
  /** Refused from files found in a project folder: it decides where keys go or how work is isolated. */
  readonly guarded?: boolean;
  /** Environment variables hold it as it stands, without YAML. */
  readonly literal?: boolean;
}

type About = Pick<SettingMeta, 'description' | 'secret' | 'guarded'> & { readonly example?: string };

export const settingMeta = z.registry<SettingMeta>();

export function text<T extends z.ZodType>(schema: T, about: About & { type: string; example: string }): T {
  settingMeta.add(schema, { ...about, literal: true });
  return schema;
}

export function choice<const T extends readonly [string, ...string[]]>(
  options: T,
  fallback: T[number],
  about: About,
) {
  const schema = z.enum(options).default(fallback as never);
  const type = `one of: ${options.join(', ')}`;
  return schema.register(settingMeta, { example: fallback, ...about, type, literal: true });
}

export function integer(range: { min: number; max: number; default: number }, about: About) {
  const problem = `must be a whole number from ${range.min} to ${range.max}`;
  const schema = z
    .int({ error: problem })
    .min(range.min, problem)
    .max(range.max, problem)
    .default(range.default);
  const type = `whole number, ${range.min} to ${range.max}`;
  return schema.register(settingMeta, { example: String(range.default), ...about, type });
}

/** A whole number or nothing; what nothing means stands in the description. */
export function optionalInteger(range: { min: number; max: number }, about: About & { example: string }) {
  const problem = `must be a whole number from ${range.min} to ${range.max}, or null`;
  const schema = z
    .int({ error: problem })
    .min(range.min, problem)
    .max(range.max, problem)
    .nullable()
    .default(null);
  const type = `whole number, ${range.min} to ${range.max}, or null`;
  return schema.register(settingMeta, { ...about, type });
}

export function toggle(fallback: boolean, about: About) {
  const schema = z.boolean({ error: 'must be true or false' }).default(fallback);
  return schema.register(settingMeta, { example: String(!fallback), ...about, type: 'true or false' });
}

const LONGEST_DURATION_MS = 30 * 24 * 60 * 60 * 1000;

/** A length of time: milliseconds as a number, or text such as `90s`, `15m`, `1h30m`. Read as milliseconds. */
export function duration(fallback: string, about: About) {
  const problem =
    'must be a length of time such as 90s, 15m or 1h30m (or milliseconds), above zero and at most 30 days';
  const schema = z
    .union([z.number(), z.string()], { error: problem })
    .transform((value, context) => {
      const ms = typeof value === 'number' ? value : parseDuration(value);
      if (ms !== null && Number.isInteger(ms) && ms > 0 && ms <= LONGEST_DURATION_MS) return ms;
      context.addIssue({ code: 'custom', message: problem });
      return z.NEVER;
    })
    .prefault(fallback);
  return schema.register(settingMeta, { example: fallback, ...about, type: 'length of time' });
}

/** Anything but a plain value: written as YAML, also in environment variables. */
export function structure<T extends z.ZodType>(
  schema: T,
  about: About & { type: string; example: string },
): T {
  settingMeta.add(schema, about);
  return schema;
}

const UNIT_MS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

function parseDuration(value: string): number | null {
  if (/^\d+$/.test(value)) return Number(value);
  if (!/^(\d+(?:\.\d+)?(ms|s|m|h|d))+$/.test(value)) return null;
  let total = 0;
  for (const [, amount, unit] of value.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h|d)/g)) {
    total += Number(amount) * UNIT_MS[unit as keyof typeof UNIT_MS];
  }
  return total;
}
