import { z } from 'zod';
import { runyardError } from '../domain/errors/runyard-error.ts';
import type { ModelLimits } from '../model/catalogue.ts';
import { LARGE_BODY_BYTES } from './body-budget.ts';
import { parseJson } from './protocol/parse.ts';
import { type ScannedObject, type Span, scanObject } from './scan-object.ts';
import type { Protocol } from './types.ts';

const bodySchema = z.looseObject({
  model: z.string().min(1),
  stream: z.boolean().nullish(),
  max_tokens: z.number().nullish(),
  max_completion_tokens: z.number().nullish(),
  thinking: z.looseObject({ budget_tokens: z.number().optional() }).nullish(),
  stream_options: z.looseObject({ include_usage: z.boolean().nullish() }).nullish(),
});

const fieldNames: ReadonlySet<string> = new Set(Object.keys(bodySchema.shape));

export interface RequestBody {
  readonly fields: z.infer<typeof bodySchema>;
  readonly scanned: ScannedObject;
}

/** Longer than any of these values has a reason to be. */
const LONGEST_FIELD_BYTES = 64 * 1024;

/** Throws `gateway.invalid-request`. A large body is not parsed: that would hold up everybody else. */
export function readBody(bytes: Buffer): RequestBody {
  if (bytes.length <= LARGE_BODY_BYTES && parseJson(bytes.toString('utf8')) === undefined) {
    throw invalid('The body is not a JSON object.');
  }
  const scanned = scanObject(bytes, fieldNames);
  if (typeof scanned === 'string') throw invalid(scanned);
  const values = [...scanned.fields].map(([name, span]) => [name, valueAt(bytes, span)]);
  const parsed = bodySchema.safeParse(Object.fromEntries(values));
  if (parsed.success) return { fields: parsed.data, scanned };
  const [issue] = parsed.error.issues;
  throw invalid(`The body is wrong at ${issue?.path.join('.')}: ${issue?.message}`);
}

/** What is too long or no JSON comes out as something no field may be. */
function valueAt(bytes: Buffer, { start, end }: Span): unknown {
  if (end - start > LONGEST_FIELD_BYTES) return Symbol('too long');
  const value = parseJson(bytes.toString('utf8', start, end));
  return value === undefined ? Symbol('no JSON') : value;
}

function invalid(problem: string) {
  return runyardError('gateway.invalid-request', { problem });
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
  const bytes = Object.keys(changes).length === 0 ? original : rewrite(original, body.scanned, changes);
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

/** Puts the changed values in their places and new fields at the end; every other byte stays. */
function rewrite(
  original: Buffer,
  scanned: ScannedObject,
  changes: Readonly<Record<string, unknown>>,
): Buffer {
  const { fields, closing, isEmpty } = scanned;
  const edits = Object.entries(changes).map(([name, value]) => {
    const text = JSON.stringify(value);
    const span = fields.get(name);
    if (span) return { ...span, text };
    return { start: closing, end: closing, text: `${isEmpty ? '' : ','}${JSON.stringify(name)}:${text}` };
  });
  const pieces: Uint8Array[] = [];
  let done = 0;
  for (const { start, end, text } of edits.sort((a, b) => a.start - b.start)) {
    pieces.push(original.subarray(done, start), Buffer.from(text));
    done = end;
  }
  return Buffer.concat([...pieces, original.subarray(done)]);
}
