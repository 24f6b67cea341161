import { z } from 'zod';
import { rungSchema } from '../domain/attempt.ts';
import { modelRefSchema } from '../domain/model-ref.ts';
import { defaultPlanPolicy } from '../domain/plan-review.ts';
import { mostPlanRevisions, runLimitsSchema } from '../domain/run.ts';
import { sandboxModes } from '../domain/sandbox.ts';
import { authSettings } from './auth-settings.ts';
import { checkSettings } from './check-settings.ts';
import { healingSettings } from './healing-settings.ts';
import { lessonSettings } from './lesson-settings.ts';
import { retentionSettings } from './retention-settings.ts';
import { reviewSettings } from './review-settings.ts';
import { section } from './section.ts';
import { serverSettings } from './server-settings.ts';
import { choice, duration, integer, optionalInteger, structure, text, toggle } from './setting.ts';
import { workspaceSettings } from './workspace-settings.ts';

function model(description: string) {
  const schema = modelRefSchema.nullable().default(null);
  return text(schema, { description, type: 'provider/model', example: 'anthropic/claude-sonnet-5' });
}

const MOST_RUNS = 1000;

/** Exceptions from a limit that is the same for all. */
function limitsByName(what: string, { name, example }: { name: string; example: string }) {
  const problem = `must be a whole number from 1 to ${MOST_RUNS}`;
  const limit = z.int({ error: problem }).min(1, problem).max(MOST_RUNS, problem);
  return structure(z.record(z.string(), limit).default({}), {
    description: `Runs at the same time for a ${what} that has a limit of its own; names as runyard queue prints them.`,
    type: `${name}: whole number, 1 to ${MOST_RUNS}`,
    example,
  });
}

const path = z.string().min(1, 'must not be empty');

/** One model provider. `kind` is the wire protocol it speaks. */
export const providerSchema = z.strictObject({
  kind: text(z.enum(['anthropic', 'openai'], { error: 'must be anthropic or openai' }), {
    description:
      'The wire protocol: Anthropic Messages, or OpenAI Chat Completions (which most other services speak too).',
    type: 'one of: anthropic, openai',
    example: 'openai',
    guarded: true,
  }),
  baseUrl: text(z.url({ protocol: /^https?$/, error: 'must be an http or https URL' }), {
    description:
      'Where the service is, up to and without /v1/messages (anthropic) or /chat/completions (openai).',
    type: 'URL',
    example: 'https://llm.example.com/v1',
    guarded: true,
  }),
  apiKeyEnv: text(
    z
      .string()
      .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'must be the name of an environment variable')
      .nullable(),
    {
      description:
        'The environment variable that holds the key; null for a service that needs none. Default: <NAME>_API_KEY.',
      type: 'variable name or null',
      example: 'EXAMPLE_API_KEY',
      guarded: true,
    },
  ),
  apiKey: text(z.string().min(1).nullable(), {
    description: 'The key itself. Better kept in the environment variable that apiKeyEnv names.',
    type: 'text',
    example: 'sk-…',
    secret: true,
    guarded: true,
  }),
});

