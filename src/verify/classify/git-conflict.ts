import type { Finding } from './rule.ts';

const CONFLICT = /\bCONFLICT \(([^)\n]{1,60})\): (?:Merge conflict in )?(\S{1,300})/;

/** What git was doing when it met a conflict, by what it says besides; the first that fits. */
const KINDS: readonly (readonly [subcategory: string, said: RegExp, symbol: string | null])[] = [
  ['stash', /stash entry is kept/, null],
  ['revert', /could not revert/, 'could not revert'],
  ['rebase', /git rebase/, 'could not apply'],
  ['cherry_pick', /cherry-pick/, 'could not apply'],
];

/** A conflict git reports by its capitals; null where it reports none. */
export function gitConflict(text: string): Finding | null {
  const match = CONFLICT.exec(text);
  if (!match) return null;
  const [whole, what = '', file = ''] = match;
  const [subcategory, , said] = KINDS.find(([, pattern]) => pattern.test(text)) ?? ['merge', null, null];
  const symbol = said && text.includes(said) ? said : 'CONFLICT';
  return {
    category: 'git_conflict',
    subcategory,
    file,
    line: null,
    symbol: what === 'content' || what === 'add/add' ? symbol : what,
    message: whole,
    transient: null,
    rule: `git/git_conflict-${subcategory}`,
  };
}
