import { z } from 'zod';
import { runyardError } from '../domain/errors/runyard-error.ts';
import type { ModelLimits } from '../model/catalogue.ts';
import { parseJson } from './protocol/parse.ts';
import type { Protocol } from './types.ts';

const bodySchema = z.looseObject({
  model: z.string().min(1),
  stream: z.boolean().nullish(),
  max_tokens: z.number().nullish(),
  max_completion_tokens: z.number().nullish(),
  thinking: z.looseObject({ budget_tokens: z.number().optional() }).nullish(),
  stream_options: z.looseObject({ include_usage: z.boolean().nullish() }).nullish(),
});

export interface RequestBody {
  readonly fields: z.infer<typeof bodySchema>;
  /** Every field in the order it came in: the order is part of what a prompt cache compares. */
  readonly all: Readonly<Record<string, unknown>>;
}

/** Throws `gateway.invalid-request`. */
export function readBody(bytes: Buffer): RequestBody {
  const json = parseJson(bytes.toString('utf8'));
  const parsed = bodySchema.safeParse(json);
  if (parsed.success) return { fields: parsed.data, all: { ...(json as object) } };
  const [issue] = parsed.error.issues;
  const place = issue?.path.join('.') ?? '';
  const problem =
    place === '' ? 'The body is not a JSON object.' : `The body is wrong at ${place}: ${issue?.message}`;
  throw runyardError('gateway.invalid-request', { problem });
}

export interface Shape {
  readonly protocol: Protocol;
  /** The name the provider knows the model by. */
  readonly model: string;
  readonly limits: ModelLimits;
}

export interface ShapedRequest {
  readonly bytes: Buffer;
  readonly stream: boolean;
  /** The agent did not ask for the usage chunk: it is asked for here, and taken out again. */
  readonly hideUsage: boolean;
}

/** The smallest thinking budget Anthropic takes. */
const SMALLEST_BUDGET = 1024;

/**
 * Makes the request fit the model (M2): its name, its output limit, a thinking budget below that. Everything else stays as it came,
 * and a body that fits already goes on byte for byte, so that the provider's prompt cache sees the same prefix each time (M8).
 */
export function shapeRequest(original: Buffer, body: RequestBody, shape: Shape): ShapedRequest {
  const changes: Record<string, unknown> = {};
  const { fields } = body;
  if (fields.model !== shape.model) changes['model'] = shape.model;
  clampOutput(fields, shape.limits, changes);
  const stream = fields.stream === true;
  const hideUsage = shape.protocol === 'openai' && stream && fields.stream_options?.include_usage !== true;
  if (hideUsage) changes['stream_options'] = { ...fields.stream_options, include_usage: true };
  const bytes = Object.keys(changes).length === 0 ? original : rewrite(body.all, changes);
  return { bytes, stream, hideUsage };
}

function clampOutput(
  body: RequestBody['fields'],
  limits: ModelLimits,
  changes: Record<string, unknown>,
): void {
  for (const field of ['max_tokens', 'max_completion_tokens'] as const) {
    const asked = body[field];
    if (typeof asked !== 'number' || asked <= limits.maxOutputTokens) continue;
    changes[field] = limits.maxOutputTokens;
    const budget = body.thinking?.budget_tokens;
    if (budget === undefined || budget < limits.maxOutputTokens) continue;
    const smaller = Math.floor(limits.maxOutputTokens / 2);
    changes['thinking'] =
      smaller >= SMALLEST_BUDGET ? { ...body.thinking, budget_tokens: smaller } : { type: 'disabled' };
  }
}

function rewrite(body: RequestBody['all'], changes: Readonly<Record<string, unknown>>): Buffer {
  try {
    return Buffer.from(JSON.stringify({ ...body, ...changes }));
  } catch (error) {
    throw runyardError('gateway.invalid-request', { problem: 'The body is nested too deeply.' }, error);
  }
}
