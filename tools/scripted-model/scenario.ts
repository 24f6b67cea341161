import { readFileSync } from 'node:fs';
import { z } from 'zod';

/** A plain string matches as a part of the text, `/…/flags` as a regular expression; of a list, every entry must match. */
const needle = z.union([z.string().min(1), z.instanceof(RegExp)]);
const textMatch = z.union([needle, z.array(needle).min(1)]);

const matchSchema = z.strictObject({
  system: textMatch.optional(),
  /** The first message of the user that holds text (tool results do not count). */
  firstUser: textMatch.optional(),
  /** The last one: tells a repaired question from the first one. */
  lastUser: textMatch.optional(),
  /** System prompt and all texts of the user together. */
  anywhere: textMatch.optional(),
  model: textMatch.optional(),
  protocol: z.enum(['anthropic', 'openai']).optional(),
  /** Whether the request offers tools. Default: true when a step needs one, otherwise both. */
  tools: z.boolean().optional(),
});

const times = z.union([z.number().int().positive(), z.literal('always')]).default(1);
const faultFields = {
  /** How often it strikes before the request is answered properly. */
  times,
  /** How many requests that could have been struck are let through first. */
  at: z.number().int().min(0).default(0),
};

export const faultSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('status'),
    status: z.number().int().min(200).max(599),
    headers: z.record(z.string(), z.string()).default({}),
    /** Text is sent as it is; absent: an error body in the shape of the provider. */
    body: z.union([z.string(), z.record(z.string(), z.unknown())]).optional(),
    ...faultFields,
  }),
  /** 200 with a body that is JSON but no answer, or the body given. */
  z.strictObject({ kind: z.literal('malformed'), body: z.unknown().optional(), ...faultFields }),
  z.strictObject({
    /**
     * hang: no headers, ever. stall: headers and the first event, then silence. reset: the connection is cut in mid-body.
     * truncated: the body ends early, cleanly. sse-error: an error event in the stream. empty: an answer with nothing in it.
     * no-body: 200 and no byte. length: cut at the output limit. refusal: stopped by the provider's content filter.
     */
    kind: z.enum([
      'hang',
      'stall',
      'reset',
      'truncated',
      'sse-error',
      'empty',
      'no-body',
      'length',
      'refusal',
    ]),
    ...faultFields,
  }),
]);
export type Fault = z.infer<typeof faultSchema>;

const actionFields = {
  list: z.string().optional(),
  read: z.string().optional(),
  search: z.string().optional(),
  write: z.strictObject({ path: z.string(), content: z.string() }).optional(),
  edit: z.strictObject({ path: z.string(), find: z.string(), replace: z.string() }).optional(),
  run: z.string().optional(),
  /** A tool by its own name, with its input as it stands. */
  tool: z.strictObject({ name: z.string(), input: z.unknown() }).optional(),
  /** Through the tool `finish` where it is offered, else as the last text. */
  finish: z.string().optional(),
  text: z.string().optional(),
  /** A JSON answer: through the forced tool where the request forces one, else as text. */
  json: z.unknown().optional(),
};
const actionNames = [
  'list',
  'read',
  'search',
  'write',
  'edit',
  'run',
  'tool',
  'finish',
  'text',
  'json',
] as const;
export const toolActions: readonly string[] = [
  'list',
  'read',
  'search',
  'write',
  'edit',
  'run',
  'tool',
  'finish',
];

const actionSchema = z
  .strictObject(actionFields)
  .refine((action) => namesIn(action).length === 1, `an action is exactly one of: ${actionNames.join(', ')}`);
export type Action = z.infer<typeof actionSchema>;

const usageSchema = z.union([
  z.literal('missing'),
  z.strictObject({
    input: z.number().optional(),
    output: z.number().optional(),
    cacheRead: z.number().optional(),
    cacheWrite: z.number().optional(),
  }),
]);

export const stepSchema = z
  .strictObject({
    ...actionFields,
    /** Several tool calls in one message. */
    all: z.array(actionSchema).min(1).optional(),
    /** Text before the tool call. */
    say: z.string().optional(),
    /** A thinking block before everything else, when the request asks for thinking. */
    thinking: z.string().optional(),
    fault: faultSchema.optional(),
    /** Before the headers. */
    delayMs: z.number().int().min(0).default(0),
    /** Between the events of a stream. */
    chunkDelayMs: z.number().int().min(0).default(0),
    /** Figures that replace the computed ones; `missing` leaves usage out. */
    usage: usageSchema.optional(),
  })
  .refine(
    (step) =>
      namesIn(step).length + (step.all ? 1 : 0) === 1 ||
      (step.fault && namesIn(step).length === 0 && !step.all),
    `a step is exactly one of: ${actionNames.join(', ')}, all (or a fault alone)`,
  );
export type Step = z.infer<typeof stepSchema>;

export const scenarioSchema = z.strictObject({
  name: z.string().default('scenario'),
  description: z.string().optional(),
  /** 401 in the provider's own words for any other key. Absent: every key is welcome. */
  expectKey: z.string().optional(),
  /** 404 in the provider's own words for any other model. Absent: every model exists. */
  models: z.array(z.string()).optional(),
  /** Answer to requests without tools that no conversation matches (titles, summaries). */
  sideAnswer: z.string().default('OK'),
  /** Strike any request, before those of steps. */
  faults: z.array(faultSchema).default([]),
  /** The first whose match holds answers. */
  conversations: z
    .array(
      z.strictObject({
        name: z.string(),
        match: matchSchema.default({}),
        /** How many different conversations it serves before it is passed over. */
        times: z.union([z.number().int().positive(), z.literal('always')]).default('always'),
        steps: z.array(stepSchema).min(1),
      }),
    )
    .default([]),
});
export type Scenario = z.infer<typeof scenarioSchema>;
export type ScenarioInput = z.input<typeof scenarioSchema>;
export type Conversation = Scenario['conversations'][number];
export type Match = Conversation['match'];

/** Throws an Error that names every broken place of the scenario. */
export function parseScenario(input: unknown): Scenario {
  const parsed = scenarioSchema.safeParse(input);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(
    (issue) => `  ${issue.path.join('.') || '(scenario)'}: ${issue.message}`,
  );
  throw new Error(`The scenario is not valid:\n${problems.join('\n')}`);
}

export function readScenarioFile(path: string): Scenario {
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new Error(`The scenario file ${path} cannot be read as JSON: ${String(error)}`, { cause: error });
  }
  return parseScenario(json);
}

/** The actions of a step in order; a bare fault counts as a finish. */
export function actionsOf(step: Step): readonly Action[] {
  if (step.all) return step.all;
  return namesIn(step).length === 0 ? [{ finish: 'Done.' }] : [step];
}

/** How many tool results a step leaves in the conversation, when its tools are offered. */
export function callsOf(step: Step): number {
  return actionsOf(step).filter((action) => namesIn(action).some((name) => toolActions.includes(name)))
    .length;
}

function namesIn(value: Readonly<Record<string, unknown>>): string[] {
  return actionNames.filter((name) => value[name] !== undefined);
}
