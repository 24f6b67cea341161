import { splitCommand } from './split-command.ts';

export interface ScriptPlan {
  /** Runs instead of the script; null: the script runs as it is. */
  readonly argv: readonly string[] | null;
  readonly warning: string | null;
}

const WATCHES =
  /(?:^|\s)(?:--watch(?:All|-all)?(?:=true)?|-w)(?=\s|$)|\bvitest (?:watch|dev)\b|\bnodemon\b|\btsc-watch\b/;

/** Whether a script's text asks for a mode that never ends by itself. */
export function watches(script: string): boolean {
  return WATCHES.test(script) && !/--watch(?:All)?(?:=|\s)false/.test(script);
}

/** How a script that watches is run once: its tool directly, without the switch, where the script is one plain command (V2). */
export function withoutWatching(name: string, script: string): ScriptPlan {
  if (!watches(script)) return { argv: null, warning: null };
  const split = splitCommand(script);
  const [tool, ...rest] = split.ok ? split.argv : [];
  if (tool === undefined || /nodemon|tsc-watch/.test(script)) {
    return {
      argv: null,
      warning: `The script "${name}" watches for changes and would never end: only its time limit stops it.`,
    };
  }
  const args = rest.filter((arg) => !/^(?:--watch(?:All|-all)?(?:=true)?|-w)$/.test(arg));
  const once = tool === 'vitest' ? ['run', ...args.filter((arg) => !/^(?:watch|dev|run)$/.test(arg))] : args;
  return {
    argv: [tool, ...once],
    warning: `The script "${name}" watches for changes; it is run once instead.`,
  };
}
