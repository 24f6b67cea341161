import type { ShownSetting } from '../../config/show-config.ts';
import { formatDuration } from '../../lib/deadline.ts';
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
  if (typeof value === 'number' && setting.endsWith('Ms')) return formatDuration(value);
  return typeof value === 'string' ? value : JSON.stringify(value);
}