/** All settings. Descriptions here are the reference; defaults here are the only ones. */
export const configSchema = z.strictObject({
  dataDir: text(path, {
    description:
      'Where Runyard keeps everything: database, mirrors, workspaces, tokens. Made with mode 0700. Default: $XDG_DATA_HOME/runyard, else ~/.local/share/runyard.',
    type: 'folder',
    example: '~/.local/share/runyard',
    guarded: true,
  }),
  server: serverSettings,
  auth: authSettings,
  database: section({
    url: text(
      z
        .url({ protocol: /^postgres(ql)?$/, error: 'must be a postgres:// URL' })
        .nullable()
        .default(null),
      {
        description: 'An external PostgreSQL instead of the embedded one.',
        type: 'URL or null',
        example: 'postgres://runyard@db.example.com/runyard',
        secret: true,
        guarded: true,
      },
    ),
    preparedStatements: toggle(true, {
      description:
        'Statements that come again are prepared, which halves what the server spends on them. Off for a pooler that gives each transaction another session and does not keep them (PgBouncer before 1.21, or without max_prepared_statements).',
    }),
  }),
  artifacts: section({
    dir: text(path.nullable().default(null), {
      description:
        'Where the commits of checkpoints are kept. A folder that all nodes on one database share lets each of them go on where another one died. Default: artifacts/ in the data folder.',
      type: 'folder or null',
      example: '/srv/runyard/artifacts',
      guarded: true,
    }),
  }),
  providers: z.record(z.string(), providerSchema),
  models: section({
    plan: model('Model that plans. Default: models.implement.'),
    implement: model('Model that implements. Needed by every agent that does not bring its own.'),
    heal: model('Model of the last rung of the default ladder. Default: models.implement.'),
    review: model('Model that reviews, in stages that are switched on (review). Default: models.implement.'),
  }),
  agent: text(z.string().min(1).default('builtin'), {
    description: 'Agent that implements.',
    type: 'builtin, claude-code or command:<executable>',
    example: 'claude-code',
  }),
  ladder: structure(z.array(rungSchema).min(1).nullable().default(null), {
    description:
      'Who tries, in which order, how often. Default: two attempts of the agent with models.implement, then one with models.heal.',
    type: 'list of { agent, model, attempts }, or null',
    example: '[{ agent: builtin, model: anthropic/claude-sonnet-5, attempts: 2 }]',
  }),
  plan: section({
    mode: choice(['auto', 'off', 'approve'], 'auto', {
      description:
        'auto: plan, then implement. off: no plan. approve: wait for "runyard approve" before implementing.',
    }),
    waitForAnswers: choice(['ask', 'ignore'], defaultPlanPolicy.waitForAnswers, {
      description:
        'When a plan has open questions. ask: wait for "runyard answer", "runyard approve" or "runyard send-back", at most limits.approvalMs, then end as timed out; nothing is implemented on a guess. ignore: the planner takes the most sensible reading and the run goes on; for runs that nobody watches.',
    }),
    maxRevisions: integer(
      { min: 1, max: mostPlanRevisions, default: defaultPlanPolicy.maxRevisions },
      { description: 'How many versions a plan may have; the last one can be approved or cancelled only.' },
    ),
  }),
  review: reviewSettings,
  checks: checkSettings,
  healing: healingSettings,
  thinking: section({
    planTokens: integer(
      { min: 0, max: 200_000, default: 10_000 },
      { description: 'Thinking budget for planning; 0 for none.' },
    ),
    implementTokens: integer(
      { min: 0, max: 200_000, default: 8_000 },
      { description: 'Thinking budget for implementing; 0 for none.' },
    ),
  }),
  limits: section({
    runMs: duration('30m', { description: 'A whole run, while a worker owns it.' }),
    stageMs: duration('25m', { description: 'One stage of a run.' }),
    attemptMs: duration('15m', { description: 'One attempt of an agent.' }),
    checkMs: duration('10m', { description: 'One check.' }),
    gitMs: duration('2m', { description: 'One git command.' }),
    modelCallMs: duration('5m', { description: 'One answer of a model.' }),
    silenceMs: duration('5m', { description: 'An agent or a model that says nothing.' }),
    approvalMs: duration('24h', { description: 'Waiting for a person.' }),
    queueMs: duration('24h', { description: 'Waiting in the queue.' }),
    parkMs: duration('24h', {
      description:
        'Waiting for model providers that are over a quota, a rate limit or their strength, in all.',
    }),
    killGraceMs: duration('5s', { description: 'Between asking a process to end and ending it.' }),
    recoveries: integer(
      { min: 0, max: 100, default: 3 },
      { description: 'How often a run is taken up again after its worker was lost.' },
    ),
    turns: integer({ min: 1, max: 10_000, default: 100 }, { description: 'Model exchanges in one attempt.' }),
  }).pipe(runLimitsSchema),
  scheduler: section({
    maxRuns: integer(
      { min: 1, max: MOST_RUNS, default: 4 },
      {
        description:
          'Runs at the same time on all nodes together. Keep it, and the limits below, equal on all nodes.',
      },
    ),
    maxRunsPerNode: optionalInteger(
      { min: 1, max: MOST_RUNS },
      { description: 'Runs at the same time on this node. null: as many as maxRuns.', example: '2' },
    ),
    maxRunsPerRepository: integer(
      { min: 1, max: MOST_RUNS, default: 1 },
      { description: 'Runs at the same time on one repository.' },
    ),
    maxRunsPerAgent: optionalInteger(
      { min: 1, max: MOST_RUNS },
      {
        description: 'Runs at the same time that begin with one agent. null: only maxRuns holds.',
        example: '3',
      },
    ),
    maxRunsPerProvider: optionalInteger(
      { min: 1, max: MOST_RUNS },
      {
        description:
          'Runs at the same time that begin with a model of one provider account. null: only maxRuns holds.',
        example: '3',
      },
    ),
    repositories: limitsByName('repository', { name: 'folder or URL', example: '{ /srv/git/shop: 3 }' }),
    agents: limitsByName('agent', { name: 'agent', example: '{ claude-code: 2 }' }),
    providers: limitsByName('provider', { name: 'provider', example: '{ anthropic: 8 }' }),
    minFreeDiskMb: integer(
      { min: 0, max: 10_000_000, default: 1024 },
      {
        description:
          'MB free on the disk of the data folder; below it this node starts no runs. 0: not looked at.',
      },
    ),
    minFreeMemoryMb: integer(
      { min: 0, max: 10_000_000, default: 256 },
      {
        description: 'MB of memory free for this node; below it this node starts no runs. 0: not looked at.',
      },
    ),
    maxQueued: integer(
      { min: 1, max: 1_000_000, default: 1000 },
      { description: 'Runs that may wait; more are refused with a time to come back.' },
    ),
  }),
  breakers: section({
    failures: integer(
      { min: 1, max: 1000, default: 5 },
      {
        description:
          'Failures in a row, of any runs, after which a provider or an agent is left alone for a while: runs that need it wait.',
      },
    ),
    pauseMs: duration('30s', {
      description:
        'How long it is left alone when it does not say itself when it can be used again; twice as long every next time.',
    }),
    longestPauseMs: duration('15m', { description: 'The longest such pause.' }),
    personMs: duration('10m', {
      description:
        'How often one run tries again what only a person can mend: a key that is refused, a quota without a known reset.',
    }),
  }),
  retention: retentionSettings,
  sandbox: section({
    mode: choice(['auto', ...sandboxModes], 'auto', {
      description:
        'How agents and checks are isolated. auto: the strongest this machine can do; runyard doctor says which.',
      guarded: true,
    }),
    readable: structure(z.array(path).default([]), {
      description:
        'Folders agents and checks may read although they lie under a hidden one (HOME, /tmp, /run): tool chains, caches.',
      type: 'list of folders',
      example: '[~/.cargo]',
      guarded: true,
    }),
  }),
  workspace: workspaceSettings,
  worker: section({
    warm: integer(
      { min: 0, max: 16, default: 2 },
      { description: 'Workers kept started in advance, so that a run begins at once.' },
    ),
  }),
  lessons: lessonSettings,
  log: section({
    level: choice(['debug', 'info', 'warn', 'error'], 'info', {
      description: 'What the control plane writes to its log.',
    }),
  }),
});

export type Config = z.infer<typeof configSchema>;
export type ProviderConfig = z.infer<typeof providerSchema>;
