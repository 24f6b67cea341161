import { isDeepStrictEqual } from 'node:util';
import { overrideFile } from '../detect/override-file.ts';
import { evidenceOf, lineChanges } from './lines.ts';
import type { Change, ChangedItem, Suspicion } from './types.ts';
import { yamlReader } from './yaml.ts';

/** A change of what Runyard itself is told: this change is not judged by it, but all that come after are. */
export function runyardSettings({ items }: Change): Suspicion[] {
  return items
    .filter(({ path, oldPath }) => path === overrideFile || oldPath === overrideFile)
    .filter((item) => !saysTheSame(item))
    .slice(0, 1)
    .map(finding);
}

/** Only comments or layout differ. */
function saysTheSame({ kind, form, before, after }: ChangedItem): boolean {
  if (kind !== 'modified' || form !== 'file' || before === null || after === null) return false;
  const { parseDocument } = yamlReader();
  try {
    const [was, is] = [before, after].map((text) => parseDocument(text));
    if (!was || !is || was.errors.length > 0 || is.errors.length > 0) return false;
    return isDeepStrictEqual(was.toJS(), is.toJS());
  } catch {
    // More aliases than a reader bears; whoever looks at the change sees them.
    return false;
  }
}

function finding(item: ChangedItem): Suspicion {
  const { added, removed } = lineChanges(item);
  return {
    guard: 'loosened-configuration',
    weight: 'doubtful',
    message: `${overrideFile} says what Runyard checks from the next change on, and is ${WORDS[item.kind]}.`,
    file: overrideFile,
    line: added[0]?.line ?? null,
    evidence: evidenceOf([
      ...removed.slice(0, 3).map(({ text }) => `- ${text}`),
      ...added.slice(0, 3).map(({ text }) => `+ ${text}`),
    ]),
    hint: `Leave ${overrideFile} as it was, unless the ticket is about it.`,
    identity: 'runyard-settings',
  };
}

const WORDS = { added: 'new', modified: 'changed', deleted: 'deleted', renamed: 'renamed' } as const;
