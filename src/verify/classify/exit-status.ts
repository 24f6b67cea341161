import type { Finding } from './rule.ts';

const NOTHING: Finding = {
  category: 'none',
  subcategory: null,
  file: null,
  line: null,
  symbol: null,
  message: null,
  transient: false,
  rule: 'exit-code/0',
};

export function succeeded(rule: string): Finding {
  return { ...NOTHING, rule };
}

/** What the exit code alone says: shells report 127, 126 and 124, and 128 plus the number of a signal. `message`: the line that speaks of an error, if any. */
export function findingOfExit(exitCode: number | null, message: string | null): Finding {
  if (exitCode === 0) return succeeded('exit-code/0');
  const base = { ...NOTHING, message, transient: null, rule: `exit-code/${exitCode ?? 'unknown'}` };
  if (exitCode === 124) return { ...base, category: 'timeout', subcategory: 'watchdog', symbol: '124' };
  if (exitCode === 127) return { ...base, category: 'missing_tool', symbol: '127' };
  if (exitCode === 126) return { ...base, category: 'permission', symbol: '126' };
  const signal = signalOf(exitCode);
  if (signal === 9 || signal === 15)
    return { ...base, category: 'process_killed', symbol: signal === 9 ? 'SIGKILL' : 'SIGTERM' };
  const crash = signal === null ? undefined : CRASH_SIGNALS[signal];
  if (crash) return { ...base, category: 'crash', symbol: crash };
  return { ...base, category: 'runtime_error' };
}

function signalOf(exitCode: number | null): number | null {
  if (exitCode === null) return null;
  if (exitCode < 0) return -exitCode;
  return exitCode > 128 && exitCode < 160 ? exitCode - 128 : null;
}

const CRASH_SIGNALS: Readonly<Record<number, string>> = {
  4: 'SIGILL',
  5: 'SIGTRAP',
  6: 'SIGABRT',
  7: 'SIGBUS',
  8: 'SIGFPE',
  11: 'SIGSEGV',
};

/** The first line that speaks of an error, else the last with words in it. */
export function tellingLine(lines: readonly string[]): string | null {
  const spoken = lines.filter((line) => /[A-Za-z]{3}/.test(line));
  const line =
    spoken.find((text) => /\b(?:error|fail(?:ed|ure)?|fatal|cannot|unable)\b/i.test(text)) ?? spoken.at(-1);
  return line?.trim().slice(0, 500) ?? null;
}
