import { createMovedPool, evidenceOf, lineChanges } from './lines.ts';
import type { Change, Suspicion } from './types.ts';

const DECLARED = /^(?:export )?declare module ['"](\*|[^'"\n]*\/\*|[^'"\n]*\*\.[cm]?[jt]sx?)['"]/;

/** Declarations by which every import, or every one of a folder, is of type `any`. */
export function wildcardModules({ items }: Change): Suspicion[] {
  const wasThere = createMovedPool(items);
  return items.flatMap((item) => {
    if (item.after === null || !/\.[cm]?tsx?$/.test(item.path)) return [];
    return lineChanges(item).added.flatMap(({ text, line }): Suspicion[] => {
      const module = DECLARED.exec(text)?.[1];
      if (module === undefined || wasThere(text)) return [];
      return [
        {
          guard: 'suppressed-checks',
          weight: module === '*' ? 'certain' : 'doubtful',
          message: `${item.path} declares modules that the type checker then does not look at: ${module}.`,
          file: item.path,
          line,
          evidence: evidenceOf([text]),
          hint: 'Declare the one module that has no types.',
          identity: text,
        },
      ];
    });
  });
}
