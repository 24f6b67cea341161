import { type ChaosVictim, chaosVictims } from '../domain/chaos-victim.ts';
import type { ChaosOutcome, CliContext } from './context.ts';
import type { CommonOptions } from './define-command.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import { renderTable } from './render/table.ts';

export interface ChaosOptions {
  readonly seed?: number;
  readonly rounds: number;
  readonly victims: readonly ChaosVictim[];
}

/** `runyard chaos`: 0 when all eight conditions hold, 1 when one does not. */
export async function runChaos(
  context: CliContext,
  options: ChaosOptions & CommonOptions,
): Promise<ExitCode> {
  const { terminal, env, services } = context;
  const seed = options.seed ?? 1 + (context.now().getTime() % 1_000_000);
  const onProgress = (line: string) => {
    if (!options.json) terminal.err(line);
  };
  onProgress(`seed ${seed}`);
  const stop = new AbortController();
  const release = context.onInterrupt(() => {
    stop.abort(new Error('interrupted'));
    return 'taken';
  });
  try {
    const searchPath = env['PATH'] ?? '';
    const report = await services.chaos({
      seed,
      rounds: options.rounds,
      victims: options.victims,
      searchPath,
      signal: stop.signal,
      onProgress,
    });
    terminal.out(options.json ? JSON.stringify(report) : render(report, { context, options }));
    return report.holds ? exitCodes.succeeded.code : exitCodes.failed.code;
  } catch (error) {
    if (stop.signal.aborted) return exitCodes.cancelled.code;
    throw error;
  } finally {
    release();
  }
}

function render(
  { seed, conditions, holds, durationMs, rounds }: ChaosOutcome,
  { context, options }: { context: CliContext; options: ChaosOptions },
): string {
  const { terminal, program } = context;
  const { style } = terminal;
  const rows = conditions.map((condition) => [
    String(condition.number),
    condition.holds ? style.green('holds') : style.red('BROKEN'),
    condition.title,
    condition.evidence.join('; '),
  ]);
  const seconds = Math.round(durationMs / 1000);
  const isAll = options.victims.length === chaosVictims.length;
  const chosen = isAll ? '' : ` --victims ${options.victims.join(',')}`;
  const closing = holds
    ? `All eight conditions hold after ${rounds.length} rounds (${seconds} s, seed ${seed}).`
    : `Not all conditions hold. Again with the same kills: ${program} chaos --seed ${seed} --rounds ${rounds.length}${chosen}`;
  return `${renderTable(['', '', 'condition', 'evidence'], rows, style)}\n\n${closing}`;
}
