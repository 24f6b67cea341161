import type { Finding } from './rule.ts';

/**
 * git always says itself why it failed; what it runs through without a word of its own is a hook that refused. What the hook printed is not
 * looked at: it may be anything.
 */
export function silentHook(tool: string, text: string, exitCode: number | null): Finding | null {
  if (exitCode !== 1 || !/^git\b/.test(tool) || text.trim() === '') return null;
  if (/^(?:fatal|error|remote|hint|warning): |CONFLICT|^usage: git/m.test(text)) return null;
  return {
    category: 'git_hook_failed',
    subcategory: null,
    file: null,
    line: null,
    symbol: null,
    message: text.trim().split('\n').at(-1)?.trim().slice(0, 500) ?? null,
    transient: null,
    rule: 'git-hook/silent',
  };
}
