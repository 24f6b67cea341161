import type { RunView } from '../api/types.ts';

type Usage = RunView['usage'];

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** `820 ms`, `12 s`, `4 min 05 s`, `2 h 10 min`, `3 d 4 h`: two units at most, and of one width while it counts. */
export function duration(ms: number | null | undefined): string {
  if (ms === null || ms === undefined || !Number.isFinite(ms)) return '–';
  if (ms < SECOND) return `${Math.max(0, Math.round(ms))} ms`;
  if (ms < MINUTE) return ms < 10 * SECOND ? `${(ms / SECOND).toFixed(1)} s` : `${Math.floor(ms / SECOND)} s`;
  if (ms < HOUR) return `${Math.floor(ms / MINUTE)} min ${pad(Math.floor((ms % MINUTE) / SECOND))} s`;
  if (ms < DAY) return `${Math.floor(ms / HOUR)} h ${pad(Math.floor((ms % HOUR) / MINUTE))} min`;
  return `${Math.floor(ms / DAY)} d ${Math.floor((ms % DAY) / HOUR)} h`;
}

/** `just now`, `4 min ago`, `in 12 s`. */
export function relative(instant: string, now: number): string {
  const ms = Date.parse(instant) - now;
  const size = Math.abs(ms);
  if (size < 5 * SECOND) return 'just now';
  const text = size < MINUTE ? `${Math.floor(size / SECOND)} s` : coarse(size);
  return ms > 0 ? `in ${text}` : `${text} ago`;
}

function coarse(ms: number): string {
  if (ms < HOUR) return `${Math.floor(ms / MINUTE)} min`;
  if (ms < 2 * DAY) return `${Math.floor(ms / HOUR)} h`;
  return `${Math.floor(ms / DAY)} d`;
}

const exact = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'long' });
const clock = new Intl.DateTimeFormat(undefined, {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hour12: false,
});

/** In the viewer's zone, which it names. */
export function exactTime(instant: string): string {
  return exact.format(new Date(instant));
}

export function clockTime(instant: string): string {
  return clock.format(new Date(instant));
}

const whole = new Intl.NumberFormat(undefined);
const compact = new Intl.NumberFormat(undefined, { notation: 'compact', maximumFractionDigits: 1 });

export function count(value: number | null | undefined): string {
  return value === null || value === undefined ? '–' : whole.format(value);
}

/** `1 file`, `2 files`. */
export function countOf(value: number, word: string): string {
  return `${count(value)} ${word}${value === 1 ? '' : 's'}`;
}

export function short(value: number | null | undefined): string {
  if (value === null || value === undefined) return '–';
  return value < 10_000 ? whole.format(value) : compact.format(value);
}

/** Of all kinds, cached ones too. */
export function allTokens(usage: Usage): number {
  return usage.inputTokens + usage.cacheReadTokens + usage.cacheWriteTokens + usage.outputTokens;
}

export function percent(share: number | null | undefined): string {
  if (share === null || share === undefined || !Number.isFinite(share)) return '–';
  const value = share * 100;
  if (value === 0 || value === 100) return `${value} %`;
  // Rounded down near the top: nearly all is not all.
  if (value > 99) return `${(Math.floor(value * 10) / 10).toFixed(1)} %`;
  return `${value.toFixed(value < 10 ? 1 : 0)} %`;
}

/** An unknown part is said, never hidden in a sum. */
export function money(usd: number | null | undefined, isKnown = true): string {
  if (usd === null || usd === undefined) return '–';
  const text = usd === 0 ? '$0' : usd < 0.01 ? '< $0.01' : `$${usd.toFixed(usd < 100 ? 2 : 0)}`;
  if (isKnown) return text;
  return usd === 0 ? 'unknown' : `≥ ${text}`;
}

export function bytes(value: number): string {
  if (value < 1_000) return `${value} B`;
  if (value < 1_000_000) return `${(value / 1_000).toFixed(0)} kB`;
  if (value < 1_000_000_000) return `${(value / 1_000_000).toFixed(1)} MB`;
  return `${(value / 1_000_000_000).toFixed(1)} GB`;
}

/** The last parts of a path or URL: what tells repositories apart. */
export function repositoryName(repository: string): string {
  const parts = repository
    .replace(/\.git$/, '')
    .split(/[/:\\]/)
    .filter(Boolean);
  return parts.slice(-2).join('/');
}

function pad(value: number): string {
  return String(value).padStart(2, '0');
}
