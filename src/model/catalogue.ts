import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { runyardError } from '../domain/errors/runyard-error.ts';
import { type ModelRef, parseModelRef } from '../domain/model-ref.ts';
import builtin from './models.json' with { type: 'json' };

/** US dollars per million tokens; a cache figure left out costs as much as ordinary input. */
const priceSchema = z.strictObject({
  input: z.number().min(0),
  output: z.number().min(0),
  cacheRead: z.number().min(0).optional(),
  cacheWrite: z.number().min(0).optional(),
});
export type PricePerMillion = z.infer<typeof priceSchema>;

/**
 * How a model is asked to think: `budget` takes a number of tokens, `adaptive` decides by itself within an effort, `effort` is the
 * OpenAI protocol's reasoning_effort.
 */
export const thinkingKinds = ['none', 'budget', 'adaptive', 'effort'] as const;

const entrySchema = z.strictObject({
  contextTokens: z.number().int().positive(),
  maxOutputTokens: z.number().int().positive(),
  thinking: z.enum(thinkingKinds).default('none'),
  /** `explicit`: the prefix must be marked; `automatic`: the provider caches by itself. */
  cache: z.enum(['none', 'explicit', 'automatic']).default('none'),
  price: priceSchema.optional(),
});
type Entry = z.infer<typeof entrySchema>;

/** The form of models.json, ours and the operator's: limits by `provider/model`. */
export const catalogueSchema = z.strictObject({ models: z.record(z.string(), entrySchema) });

export interface ModelLimits {
  readonly contextTokens: number;
  readonly maxOutputTokens: number;
  readonly thinking: (typeof thinkingKinds)[number];
  readonly cache: 'none' | 'explicit' | 'automatic';
  /** Set by the operator; null: ask the price list. */
  readonly price: PricePerMillion | null;
  /** Said when the model is not in the catalogue and safe limits are assumed; null for a known model. */
  readonly warning: string | null;
}

/** Models by reference; made once and passed on. */
export type ModelCatalogue = ReadonlyMap<ModelRef, Entry>;

/** Limits that every model in use today has; asking for more would be refused by some of them. */
const SAFE_LIMITS = {
  contextTokens: 32_000,
  maxOutputTokens: 8192,
  thinking: 'none',
  cache: 'none',
} as const;

/** The built-in catalogue with the operator's file laid over it, entry by entry. Throws `model.catalogue-invalid`. */
export function loadCatalogue(overlayFile: string | null = null): ModelCatalogue {
  const own = parseCatalogue(builtin, 'src/model/models.json');
  if (overlayFile === null) return own;
  let overlay: unknown;
  try {
    overlay = JSON.parse(readFileSync(overlayFile, 'utf8'));
  } catch (error) {
    const problems = [error instanceof Error ? error.message : String(error)];
    throw runyardError('model.catalogue-invalid', { file: overlayFile, problems }, error);
  }
  return new Map([...own, ...parseCatalogue(overlay, overlayFile)]);
}

let builtinCatalogue: ModelCatalogue | null = null;

/** Limits of a model (M2). Never fails: a model nobody knows gets safe limits and a warning. */
export function modelLimits(ref: ModelRef, catalogue?: ModelCatalogue): ModelLimits {
  builtinCatalogue ??= loadCatalogue();
  const entry = findEntry(ref, catalogue ?? builtinCatalogue);
  if (entry) return { ...entry, price: entry.price ?? null, warning: null };
  const { contextTokens, maxOutputTokens } = SAFE_LIMITS;
  const warning =
    `The model ${ref} is not in the catalogue: ${contextTokens} tokens of context and ${maxOutputTokens} of output are assumed, ` +
    'and its cost is reported as unknown unless the price list has it. Add it to models.json to set its limits.';
  return { ...SAFE_LIMITS, price: null, warning };
}

/**
 * The exact reference first; then the same without a date or a variant (`-20251001`, `:free`); then the model under the vendors'
 * own names, since what a provider is called is the operator's choice.
 */
function findEntry(ref: ModelRef, catalogue: ModelCatalogue): Entry | undefined {
  const { model } = parseModelRef(ref);
  const plain = (name: string) =>
    name.replace(/:[a-z]+$/, '').replace(/-(?:\d{8}|\d{4}-\d{2}-\d{2}|latest)$/, '');
  const candidates = [ref, plain(ref)];
  for (const vendor of ['anthropic', 'openai', 'openrouter']) {
    candidates.push(`${vendor}/${model}`, `${vendor}/${plain(model)}`);
  }
  const found = candidates.find((candidate) => catalogue.has(candidate));
  return found === undefined ? undefined : catalogue.get(found);
}

function parseCatalogue(input: unknown, file: string): Map<ModelRef, Entry> {
  const parsed = catalogueSchema.safeParse(input);
  if (parsed.success) return new Map(Object.entries(parsed.data.models));
  const problems = parsed.error.issues.map((issue) => `${issue.path.join('.') || 'file'}: ${issue.message}`);
  throw runyardError('model.catalogue-invalid', { file, problems });
}
