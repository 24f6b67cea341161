import type { LoadedConfig } from './load-config.ts';
import { providerPlaceholder, settings } from './settings.ts';

export interface ShownSetting {
  readonly setting: string;
  /** Secrets are masked. */
  readonly value: unknown;
  /** `default`, a file, a variable or a flag. */
  readonly source: string;
}

/** Every setting with its value and where it came from, in the order of the reference. */
export function showConfig({ config, sources }: LoadedConfig): ShownSetting[] {
  const providers = Object.keys(config.providers);
  const paths = settings.flatMap((setting) =>
    setting.path.includes(providerPlaceholder)
      ? []
      : [{ path: setting.path, secret: setting.secret === true }],
  );
  const providerSettings = settings.filter((setting) => setting.path.includes(providerPlaceholder));
  for (const name of providers) {
    for (const { path, secret } of providerSettings) {
      paths.push({ path: path.replace(providerPlaceholder, name), secret: secret === true });
    }
  }
  return paths.map(({ path, secret }) => {
    const value = valueAt(config, path.split('.'));
    return {
      setting: path,
      value: secret && typeof value === 'string' ? maskSecret(value) : value,
      source: sources.get(path)?.name ?? 'default',
    };
  });
}

const SHOWN_LETTERS = 4;
const SHORTEST_PARTLY_SHOWN = 16;

/** Enough of a secret to tell two apart, never enough to use it. A URL keeps all but its password. */
export function maskSecret(secret: string): string {
  if (/^[a-z]+:\/\//i.test(secret)) return secret.replace(/(:\/\/[^:/@]*:)[^@]*@/, '$1****@');
  return secret.length < SHORTEST_PARTLY_SHOWN ? '****' : `****${secret.slice(-SHOWN_LETTERS)}`;
}

function valueAt(tree: unknown, parts: readonly string[]): unknown {
  let value = tree;
  for (const part of parts) value = (value as Record<string, unknown> | null)?.[part];
  return value;
}
