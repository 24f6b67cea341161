import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** The longest first, then folders of files that take long, however short they are to read; all others come after them. */
const LONG = [/\/test\/chaos\/chaos\./, /\/test\/(?:e2e|stress|corpus)\//, /\/test\//];

/** A long file that begins last runs alone while the other worker idles, and vitest knows nothing of a file's time in a new clone but its size. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    return sorted.sort((a, b) => rankOf(a) - rankOf(b));
  }
}

function rankOf({ moduleId }: TestSpecification): number {
  const rank = LONG.findIndex((folder) => folder.test(moduleId));
  return rank < 0 ? LONG.length : rank;
}
