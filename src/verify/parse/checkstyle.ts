import { findingOfLinter } from './linter-finding.ts';
import type { Parser } from './problem.ts';
import { tagAt } from './xml.ts';

const TAG = /<(file|error)(?=\s)/g;

/** Checkstyle's XML, which many linters write: a `file` with an `error` for each finding. */
export const parseCheckstyle: Parser = (lines) => {
  if (!lines.some((line) => /<checkstyle[\s>]/.test(line))) return [];
  const text = lines.join('\n');
  let file = '';
  return [...text.matchAll(TAG)].flatMap((tag) => {
    const { attributes } = tagAt(text, tag.index + tag[0].length);
    if (tag[1] === 'file') file = attributes.get('name') ?? '';
    if (tag[1] === 'file' || !attributes.has('message')) return [];
    return findingOfLinter({
      file,
      line: Number(attributes.get('line') ?? 0),
      column: Number(attributes.get('column') ?? 0),
      level: attributes.get('severity') ?? 'error',
      message: attributes.get('message') ?? '',
      rule: attributes.get('source') ?? null,
    });
  });
};
