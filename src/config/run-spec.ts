import type { Rung } from '../domain/attempt.ts';
import type { ModelRef } from '../domain/model-ref.ts';
import { reviewStages } from '../domain/review.ts';
import type { Priority, RunSpec, Ticket } from '../domain/run.ts';
import type { Config } from './schema.ts';

/** What the command line says about one run, on top of the configuration. */
export interface RunFlags {
  /** Absolute path or URL. */
  readonly repository: string;
  readonly base?: string | undefined;
  readonly agent?: string | undefined;
  readonly model?: ModelRef | undefined;
  readonly priority?: Priority | undefined;
  readonly planMode?: 'off' | 'auto' | 'approve' | undefined;
  readonly checks?: 'auto' | 'off' | undefined;
  readonly allowUnverified?: boolean | undefined;
}

/** What is asked for, complete: later changes of the configuration do not move it. */
export function runSpecFrom(config: Config, flags: RunFlags, ticket: Ticket): RunSpec {
  const mode = flags.planMode ?? config.plan.mode;
  return {
    ticket,
    repository: flags.repository,
    base: flags.base ?? null,
    priority: flags.priority ?? 'normal',
    ladder: ladderFor(config, flags),
    plan: { ...config.plan, mode, model: mode === 'off' ? null : planModel(config, flags) },
    checks: {
      mode: flags.checks ?? config.checks.mode,
      commands: config.checks.commands,
      format: config.checks.format,
      allowUnverified: flags.allowUnverified ?? config.checks.allowUnverified,
      ...(Object.keys(config.checks.guards).length > 0 ? { guards: config.checks.guards } : {}),
      autofix: config.checks.autofix,
    },
    ...reviewsFor(config, flags),
    healing: config.healing,
    thinking: config.thinking,
    limits: config.limits,
  };
}

const FIRST_RUNG_ATTEMPTS = 2;

/**
 * The ladder of a run (V6). A configured ladder counts unless the command line names an agent or a model; the default is two
 * attempts with the implementing model, then one with the healing model.
 */
export function ladderFor(config: Config, flags: Pick<RunFlags, 'agent' | 'model'> = {}): Rung[] {
  if (config.ladder && flags.agent === undefined && flags.model === undefined) return [...config.ladder];
  const agent = flags.agent ?? config.agent;
  const model = bringsItsOwnModel(agent) ? (flags.model ?? null) : (flags.model ?? config.models.implement);
  const heal = bringsItsOwnModel(agent) ? model : (config.models.heal ?? model);
  return [
    { agent, model, attempts: FIRST_RUNG_ATTEMPTS },
    { agent, model: heal, attempts: 1 },
  ];
}

/** `command:` agents run whatever they are; a model is passed to them only when it is named on the command line. */
export function bringsItsOwnModel(agent: string): boolean {
  return agent.startsWith('command:');
}

/** Stages that are switched on, each with the model it will ask. */
function reviewsFor({ review, models }: Config, flags: RunFlags): Pick<RunSpec, 'reviews'> {
  const on = reviewStages.flatMap((stage) => {
    const { mode, model, ...policy } = review[stage];
    const asked = model ?? models.review ?? flags.model ?? models.implement;
    return mode === 'on' ? [[stage, { ...policy, model: asked }] as const] : [];
  });
  return on.length > 0 ? { reviews: Object.fromEntries(on) } : {};
}

function planModel(config: Config, flags: RunFlags): ModelRef | null {
  return config.models.plan ?? flags.model ?? config.models.implement;
}
