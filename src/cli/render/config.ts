import type { ShownSetting } from '../../config/show-config.ts';
import { clean } from '../clean.ts';
import type { Style } from '../terminal.ts';
import { renderTable } from './table.ts';

export function renderConfig(
  files: readonly string[],
  settings: readonly ShownSetting[],
  style: Style,
): string {
  const read = files.length > 0 ? files.map((file) => `  ${clean(file)}`) : ['  none'];
  const rows = settings.map(({ setting, value, source }) => [
    setting,
    clean(shown(setting, value)),
    source === 'default' ? style.dim(source) : style.cyan(clean(source)),
  ]);
  const table =
    rows.length > 0
      ? renderTable(['SETTING', 'VALUE', 'FROM'], rows, style)
      : 'Every setting has its default.';
  return ['Files read:', ...read, '', table].join('\n');
}

function shown(setting: string, value: unknown): string {
  if (typeof value === 'number' && setting.endsWith('Ms')) return writableDuration(value);
  return typeof value === 'string' ? value : JSON.stringify(value);
}

const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1000],
  ['ms', 1],
] as const;

/** As it is written in a configuration file: `1h30m`. */
export function writableDuration(ms: number): string {
  let left = ms;
  const parts = UNITS.map(([unit, size]) => {
    const count = Math.floor(left / size);
    left -= count * size;
    return count > 0 ? `${count}${unit}` : '';
  });
  return parts.join('') || '0';
}
