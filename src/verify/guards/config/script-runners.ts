import { type FlatSettings, flattenConfiguration } from './flatten.ts';
import type { Loosening } from './loosened.ts';

/** Files in which package managers are told how to run scripts. */
export const runnerFiles = /(?:^|\/)(?:\.npmrc|\.yarnrc|\.yarnrc\.ya?ml|pnpm-workspace\.ya?ml)$/;

/** Settings that decide what runs when a script is run, new or changed; what is taken away leaves the ordinary. */
export function runnerChanges(path: string, before: string | null, after: string | null): Loosening[] {
  const old = settingsOf(path, before);
  return [...settingsOf(path, after)].flatMap(([name, values]) => {
    const weight = weightOf(name);
    const was = (old.get(name) ?? []).join(', ');
    const now = values.join(', ');
    if (!weight || now === was || HARMLESS.test(now)) return [];
    return [{ weight, path: name, before: was || '(not set)', after: now }];
  });
}

/** With a shell, a module or a folder of one's own, or without the scripts before and after, checks end as one likes. */
const CERTAIN = new Set([
  'scriptshell',
  'nodeoptions',
  'ignorescripts',
  'prefix',
  'injectenvironmentfiles',
  'userconfig',
  'globalconfig',
]);
/** Another package manager, or code of one's own in it. */
const DOUBTFUL = new Set([
  'enableprepostscripts',
  'ifpresent',
  'yarnpath',
  'plugins',
  'pnpmfile',
  'globalpnpmfile',
]);
const FLAG =
  '(?:--max[-_]old[-_]space[-_]size[= ]\\d{1,9}|--experimental-vm-modules|--no-warnings|--no-deprecation)';
/** Switched off, nothing, or options that load no code. */
const HARMLESS = new RegExp(`^(?:false|${FLAG}(?: ${FLAG}){0,9})?$`);

function weightOf(name: string): Loosening['weight'] | null {
  const plain = name
    .split('.', 1)
    .join('')
    .toLowerCase()
    .replace(/[^a-z]/g, '');
  return CERTAIN.has(plain) ? 'certain' : DOUBTFUL.has(plain) ? 'doubtful' : null;
}

function settingsOf(path: string, text: string | null): FlatSettings {
  if (text === null) return new Map();
  if (/\.ya?ml$/.test(path)) return flattenConfiguration(path, text) ?? new Map();
  const settings = new Map<string, string[]>();
  for (const line of text.split('\n')) {
    // npm: `name = value` and `name[] = value`; yarn: `name value`, with or without quotes.
    const [, name = '', value = ''] =
      /^\s*["']?([\w-]{1,100})["']?(?:\[\])?(?:\s*[=:]|\s)\s*(.*)$/.exec(line) ?? [];
    if (name !== '')
      settings.set(name, [...(settings.get(name) ?? []), value.trim().replace(/^["']|["']$/g, '')]);
  }
  return settings;
}
