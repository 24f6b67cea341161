import { type RunSpec, runSpecSchema, type Ticket } from '../../../src/domain/run.ts';

export interface SpecOptions {
  readonly repository: string;
  readonly ticket: Ticket;
  readonly agent?: string;
  readonly model?: string | null;
  readonly plan?: 'off' | 'auto' | 'approve';
  readonly attempts?: number;
  readonly checks?: Partial<RunSpec['checks']>;
}

const minute = 60_000;

/** A complete RunSpec with limits that fit a test. */
export function testSpec(options: SpecOptions): RunSpec {
  const model = options.model ?? null;
  return runSpecSchema.parse({
    ticket: options.ticket,
    repository: options.repository,
    base: null,
    priority: 'normal',
    ladder: [{ agent: options.agent ?? 'builtin', model, attempts: options.attempts ?? 2 }],
    plan: { mode: options.plan ?? 'off', model },
    checks: { mode: 'auto', commands: null, allowUnverified: false, ...options.checks },
    thinking: { planTokens: 0, implementTokens: 0 },
    limits: {
      runMs: 5 * minute,
      stageMs: 3 * minute,
      attemptMs: 2 * minute,
      checkMs: minute,
      gitMs: minute,
      modelCallMs: minute,
      silenceMs: minute,
      approvalMs: 5 * minute,
      queueMs: 5 * minute,
      parkMs: 5 * minute,
      killGraceMs: 1000,
      recoveries: 3,
      turns: 20,
    },
  });
}
