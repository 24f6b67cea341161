import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import type { TestRepository } from '../../e2e/support/repository.ts';

/** Everything of a source repository that no run may change, as text that can be compared. */
export function sourceState(source: TestRepository): Record<string, string> {
  const inside = (name: string) => path.join(source.folder, '.git', name);
  return {
    refs: source
      .git('for-each-ref', '--format=%(refname) %(objectname)')
      .split('\n')
      .filter((line) => !/^refs\/(?:(?:heads\/runyard|tags\/ai)\/|notes\/runyard )/.test(line))
      .join('\n'),
    head: readFileSync(inside('HEAD'), 'utf8'),
    config: readFileSync(inside('config'), 'utf8'),
    hooks: readdirSync(inside('hooks'))
      .map((name) => `${name} ${statSync(inside(`hooks/${name}`)).mtimeMs}`)
      .join('\n'),
    workTree: source.git('status', '--porcelain', '--ignored'),
    locks: readdirSync(source.folder + '/.git', { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.lock'))
      .join('\n'),
  };
}
